/** Settings whose comment beside them says another number, another action, or more than they do. */
import { actionsOf } from "../actions.ts";
import { wordsAbove } from "../comments.ts";
import { secondsOf } from "../duration.ts";
import { at, type Config, textOf, wordOf } from "../model.ts";
import type { Finding, Rule } from "../rule.ts";
import { policiesOf } from "./sampling.ts";

/** `key: value # words`, where the words are few. */
const LINE = /(?:^\s*(?:- )?|[{,]\s*)([\w.]+):\s*["']?([\w.]+)["']?[\s}\]]*\s#\s*(.{1,40}?)\s*$/;
const DURATION =
  /^(?:(?:once )?(?:every|each)|wait|for|i\.?e\.?|=|(?:flush|collect|scrape|poll|retry|check)(?:s|ed)? every)?\s*(\d+(?:\.\d+)?) ?(ms|milliseconds?|s|secs?|seconds?|min|mins|minutes?|h|hrs?|hours?|d|days?)\.?$/i;
const SECONDS: readonly (readonly [unit: RegExp, seconds: number])[] = [
  [/^(ms|milli)/i, 1e-3],
  [/^s/i, 1],
  [/^m/i, 60],
  [/^h/i, 3600],
  [/^d/i, 86_400],
];
const PERCENT =
  /^(?:keeps?|samples?|takes?|sends?|=|i\.?e\.?)?\s*(?:one )?(\d+(?:\.\d+)?) ?(?:%|percent)(?: of (?:the |all )?(?:rest|traces|spans|logs|records|them))?\.?$/i;
const SIZE = /^(?:about|i\.?e\.?|=)?\s*(\d+(?:\.\d+)?) ?([KMG])i?B\.?$/i;
const MEBIBYTES: Readonly<Record<string, number>> = { K: 1 / 1024, M: 1, G: 1024 };

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 0.1 * Math.max(a, b);
const secondsIn = (words: string): number | undefined => {
  const [, number, unit = ""] = DURATION.exec(words) ?? [];
  const factor = SECONDS.find(([form]) => form.test(unit))?.[1];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
};

/** What a comment says in the unit of the setting beside it, and what that holds. */
function meantBy(key: string, value: string, words: string): readonly [said: number, is: number] | undefined {
  const said = secondsIn(words);
  if (said !== undefined) {
    const is = /_ms$/.test(key) ? Number(value) / 1000 : /[a-zµ]$/.test(value) ? secondsOf(value) : undefined;
    return is === undefined || Number.isNaN(is) ? undefined : [said, is];
  }
  const [, percent] = PERCENT.exec(words) ?? [];
  if (percent !== undefined && /percentage/.test(key)) return [Number(percent), Number(value)];
  const [, size, unit = ""] = SIZE.exec(words) ?? [];
  const isSize = /_mib$|_megabytes$/.test(key);
  return size === undefined || !isSize
    ? undefined
    : [Number(size) * (MEBIBYTES[unit.toUpperCase()] ?? 1), Number(value)];
}

function* otherNumbers(config: Config): Generator<Finding> {
  if (!/\d/.test(config.comments.all)) return;
  const passed = new Map<string, number>();
  for (const line of config.comments.lines) {
    const [, key = "", value = "", words = ""] = LINE.exec(line) ?? [];
    if (key === "") continue;
    const name = `${key}: ${value}`;
    const nth = passed.get(name) ?? 0;
    passed.set(name, nth + 1);
    const meant = meantBy(key, value, words);
    if (meant === undefined || Number.isNaN(meant[1]) || near(...meant)) continue;
    const place = config.scalars.filter((each) => each.path.at(-1) === key && wordOf(each.value ?? "") === value)[nth];
    if (place !== undefined)
      yield {
        path: place.path,
        message: `the comment says ${words}, and ${key} is ${value}`,
        fix: "let both say the same",
      };
  }
}

/** What people write above an action, and which actions do it. */
const ACTIONS: readonly (readonly [said: RegExp, does: RegExp, fix: string])[] = [
  [/^(we )?(hash|pseudonymi[sz]e)(es|s|ed|d)?\b/i, /^(hash|delete)$/, "write action: hash"],
  [/^(we )?(delete|remove|drop|strip)(s|d|ped)?\b/i, /^delete$/, "write action: delete"],
];

function* otherActions(config: Config): Generator<Finding> {
  for (const { action: own, actions, i, path } of actionsOf(config)) {
    const { key, action } = own;
    const name = textOf(key);
    const others = actions.filter((other, j) => j !== i && other.key === key);
    if (name === "" || others.length > 0) continue;
    const said = wordsAbove(config.comments, `key: ${name}`);
    const [, does, fix] = ACTIONS.find(([words]) => words.test(said)) ?? [];
    if (
      does === undefined ||
      fix === undefined ||
      does.test(textOf(action)) ||
      !/^(insert|upsert|update|hash|convert)$/.test(textOf(action))
    )
      continue;
    if (/\b(instead|then|and (set|write|add)|replace|before|after|unless)\b/i.test(said)) continue;
    yield {
      path: [...path, "action"],
      message: `the comment says "${said.slice(0, 60)}", and the action is ${textOf(action)}`,
      fix,
    };
  }
}

/** A comment that wants each failed trace. */
const ALL_ERRORS =
  /\b(?:keeps?|all|every|always|100 ?%)(?: of)?(?: the| all| every)? (?:errors?|failed|failures?|failing|erroneous|error traces?)\b/i;

function* withoutErrors(config: Config): Generator<Finding> {
  if (!ALL_ERRORS.test(config.comments.all)) return;
  for (const { settings, path } of config.of("processor", "tailsampling")) {
    const policies = JSON.stringify(settings.policies ?? []);
    if (
      policies === "[]" ||
      /\$\{|error|fail|status|exception|severity|always_sample|"(5|4)|sampling_percentage":100\b/i.test(policies)
    )
      continue;
    const all = [...policiesOf(config)];
    if (all.some(({ policy }) => at(policy, "type") === "numeric_attribute")) continue;
    yield {
      path: [...path, "policies"],
      message: "no policy asks for errors, and a comment wants them kept",
      fix: "add {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}",
    };
  }
}

export const commentBesideRules: readonly Rule[] = [
  {
    id: "comment-of-other-number",
    severity: "warning",
    explain:
      "The comment behind a setting says another time, share or size than the setting: one of both is wrong, and mostly it is the one that nobody sees.",
    bad: "processors:\n  probabilistic_sampler:\n    sampling_percentage: 1 # keep 10 %\n",
    good: "processors:\n  probabilistic_sampler:\n    sampling_percentage: 10 # keep 10 %\n",
    find: otherNumbers,
  },
  {
    id: "comment-of-other-action",
    severity: "warning",
    explain:
      "The comment above an action says that a value is hashed or deleted, and the action does another thing: the value is sent.",
    bad: "processors:\n  attributes:\n    actions:\n      # hash the user's number\n      - key: enduser.id\n        action: upsert\n        value: x\n",
    good: "processors:\n  attributes:\n    actions:\n      # hash the user's number\n      - key: enduser.id\n        action: hash\n",
    find: otherActions,
  },
  {
    id: "errors-not-kept",
    severity: "warning",
    explain:
      "tail_sampling keeps what a policy asks for: without one for errors these are sampled like all else. Said where a comment wants them kept.",
    bad: "# keep all errors, and a tenth of the rest\nprocessors:\n  tail_sampling: {policies: [{name: slow, type: latency, latency: {threshold_ms: 500}}, {name: rest, type: probabilistic, probabilistic: {sampling_percentage: 10}}]}\n",
    good: "# keep all errors, and a tenth of the rest\nprocessors:\n  tail_sampling: {policies: [{name: failed, type: status_code, status_code: {status_codes: [ERROR]}}, {name: rest, type: probabilistic, probabilistic: {sampling_percentage: 10}}]}\n",
    find: withoutErrors,
  },
];
