/** Names that say the opposite of what is written below them. */
import { wordsAbove } from "../comments.ts";
import { at, type Config, listOf, recordOf, textOf } from "../model.ts";
import type { Path } from "../read.ts";
import type { Rule } from "../rule.ts";
import { listsOf } from "./operators.ts";

const KEEPS = /(?:^|[_.-])(?:only|keep|allow)[_.-]+(.+)$/i;
const DROPS = /drop|exclu|remov|delet|ignor|discard|deny|(^|[_.-])(no|not|non|without|except)([_.-]|$)/i;
/** Words that say nothing of what is kept. */
const EMPTY = /^(only|keep|allow|the|and|log|metric|span|trace|event|data|all|for|with|from)$/;

/** Conditions of a filter, wherever it has them. */
export function* conditionsOf(
  settings: Readonly<Record<string, unknown>>,
  path: Path,
): Generator<{ path: Path; text: string }> {
  const own = function* (value: unknown, place: Path): Generator<{ path: Path; text: string }> {
    for (const [i, item] of listOf(value).entries())
      if (typeof item === "string") yield { path: [...place, i], text: item };
      else yield* own(at(item, "conditions"), [...place, i, "conditions"]);
  };
  for (const signal of ["traces", "metrics", "logs"])
    for (const [context, list] of Object.entries(recordOf(settings[signal])))
      yield* own(list, [...path, signal, context]);
  for (const key of ["trace_conditions", "metric_conditions", "log_conditions"])
    yield* own(settings[key], [...path, key]);
}

/** Values that a condition asks for as they are, without `not` and `!=`; undefined where it asks for something more complicated. */
function wantedOf(condition: string): string | undefined {
  if (/\bnot\b|!=|<|\bor\b|\band\b|== *nil/.test(condition)) return undefined;
  return /(?:==|>=?)\s*(.+)$/.exec(condition)?.[1] ?? /^\s*IsMatch\([^,]+,(.+)\)\s*$/.exec(condition)?.[1];
}

const wordsOf = (name: string): readonly string[] =>
  name
    .toLowerCase()
    .split(/[^a-z]+/)
    .map((word) => word.replace(/s$/, ""))
    .filter((word) => word.length > 2 && !EMPTY.test(word));

function* inverted(config: Config) {
  for (const { id, settings, path } of config.of("processor", "filter")) {
    const name = id.slice(id.indexOf("/") + 1);
    const kept = id.includes("/") && !DROPS.test(name) ? KEEPS.exec(name)?.[1] : undefined;
    if (kept === undefined) continue;
    for (const { path: place, text } of conditionsOf(settings, path)) {
      const wanted = textOf(wantedOf(text)).toLowerCase();
      const word = wordsOf(kept).find((each) => wanted.includes(each));
      if (word !== undefined)
        yield { path: place, message: `${id} drops what it is named to keep: ${word}`, fix: `write not (${text})` };
    }
  }
  yield* keptInWords(config);
  // operators that filter drop what their expression matches, too
  for (const list of listsOf(config))
    for (const { type, settings, path } of list) {
      const name = textOf(settings.id);
      const kept = type === "filter" && !DROPS.test(name) ? KEEPS.exec(name)?.[1] : undefined;
      const wanted = textOf(settings.expr).toLowerCase();
      if (kept === undefined || /\bnot\b|!/.test(wanted)) continue;
      const word = wordsOf(kept).find((each) => wanted.includes(each));
      if (word !== undefined)
        yield {
          path: [...path, "expr"],
          message: `${name} drops what it is named to keep: ${word}`,
          fix: `write not (${textOf(settings.expr)})`,
        };
    }
}

/** Words of a severity that a filter is there to keep, and among them the worst. */
const IS_SEVERE = /^(warn(ing)?|error|err|fatal|crit(ical)?|alert|emerg(ency)?|panic|severe)\d?$/;
const IS_WORST = /^(error|err|fatal|crit(ical)?|alert|emerg(ency)?|panic|severe)\d?$/;

