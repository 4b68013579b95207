/** Policies of tail sampling that keep more, or less, than they say. */
import { secondsOf } from "../duration.ts";
import { at, listOf, recordOf, textOf, textsOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { policiesOf } from "./sampling.ts";

const attributeOf = (policy: unknown) => {
  const type = textOf(at(policy, "type"));
  return { type, settings: recordOf(at(policy, type)) };
};

export const policyRules: readonly Rule[] = [
  {
    id: "inverted-policy",
    severity: "warning",
    explain:
      "A policy with invert_match keeps every trace that does not match it: beside policies that keep a part, all else is kept. A policy of type drop takes traces out.",
    bad: "processors:\n  tail_sampling: {policies: [{name: no-health, type: string_attribute, string_attribute: {key: url.path, values: [/health], invert_match: true}}, {name: tenth, type: probabilistic, probabilistic: {sampling_percentage: 10}}]}\n",
    good: "processors:\n  tail_sampling: {policies: [{name: no-health, type: drop, drop: {drop_sub_policy: [{name: health, type: string_attribute, string_attribute: {key: url.path, values: [/health]}}]}}, {name: tenth, type: probabilistic, probabilistic: {sampling_percentage: 10}}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "tailsampling")) {
        const policies = listOf(settings.policies);
        for (const [i, policy] of policies.entries()) {
          const { type, settings: own } = attributeOf(policy);
          const others = policies.filter((other) => other !== policy);
          const samples = others.some((other) =>
            /^(probabilistic|rate_limiting|composite)$/.test(textOf(at(other, "type"))),
          );
          if (own.invert_match === true && samples)
            yield {
              path: [...path, "policies", i, type, "invert_match"],
              message: `${wordOf(at(policy, "name"))} keeps every trace without a match, whatever the others keep`,
              fix: "write a policy of type drop, or put it into a policy of type and",
            };
        }
      }
    },
  },
  {
    id: "status-of-most",
    severity: "warning",
    explain:
      "Most spans have no status: a policy that keeps UNSET keeps nearly every trace, and the others mean nothing.",
    bad: "processors:\n  tail_sampling: {policies: [{name: failed, type: status_code, status_code: {status_codes: [ERROR, UNSET]}}, {name: tenth, type: probabilistic, probabilistic: {sampling_percentage: 10}}]}\n",
    good: "processors:\n  tail_sampling: {policies: [{name: failed, type: status_code, status_code: {status_codes: [ERROR]}}, {name: tenth, type: probabilistic, probabilistic: {sampling_percentage: 10}}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "tailsampling")) {
        const policies = listOf(settings.policies);
        for (const [i, policy] of policies.entries()) {
          const codes = textsOf(at(policy, "status_code", "status_codes"));
          const isOther = policies.some((other) => at(other, "type") === "probabilistic");
          if (at(policy, "type") === "status_code" && codes.includes("UNSET") && isOther && policies.length < 7)
            yield {
              path: [...path, "policies", i, "status_code", "status_codes"],
              message: "spans without a status are nearly all of them",
              fix: "write [ERROR]",
            };
        }
      }
    },
  },
  {
    id: "policies-that-exclude-each-other",
    severity: "warning",
    explain: "A policy of type and keeps what all its parts keep: two parts that no trace fulfils together keep none.",
    bad: "processors:\n  tail_sampling: {policies: [{name: a, type: and, and: {and_sub_policy: [{name: slow, type: latency, latency: {threshold_ms: 5000}}, {name: fast, type: latency, latency: {threshold_ms: 0, upper_threshold_ms: 100}}]}}]}\n",
    good: "processors:\n  tail_sampling: {policies: [{name: a, type: and, and: {and_sub_policy: [{name: slow, type: latency, latency: {threshold_ms: 5000}}, {name: failed, type: status_code, status_code: {status_codes: [ERROR]}}]}}]}\n",
    *find(config) {
      for (const { policy, path } of policiesOf(config)) {
        if (at(policy, "type") !== "and") continue;
        const parts = listOf(at(policy, "and", "and_sub_policy")).map(attributeOf);
        const place = [...path, "and", "and_sub_policy"];
        for (const [i, one] of parts.entries())
          for (const other of parts.slice(0, i)) {
            const [low, high] = [
              Number(one.settings.threshold_ms ?? 0) > Number(other.settings.threshold_ms ?? 0) ? one : other,
              Number(one.settings.threshold_ms ?? 0) > Number(other.settings.threshold_ms ?? 0) ? other : one,
            ];
            const top = Number(high.settings.upper_threshold_ms ?? Number.NaN);
            const isApart =
              one.type === "latency" && other.type === "latency" && Number(low.settings.threshold_ms) > top;
            if (isApart)
              yield {
                path: [...place, i],
                message: "no trace is that long and that short",
                fix: "exchange or remove one",
              };
          }
      }
    },
  },
  {
    id: "decision-too-soon",
    severity: "warning",
    explain:
      "Spans come in batches, some seconds after they end: a trace that is decided at once is decided on a part of it. 30 s are the default.",
    bad: "processors:\n  tail_sampling: {decision_wait: 500ms, policies: [{name: failed, type: status_code, status_code: {status_codes: [ERROR]}}]}\n",
    good: "processors:\n  tail_sampling: {decision_wait: 15s, policies: [{name: failed, type: status_code, status_code: {status_codes: [ERROR]}}]}\n",
    *find(config) {
      for (const type of ["tailsampling", "groupbytrace"])
        for (const { settings, path } of config.of("processor", type)) {
          const key = type === "tailsampling" ? "decision_wait" : "wait_duration";
          const wait = secondsOf(settings[key] ?? "30s");
          const least = type === "tailsampling" ? 2 : 0.5;
          if (typeof settings[key] === "string" && wait !== undefined && wait < least)
            yield {
              path: [...path, key],
              message: `after ${textOf(settings[key])} most spans of a trace are not there yet`,
              fix: "write 10s or more",
            };
        }
    },
  },
  {
    id: "seconds-as-milliseconds",
    severity: "warning",
    explain:
      "threshold_ms counts milliseconds: a few of them are shorter than nearly any request, so that all are slow.",
    bad: "processors:\n  tail_sampling: {policies: [{name: slower-than-2s, type: latency, latency: {threshold_ms: 2}}]}\n",
    good: "processors:\n  tail_sampling: {policies: [{name: slower-than-2s, type: latency, latency: {threshold_ms: 2000}}]}\n",
    *find(config) {
      for (const { policy, path } of policiesOf(config)) {
        const threshold = at(policy, "latency", "threshold_ms");
        if (typeof threshold !== "number" || threshold <= 0) continue;
        const named = new RegExp(`(?<![\\d.])${threshold}\\s*s(ec\\w*)?\\b`, "i").test(textOf(at(policy, "name")));
        if (threshold <= 10 || named)
          yield {
            path: [...path, "latency", "threshold_ms"],
            message: `${threshold} are milliseconds`,
            fix: `write ${threshold * 1000}`,
          };
      }
    },
  },
  {
    id: "policy-without-end",
    severity: "warning",
    explain: "A policy that has nothing to compare with, or a rate of zero, keeps no trace.",
    bad: "processors:\n  tail_sampling: {policies: [{name: vip, type: string_attribute, string_attribute: {key: tier}}]}\n",
    good: "processors:\n  tail_sampling: {policies: [{name: vip, type: string_attribute, string_attribute: {key: tier, values: [gold]}}]}\n",
    *find(config) {
      for (const { policy, path } of policiesOf(config)) {
        const { type, settings } = attributeOf(policy);
        const lacks = (...keys: readonly string[]): boolean => keys.every((key) => listOf(settings[key]).length === 0);
        if (Object.keys(settings).length === 0) continue;
        if (type === "string_attribute" && lacks("values") && typeof settings.values !== "string")
          yield { path: [...path, type], message: "there are no values to compare with", fix: "list values" };
        if (type === "status_code" && lacks("status_codes") && typeof settings.status_codes !== "string")
          yield {
            path: [...path, type],
            message: "there is no status to compare with",
            fix: "write status_codes: [ERROR]",
          };
        if (type === "ottl_condition" && lacks("span", "spanevent"))
          yield {
            path: [...path, type],
            message: "there is no condition",
            fix: "list conditions below span or spanevent",
          };
        if (type === "composite" && lacks("policy_order"))
          yield { path: [...path, type], message: "no order says which sub policy is asked", fix: "set policy_order" };
        if (type === "boolean_attribute" && settings.value === undefined && textOf(settings.key) !== "")
          yield {
            path: [...path, type],
            message: `without value false is asked for, and ${textOf(settings.key)}: true is not kept`,
            fix: "set value: true",
          };
        if (type === "rate_limiting" && settings.spans_per_second === 0)
          yield {
            path: [...path, type, "spans_per_second"],
            message: "0 spans a second keep nothing",
            fix: "write a number above zero",
          };
      }
    },
  },
  {
    id: "decision-cache-small",
    severity: "warning",
    explain:
      "decision_cache remembers what was decided longer than the spans are held: one of far fewer traces than num_traces (50000) forgets sooner than they do, and late spans are decided anew.",
    bad: "processors:\n  tail_sampling: {num_traces: 50000, decision_cache: {sampled_cache_size: 10000}, policies: [{name: failed, type: status_code, status_code: {status_codes: [ERROR]}}]}\n",
    good: "processors:\n  tail_sampling: {num_traces: 50000, decision_cache: {sampled_cache_size: 500000}, policies: [{name: failed, type: status_code, status_code: {status_codes: [ERROR]}}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "tailsampling")) {
        const held = settings.num_traces ?? 50_000;
        for (const key of ["sampled_cache_size", "non_sampled_cache_size"]) {
          const size = at(settings, "decision_cache", key);
          if (typeof size === "number" && typeof held === "number" && size > 0 && size * 4 < held)
            yield {
              path: [...path, "decision_cache", key],
              message: `${size} decisions are remembered, and ${held} traces are held`,
              fix: `set it to ${held * 10} or so`,
            };
        }
      }
    },
  },
  {
    id: "root-after-decision",
    severity: "warning",
    explain:
      "decision_wait_after_root_received lets a trace be decided sooner, once its root has come: above decision_wait it changes nothing.",
    bad: "processors:\n  tail_sampling: {decision_wait: 10s, decision_wait_after_root_received: 30s, policies: [{name: failed, type: status_code, status_code: {status_codes: [ERROR]}}]}\n",
    good: "processors:\n  tail_sampling: {decision_wait: 30s, decision_wait_after_root_received: 5s, policies: [{name: failed, type: status_code, status_code: {status_codes: [ERROR]}}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "tailsampling")) {
        const [wait, after] = [
          secondsOf(settings.decision_wait ?? "30s"),
          secondsOf(settings.decision_wait_after_root_received),
        ];
        if (wait !== undefined && after !== undefined && after >= wait)
          yield {
            path: [...path, "decision_wait_after_root_received"],
            message: `the decision falls after ${wait} s anyway`,
            fix: "set it below decision_wait",
          };
      }
    },
  },
];
