/** Conditions that always hold, or never. */
import { AND, OR, partsOf } from "../implies.ts";
import { type Config, textOf } from "../model.ts";
import type { Path } from "../record.ts";
import type { Rule } from "../rule.ts";
import { listsOf } from "./operators.ts";
import { languageOf } from "./ottl.ts";

/** A comparison of one place with one value. */
interface Comparison {
  readonly place: string;
  readonly isEqual: boolean;
  readonly value: string;
}

const COMPARES =
  /^\s*\(?\s*([A-Za-z_][\w.]*(?:\[["'][^"']+["']\])*)\s*(==|!=)\s*("[^"]*"|'[^']*'|[A-Z][A-Z0-9_]+|\d+)\s*\)?\s*$/;
const MATCHES = /^\s*not\s*\(?\s*IsMatch\(\s*([^,]+?)\s*,\s*("\^[\w./ -]+[^"]*")\s*\)\s*\)?\s*$/;

function comparisonOf(text: string): Comparison | undefined {
  const [, place, sign, value] = COMPARES.exec(text) ?? [];
  if (place !== undefined && value !== undefined) return { place, isEqual: sign === "==", value };
  const [, matched, pattern] = MATCHES.exec(text) ?? [];
  return matched === undefined || pattern === undefined
    ? undefined
    : { place: matched, isEqual: false, value: pattern };
}

/** Two alternatives of which one holds for any value: it is not the one, or it is not the other. */
function alwaysTrue(alternatives: readonly string[]): readonly [number, Comparison, Comparison] | undefined {
  const all = alternatives.map(comparisonOf);
  for (const [i, one] of all.entries())
    for (const other of all.slice(0, i))
      if (
        one !== undefined &&
        other !== undefined &&
        one.place === other.place &&
        !one.isEqual &&
        !other.isEqual &&
        one.value !== other.value
      )
        return [i, other, one];
  return undefined;
}

/** All conditions of a file, those of operators among them. */
function* conditionsIn(config: Config): Generator<{ readonly path: Path; readonly text: string }> {
  for (const { path, text, kind } of languageOf(config))
    yield { path, text: kind === "condition" ? text : (/\bwhere\b([\s\S]*)$/.exec(text)?.[1] ?? "") };
  for (const list of listsOf(config))
    for (const { settings, path } of list)
      for (const key of ["if", "expr"])
        if (typeof settings[key] === "string") yield { path: [...path, key], text: textOf(settings[key]) };
}

/** `a and b == 1 or b == 2`: the second value of one place without what the first one has beside it. */
function loose(text: string): Comparison | undefined {
  const ways = partsOf(text, OR);
  for (const [i, way] of ways.entries()) {
    const parts = partsOf(way, AND);
    const last = comparisonOf(parts.at(-1) ?? "");
    const next = partsOf(ways[i + 1] ?? "", AND);
    const other = next.length === 1 ? comparisonOf(next[0] ?? "") : undefined;
    const isSame = last?.isEqual === true && other?.isEqual === true && last.place === other.place;
    const isBound = parts.length > 1 && parts.slice(0, -1).every((part) => !part.includes(last?.place ?? ""));
    if (isSame && isBound && last.value !== other.value && !way.trim().startsWith("(")) return other;
  }
  return undefined;
}

export const logicRules: readonly Rule[] = [
  {
    id: "or-takes-half",
    severity: "warning",
    explain:
      "and binds before or: in `a and b == 1 or b == 2` the second value is taken without a, wherever it comes from.",
    bad: 'processors:\n  filter: {traces: {span: [\'kind == SPAN_KIND_SERVER and attributes["http.route"] == "/health" or attributes["http.route"] == "/ready"\']}}\n',
    good: 'processors:\n  filter: {traces: {span: [\'kind == SPAN_KIND_SERVER and (attributes["http.route"] == "/health" or attributes["http.route"] == "/ready")\']}}\n',
    *find(config) {
      for (const { path, text } of conditionsIn(config)) {
        if (!/\s(?:or|\|\|)\s/.test(text)) continue;
        const found = loose(text);
        if (found !== undefined)
          yield {
            path,
            message: `${found.place} == ${found.value} stands by itself, without what is asked before`,
            fix: "write the alternatives in parentheses",
          };
      }
    },
  },
  {
    id: "always-true",
    severity: "warning",
    explain:
      "Conditions beside each other, and those with or between them, are alternatives: whatever the value is, it is not the one or not the other, so everything is taken.",
    bad: "processors:\n  filter: {metrics: {metric: ['name != \"requests\"', 'name != \"errors\"']}}\n",
    good: 'processors:\n  filter: {metrics: {metric: [\'name != "requests" and name != "errors"\']}}\n',
    *find(config) {
      const lists = new Map<string, { readonly path: Path; readonly text: string }[]>();
      for (const each of conditionsIn(config)) {
        const found = alwaysTrue(partsOf(each.text, OR));
        if (found !== undefined) {
          const [, one, other] = found;
          yield {
            path: each.path,
            message: `${one.place} is always another than ${one.value}, or another than ${other.value}`,
            fix: "write and in the place of or",
          };
        }
        const isList =
          each.path[0] === "processors" &&
          /^(filter|logdedup)/.test(String(each.path[1])) &&
          typeof each.path.at(-1) === "number";
        if (!isList) continue;
        const key = JSON.stringify(each.path.slice(0, -1));
        lists.set(key, [...(lists.get(key) ?? []), each]);
      }
      for (const list of lists.values()) {
        const found = alwaysTrue(list.map(({ text }) => text));
        const second = found === undefined ? undefined : list[found[0]];
        if (found !== undefined && second !== undefined)
          yield {
            path: second.path,
            message: `one of the conditions on ${found[1].place} always holds, so everything is dropped`,
            fix: `write both as one condition: ${found[1].place} != ${found[1].value} and ${found[2].place} != ${found[2].value}`,
          };
      }
    },
  },
  {
    id: "never-true",
    severity: "warning",
    explain: "One value cannot be two at once: with and between both, nothing is ever taken.",
    bad: 'processors:\n  filter: {traces: {span: [\'name == "GET /health" and name == "GET /ready"\']}}\n',
    good: 'processors:\n  filter: {traces: {span: [\'name == "GET /health" or name == "GET /ready"\']}}\n',
    *find(config) {
      for (const { path, text } of conditionsIn(config)) {
        if (partsOf(text, OR).length > 1) continue;
        const all = partsOf(text, AND).map(comparisonOf);
        const twice = all.find(
          (one, i) =>
            one?.isEqual === true &&
            all
              .slice(0, i)
              .some((other) => other?.isEqual === true && other.place === one.place && other.value !== one.value),
        );
        if (twice !== undefined)
          yield {
            path,
            message: `${twice.place} has one value, and two are asked for`,
            fix: "write or in the place of and",
          };
      }
    },
  },
  {
    id: "text-order",
    severity: "warning",
    explain:
      "Texts are compared by their letters: ERROR stands before INFO, so the name of a severity has no more or less. severity_number has.",
    bad: "processors:\n  filter: {logs: {log_record: ['severity_text < \"WARN\"']}}\n",
    good: "processors:\n  filter: {logs: {log_record: ['severity_number != 0 and severity_number < SEVERITY_NUMBER_WARN']}}\n",
    *find(config) {
      for (const { path, text } of conditionsIn(config))
        if (/\bseverity_text\s*[<>]=?/.test(text))
          yield { path, message: "severity_text is compared by its letters", fix: "compare severity_number" };
    },
  },
];
