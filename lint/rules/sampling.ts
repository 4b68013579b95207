/** Policies and percentages of samplers. */
import { nearest } from "../../config/nearest.ts";
import { at, listOf, recordOf, textsOf } from "../model.ts";
import type { Finding, Rule } from "../rule.ts";

export const samplingRules: readonly Rule[] = [
  {
    id: "tail-sampling-policies",
    severity: "error",
    explain: "Tail sampling needs policies, each with a name of its own, a known type, and the settings of that type.",
    bad: "processors:\n  tail_sampling: {policies: [{name: slow, type: latency}]}\n",
    good: "processors:\n  tail_sampling: {policies: [{name: slow, type: latency, latency: {threshold_ms: 500}}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "tailsampling")) {
        const policies = listOf(settings.policies);
        if (policies.length === 0)
          yield { path, message: "there are no policies, so no trace is kept", fix: "list policies, at least one" };
        const names = policies.map((policy) => at(policy, "name"));
        for (const [i, policy] of policies.entries())
          yield* policyFindings(policy, [...path, "policies", i], names.indexOf(at(policy, "name")) < i);
      }
    },
  },
  {
    id: "sampling-percentage",
    severity: "error",
    explain: "Percentages go from 0 to 100; a fraction such as 0.1 keeps one trace in a thousand.",
    bad: "processors:\n  probabilistic_sampler: {sampling_percentage: 150}\n",
    good: "processors:\n  probabilistic_sampler: {sampling_percentage: 15}\n",
    *find(config) {
      for (const { path, value } of config.scalars) {
        if (path.at(-1) !== "sampling_percentage") continue;
        const number = typeof value === "string" && /^[\d.]+%?$/.test(value) ? Number(value.replace("%", "")) : value;
        if (typeof value === "string" && value.endsWith("%"))
          yield { path, message: `"${value}" is no number`, fix: `write ${value.replace("%", "")}` };
        else if (typeof number === "number" && (number > 100 || number < 0))
          yield { path, message: `${number} is no percentage`, fix: "write a number from 0 to 100" };
      }
    },
  },
];

/** Types of policies, with the key of their settings where they need some. */
const POLICIES: Readonly<Record<string, string | undefined>> = {
  always_sample: undefined,
  latency: "latency",
  numeric_attribute: "numeric_attribute",
  probabilistic: "probabilistic",
  status_code: "status_code",
  string_attribute: "string_attribute",
  rate_limiting: "rate_limiting",
  bytes_limiting: "bytes_limiting",
  span_count: "span_count",
  boolean_attribute: "boolean_attribute",
  ottl_condition: "ottl_condition",
  trace_state: "trace_state",
  and: "and",
  not: "not",
  drop: "drop",
  composite: "composite",
  trace_flags: undefined,
};

function* policyFindings(policy: unknown, path: Finding["path"], isTwin: boolean): Generator<Finding> {
  const { name, type } = recordOf(policy);
  if (typeof name !== "string" || name === "") yield { path, message: "a policy has no name", fix: "give it one" };
  else if (isTwin) yield { path, message: `two policies are called ${name}`, fix: "rename one" };
  if (typeof type !== "string") {
    yield { path, message: "a policy has no type", fix: "set type, such as status_code" };
    return;
  }
  if (!Object.hasOwn(POLICIES, type)) {
    // extensions may bring further types; a near one is a typing mistake
    const guess = nearest(type, Object.keys(POLICIES));
    if (guess !== undefined)
      yield { path: [...path, "type"], message: `there is no policy of type ${type}`, fix: `write ${guess}` };
    return;
  }
  const key = POLICIES[type];
  if (key !== undefined && at(policy, key) === undefined) {
    yield { path, message: `a policy of type ${type} has no ${key}`, fix: `set ${key}` };
    return;
  }
  const codes = type === "status_code" ? textsOf(at(policy, "status_code", "status_codes")) : [];
  for (const code of codes)
    if (!["ERROR", "OK", "UNSET"].includes(code))
      yield {
        path: [...path, "status_code"],
        message: `"${code}" is no status of a span`,
        fix: "write ERROR, OK or UNSET",
      };
  const nested = {
    and: "and_sub_policy",
    composite: "composite_sub_policy",
    not: "not_sub_policy",
    drop: "drop_sub_policy",
  }[type];
  if (nested !== undefined)
    for (const [i, sub] of listOf(at(policy, type, nested)).entries())
      yield* policyFindings(sub, [...path, type, nested, i], false);
}