/** Whether a condition asks for nothing but severe records, by the names of their levels. */
export function asksForTheSevere(text: string): boolean {
  if (/\bnot\b|!=|!\s*\(|\band\b|&&|</.test(text) || !/level|severity|body|\bmessage\b/i.test(text)) return false;
  const values = text.replace(/\w\[["'][^"']+["']\]/g, "");
  const words = [...values.matchAll(/(["'])((?:(?!\1)[^\\]|\\.)*)\1/g)]
    .map(([, , inside = ""]) => inside)
    .flatMap((inside) => inside.replace(/\(\?i\)|\\+b|[\^$()?:]/g, " ").split(/[|\s]+/))
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
  return words.length > 0 && words.every((word) => IS_SEVERE.test(word)) && words.some((word) => IS_WORST.test(word));
}

/** What a comment wants to keep: `only payments`, `keep the namespace shop`. */
const WANTS = /\b(?:only|just|nothing but|keep|keeps|retain)\b(.*)/i;
const REFUSES =
  /\b(drop\w*|remov\w*|exclud\w*|without|except|discard\w*|throw\w*|no|not|never|nobody|don't|noise|delet\w*|filter(s|ed)? out|ignor\w*|skip\w*|out|away|expensive|costs?|too)\b/i;

/** Filters below a comment that says to keep what they drop. */
function* keptInWords(config: Config) {
  const filters = config.of("processor", "filter").flatMap(({ settings, path }) => [...conditionsOf(settings, path)]);
  const operators = [...listsOf(config)].flatMap((list) =>
    list.flatMap(({ type, settings, path }) =>
      type === "filter" && settings.drop_ratio === undefined
        ? [{ path: [...path, "expr"], text: textOf(settings.expr) }]
        : [],
    ),
  );
  for (const { path, text } of [...filters, ...operators]) {
    const wanted = textOf(wantedOf(text) ?? / in (\[.*\])/.exec(text)?.[1]).toLowerCase();
    if (wanted === "") continue;
    const said = wordsAbove(config.comments, text);
    const kept = REFUSES.test(said) ? undefined : WANTS.exec(said)?.[1];
    const word = kept === undefined ? undefined : wordsOf(kept).find((each) => wanted.includes(each));
    if (word !== undefined)
      yield { path, message: `this drops what the comment above wants to keep: ${word}`, fix: `write not (${text})` };
  }
}

/** A comment that wants nothing but warnings or errors. */
const ONLY_SEVERE = /\b(only|just|nothing but)\b[^.\n]{0,40}\b(warn\w*|errors?)\b/i;
/** The other half of records that are parted by severity. */
const isLessSevere = (value: unknown): boolean => /severity_number\s*</.test(textOf(value));

export const invertedRules: readonly Rule[] = [
  {
    id: "filter-drops-what-it-keeps",
    severity: "warning",
    explain:
      "A filter drops what its conditions match: one that is named after what it keeps, or stands below a comment that says so, must ask for the rest.",
    bad: "processors:\n  filter/only_errors: {logs: {log_record: ['log.severity_number >= SEVERITY_NUMBER_ERROR']}}\n",
    good: "processors:\n  filter/only_errors: {logs: {log_record: ['log.severity_number < SEVERITY_NUMBER_ERROR']}}\n",
    find: inverted,
  },
  {
    id: "filter-drops-the-severe",
    severity: "warning",
    explain:
      "A filter drops what its conditions match: asked for a severity of at least warning it drops warnings and errors, and keeps the rest. Said where no other pipeline takes what is dropped, or where a comment wants only the severe ones.",
    bad: "processors:\n  filter: {logs: {log_record: ['severity_number >= SEVERITY_NUMBER_WARN']}}\nservice:\n  pipelines:\n    logs: {receivers: [otlp], processors: [filter], exporters: [otlp]}\n",
    good: "processors:\n  filter: {logs: {log_record: ['severity_number < SEVERITY_NUMBER_WARN']}}\nservice:\n  pipelines:\n    logs: {receivers: [otlp], processors: [filter], exporters: [otlp]}\n",
    *find(config) {
      const isSaid = ONLY_SEVERE.test(config.comments.all) && !config.scalars.some(({ value }) => isLessSevere(value));
      for (const { id, settings, path } of config.of("processor", "filter")) {
        const pipelines = config.using("processors", id);
        const elsewhere = pipelines.some((one) =>
          config.pipelines.some(
            (other) =>
              other.id !== one.id &&
              other.signal === one.signal &&
              !other.processors.includes(id) &&
              other.receivers.some((receiver) => one.receivers.includes(receiver)),
          ),
        );
        if (pipelines.length === 0 || (elsewhere && !isSaid)) continue;
        for (const { path: place, text } of conditionsOf(settings, path))
          if (
            /^\s*(log\.)?severity_number\s*>=?\s*(SEVERITY_NUMBER_(INFO|WARN|ERROR|FATAL)\d?|9|13|17|21)\s*$/.test(text)
          )
            yield {
              path: place,
              message: "this drops the severe records and keeps the others",
              fix: `write ${text.replace(/>=?/, "<").trim()}`,
            };
          else if (place.includes("logs") && asksForTheSevere(text))
            yield {
              path: place,
              message: "this drops the severe records and keeps the others",
              fix: `write not (${text.trim()})`,
            };
      }
      for (const list of listsOf(config))
        for (const { type, settings, path } of list)
          if (type === "filter" && settings.drop_ratio === undefined && asksForTheSevere(textOf(settings.expr)))
            yield {
              path: [...path, "expr"],
              message: "this drops the severe records and keeps the others",
              fix: `write not (${textOf(settings.expr)})`,
            };
    },
  },
];
