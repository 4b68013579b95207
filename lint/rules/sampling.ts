/** Policies and percentages of samplers. */
import { nearest } from "../../config/nearest.ts";
import { secondsOf } from "../duration.ts";
import { at, type Config, listOf, recordOf, textsOf, wordOf } from "../model.ts";
import type { Finding, Rule } from "../rule.ts";

/** Shares in words, with their percentages. */
const SHARES: readonly (readonly [percent: number, name: RegExp])[] = [
  [50, /\bhalf\b|\bevery (other|second)\b/i],
  [33, /\bthird\b/i],
  [25, /\bquarter\b|\bevery fourth\b/i],
  [20, /\bfifth\b/i],
  [10, /\btenth\b/i],
  [5, /\btwentieth\b/i],
  [1, /\bhundredth\b/i],
  ...[2, 3, 4, 5, 10, 20, 50, 100].map(
    (n) => [100 / n, new RegExp(`\\b(1|one) (in|of|out of) ${n}\\b|\\b1[/:]${n}\\b`, "i")] as const,
  ),
];

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
        // a policy of the tail sampler that keeps none by itself may stand beside others
        else if (number === 0 && path[0] === "processors" && path.length === 3)
          yield {
            path,
            message: "0 keeps nothing",
            fix: "write the share to keep in percent, or remove the pipeline",
          };
      }
    },
  },
  {
    id: "latency-above-wait",
    severity: "warning",
    explain:
      "A trace is decided decision_wait (30 s) after its first span: one that takes longer than that is not known to be slow yet.",
    bad: "processors:\n  tail_sampling: {decision_wait: 5s, policies: [{name: slow, type: latency, latency: {threshold_ms: 30000}}]}\n",
    good: "processors:\n  tail_sampling: {decision_wait: 45s, policies: [{name: slow, type: latency, latency: {threshold_ms: 30000}}]}\n",
    *find(config) {
      for (const { settings } of config.of("processor", "tailsampling")) {
        const wait = secondsOf(settings.decision_wait ?? "30s");
        for (const { policy, path } of policiesOf(config)) {
          const threshold = at(policy, "latency", "threshold_ms");
          if (wait !== undefined && wait > 0 && typeof threshold === "number" && threshold >= wait * 1000)
            yield {
              path,
              message: `slow is ${threshold} ms, and the decision falls after ${wait} s`,
              fix: "raise decision_wait above it, or lower threshold_ms",
            };
        }
      }
    },
  },
  {
    id: "values-are-patterns",
    severity: "warning",
    explain:
      "Values of string_attribute are compared letter by letter unless enabled_regex_matching is set: a pattern matches nothing.",
    bad: "processors:\n  tail_sampling: {policies: [{name: api, type: string_attribute, string_attribute: {key: http.route, values: ['^/api/.*']}}]}\n",
    good: "processors:\n  tail_sampling: {policies: [{name: api, type: string_attribute, string_attribute: {key: http.route, values: ['^/api/.*'], enabled_regex_matching: true}}]}\n",
    *find(config) {
      for (const { policy, path } of policiesOf(config)) {
        const { values, enabled_regex_matching } = recordOf(at(policy, "string_attribute"));
        const pattern = textsOf(values).find((value) => /^\^|\$$|\.[*+]|\\[dwsb.]/.test(value));
        if (enabled_regex_matching !== true && pattern !== undefined)
          yield { path, message: `${pattern} is compared letter by letter`, fix: "set enabled_regex_matching: true" };
      }
    },
  },
  {
    id: "sampling-fraction",
    severity: "warning",
    explain:
      "A percentage of 0.1 keeps one trace in a thousand: said unless a comment or a name shows that so few are meant.",
    bad: "processors:\n  # 10 % of the traces\n  probabilistic_sampler: {sampling_percentage: 0.1}\n",
    good: "processors:\n  # 10 % of the traces\n  probabilistic_sampler: {sampling_percentage: 10}\n",
    *find(config) {
      for (const { path, value } of config.scalars) {
        if (path.at(-1) !== "sampling_percentage" || typeof value !== "number" || value <= 0 || value >= 1) continue;
        const percent = Math.round(value * 100_000) / 1000;
        const words = `${config.comments.all}\n${path.map(wordOf).join(" ")}`;
        const isMeant = new RegExp(
          `(?<!\\d)0?${String(value).slice(1)} ?(%|per ?cent)|per ?mille|thousand|‰|(half|quarter|fifth|tenth) (of )?(a|one) per ?cent`,
          "i",
        ).test(words);
        const isSaid =
          new RegExp(`(?<![\\d.])${percent} ?(%|per ?cent)`).test(words) ||
          new RegExp(`(^|[^\\d])${percent}[_-]?(percent|pct|p)\\b|percent`, "i").test(wordOf(path[1])) ||
          (!isMeant && SHARES.some(([share, name]) => Math.abs(share - percent) < 1 && name.test(words)));
        // in a policy, so few of health checks and the like are usual
        if (!isSaid && (isMeant || value < 0.05 || path.length > 3)) continue;
        yield { path, message: `${value} per cent is one in ${Math.round(100 / value)}`, fix: `write ${percent}` };
      }
    },
  },
  {
    id: "policies-meant-as-one",
    severity: "warning",
    explain:
      "Policies beside each other are alternatives: one that takes a service keeps all of it, and one that takes a share keeps it of everything. Said where a comment speaks of that share of that service.",
    bad: "processors:\n  # 5 % of shop\n  tail_sampling: {policies: [{name: shop, type: string_attribute, string_attribute: {key: service.name, values: [shop]}}, {name: few, type: probabilistic, probabilistic: {sampling_percentage: 5}}]}\n",
    good: "processors:\n  # 5 % of shop\n  tail_sampling: {policies: [{name: few, type: and, and: {and_sub_policy: [{name: shop, type: string_attribute, string_attribute: {key: service.name, values: [shop]}}, {name: share, type: probabilistic, probabilistic: {sampling_percentage: 5}}]}}]}\n",
    *find(config) {
      const said = [...config.comments.all.matchAll(/(\d+(?:\.\d+)?) ?(?:%|per ?cent) of (?:the )?([\w-]+)/gi)];
      for (const { settings, path } of config.of("processor", "tailsampling")) {
        const policies = listOf(settings.policies);
        for (const [i, policy] of policies.entries()) {
          const values = textsOf(at(policy, "string_attribute", "values"));
          const share = said.find(
            ([, percent, name = ""]) =>
              values.includes(name) &&
              policies.some((one) => at(one, "probabilistic", "sampling_percentage") === Number(percent)),
          );
          if (share !== undefined)
            yield {
              path: [...path, "policies", i],
              message: `this keeps all of ${share[2]}, and ${share[1]} % are kept of everything else`,
              fix: "write both below one policy of type and",
            };
        }
      }
    },
  },
  {
    id: "empty-range",
    severity: "error",
    explain: "A range whose end is below its beginning holds nothing: the policy never keeps a trace.",
    bad: "processors:\n  tail_sampling: {policies: [{name: failed, type: numeric_attribute, numeric_attribute: {key: http.status_code, min_value: 599, max_value: 500}}]}\n",
    good: "processors:\n  tail_sampling: {policies: [{name: failed, type: numeric_attribute, numeric_attribute: {key: http.status_code, min_value: 500, max_value: 599}}]}\n",
    *find(config) {
      for (const { policy, path } of policiesOf(config))
        for (const [key, from, to] of [
          ["numeric_attribute", "min_value", "max_value"],
          ["span_count", "min_spans", "max_spans"],
          ["latency", "threshold_ms", "upper_threshold_ms"],
        ] as const) {
          const [low, high] = [at(policy, key, from), at(policy, key, to)];
          // zero is no end to spans and milliseconds
          if (
            typeof low === "number" &&
            typeof high === "number" &&
            high < low &&
            (high !== 0 || key === "numeric_attribute")
          )
            yield { path: [...path, key], message: `${to} ${high} is below ${from} ${low}`, fix: "exchange them" };
        }
    },
  },
  {
    id: "policy-pattern",
    severity: "warning",
    explain: "Values of string_attribute are compared as they stand, unless enabled_regex_matching is true.",
    bad: "processors:\n  tail_sampling: {policies: [{name: api, type: string_attribute, string_attribute: {key: url.path, values: ['/api/.*']}}]}\n",
    good: "processors:\n  tail_sampling: {policies: [{name: api, type: string_attribute, string_attribute: {key: url.path, values: ['/api/.*'], enabled_regex_matching: true}}]}\n",
    *find(config) {
      for (const { policy, path } of policiesOf(config)) {
        const { values, enabled_regex_matching } = recordOf(at(policy, "string_attribute"));
        if (enabled_regex_matching === true || typeof enabled_regex_matching === "string") continue;
        for (const [i, value] of textsOf(values).entries())
          if (/\.[*+]|^\^|\$$|\\[dwsSDW]|\[[^\]]+\][*+]|\([^)]*\|[^)]*\)/.test(value) && !value.includes("${"))
            yield {
              path: [...path, "string_attribute", "values", i],
              message: `"${value}" is compared as it stands`,
              fix: "set enabled_regex_matching: true",
            };
      }
    },
  },
  {
    id: "composite-policy",
    severity: "error",
    explain:
      "A composite policy shares its spans a second among sub policies by name: a name that is none of theirs shares with nobody, and more than 100 per cent cannot be given.",
    bad: "processors:\n  tail_sampling: {policies: [{name: mix, type: composite, composite: {max_total_spans_per_second: 100, policy_order: [b], composite_sub_policy: [{name: a, type: always_sample}], rate_allocation: [{policy: a, percent: 100}]}}]}\n",
    good: "processors:\n  tail_sampling: {policies: [{name: mix, type: composite, composite: {max_total_spans_per_second: 100, policy_order: [a], composite_sub_policy: [{name: a, type: always_sample}], rate_allocation: [{policy: a, percent: 100}]}}]}\n",
    *find(config) {
      for (const { policy, path } of policiesOf(config)) {
        const composite = recordOf(at(policy, "composite"));
        if (at(policy, "type") !== "composite") continue;
        const place = [...path, "composite"];
        const names = listOf(composite.composite_sub_policy).map((sub) => at(sub, "name"));
        const used: [Finding["path"], unknown][] = [
          ...listOf(composite.policy_order).map((name, i): [Finding["path"], unknown] => [
            [...place, "policy_order", i],
            name,
          ]),
          ...listOf(composite.rate_allocation).map((share, i): [Finding["path"], unknown] => [
            [...place, "rate_allocation", i],
            at(share, "policy"),
          ]),
        ];
        for (const [where, name] of used)
          if (!names.includes(name))
            yield {
              path: where,
              message: `there is no sub policy ${wordOf(name)}`,
              fix: `write ${names.map(wordOf).join(", ")}`,
            };
        const shares = listOf(composite.rate_allocation).map((share) => at(share, "percent"));
        const sum = shares.reduce<number>((all, share) => all + (typeof share === "number" ? share : 0), 0);
        if (sum > 100)
          yield {
            path: [...place, "rate_allocation"],
            message: `the shares are ${sum} per cent together`,
            fix: "lower them to 100",
          };
      }
    },
  },
  {
    id: "policy-of-number",
    severity: "error",
    explain:
      "string_attribute compares texts alone: a status code or a port, which is a number, matches none of its values.",
    bad: "processors:\n  tail_sampling: {policies: [{name: failed, type: string_attribute, string_attribute: {key: http.status_code, values: ['500']}}]}\n",
    good: "processors:\n  tail_sampling: {policies: [{name: failed, type: numeric_attribute, numeric_attribute: {key: http.status_code, min_value: 500, max_value: 599}}]}\n",
    *find(config) {
      for (const { policy, path } of policiesOf(config)) {
        const key = at(policy, "string_attribute", "key");
        if (
          typeof key === "string" &&
          /^(http\.(response\.)?status_code|rpc\.grpc\.status_code|(server|client|net\.(peer|host))\.port)$/.test(key)
        )
          yield {
            path: [...path, "string_attribute", "key"],
            message: `${key} is a number, and no text is equal to it`,
            fix: "use numeric_attribute with min_value and max_value",
          };
      }
    },
  },
];

/** Every policy of tail sampling, those inside others too. */
export function* policiesOf(config: Config): Generator<{ readonly policy: unknown; readonly path: Finding["path"] }> {
  for (const { settings, path } of config.of("processor", "tailsampling"))
    for (const [i, policy] of listOf(settings.policies).entries()) yield* withInner(policy, [...path, "policies", i]);
}

function* withInner(policy: unknown, path: Finding["path"], depth = 0): ReturnType<typeof policiesOf> {
  yield { policy, path };
  if (depth > 4) return;
  for (const kind of ["and", "composite", "drop", "not"]) {
    const inner = at(policy, kind, `${kind}_sub_policy`);
    const place = [...path, kind, `${kind}_sub_policy`];
    for (const [i, sub] of (Array.isArray(inner) ? inner : []).entries())
      yield* withInner(sub, [...place, i], depth + 1);
    if (inner !== undefined && !Array.isArray(inner)) yield* withInner(inner, place, depth + 1);
  }
}

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
