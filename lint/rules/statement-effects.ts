/** Statements that are read without a complaint, and leave nothing, the wrong thing, or what was there. */
import { at, type Config, listOf, textOf, wordOf } from "../model.ts";
import type { Path } from "../record.ts";
import type { Finding, Rule } from "../rule.ts";
import { languageOf } from "./ottl.ts";
import { runsOf } from "./statements.ts";

/** Statements that take everything away. */
const LEAVES_NOTHING: readonly (readonly [form: RegExp, what: string, fix: string])[] = [
  [/^\s*limit\(\s*[\w.]+\s*,\s*0\s*,\s*\[\s*\]\s*\)/, "limit 0 leaves no attribute", "write how many are kept"],
  [/^\s*truncate_all\(\s*[\w.]+\s*,\s*0\s*\)/, "truncate_all 0 leaves empty texts", "write how many signs are kept"],
  [/^\s*keep_keys\(\s*[\w.]+\s*,\s*\[\s*\]\s*\)/, "an empty list keeps nothing", "list what is kept"],
  [
    /^\s*delete_matching_keys\(\s*[\w.]+\s*,\s*"(\.\*|\.\+|\^?\.\*\$?|)"\s*\)/,
    "this pattern is every name's",
    "write a narrower one",
  ],
];

/** A place that a statement writes, and the one that it reads for that, where it does nothing else. */
const COPIES = /^\s*set\(\s*([\w.]+(?:\["[^"]+"\])?)\s*,\s*([\w.]+(?:\["[^"]+"\])?)\s*\)/;

function* exchanged(config: Config): Generator<Finding> {
  for (const run of runsOf(config)) {
    const written = new Map<string, string>();
    for (const { path, text } of run) {
      const [, to, from] = COPIES.exec(text) ?? [];
      if (to === undefined || from === undefined) continue;
      if (written.get(from) === to && !/\bwhere\b/.test(text))
        yield {
          path,
          message: `${from} holds ${to} already: a statement before has written it there`,
          fix: "keep the first value in cache, and write it from there",
        };
      if (!/\bwhere\b/.test(text)) written.set(to, from);
    }
  }
}

/** Deletions of what a statement before has written. */
function* writtenForNothing(config: Config): Generator<Finding> {
  for (const run of runsOf(config)) {
    const written = new Set<string>();
    for (const { path, text } of run) {
      const [, to] = /^\s*set\(\s*([\w.]*attributes\["[^"]+"\])\s*,/.exec(text) ?? [];
      const [, where, key] = /^\s*delete_key\(\s*([\w.]*attributes)\s*,\s*"([^"]+)"\s*\)\s*$/.exec(text) ?? [];
      const place = `${where}["${key}"]`;
      if (key !== undefined && written.has(place))
        yield {
          path,
          message: `${place} is what a statement before has written`,
          fix: "delete the one that it was made of",
        };
      else if (to !== undefined) written.add(to);
      // read in between: it was for that
      for (const each of written) if (to !== each && key === undefined && text.includes(each)) written.delete(each);
    }
  }
}

/** cache of one group of statements that another group has filled. */
function* cacheOfOthers(config: Config): Generator<Finding> {
  for (const { settings, path } of config.of("processor", "transform"))
    for (const key of ["trace_statements", "metric_statements", "log_statements"]) {
      const groups = listOf(settings[key]).map((item, i) => ({
        place: [...path, key, i, "statements"] as Path,
        isShared: at(item, "shared_cache") === true,
        texts: listOf(at(item, "statements")).map((text) => wordOf(text ?? "")),
      }));
      const fills = (text: string): boolean => /^\s*(set|merge_maps)\(\s*(\w+\.)?cache\b/.test(text);
      for (const [i, { place, texts, isShared }] of groups.entries()) {
        if (isShared || texts.some(fills)) continue;
        const read = texts.findIndex((text) => /\bcache\["/.test(text));
        if (read >= 0 && groups.some((other, j) => j !== i && other.texts.some(fills)))
          yield {
            path: [...place, read],
            message: "each group of statements has a cache of its own, and nothing fills this one",
            fix: "write the statements in one group, or set shared_cache: true in each",
          };
      }
    }
}

/** Functions that fail without a text, or on a shorter one. */
const FAILS =
  /\b(SHA1|SHA256|SHA512|MD5|Substring|Split|ToLowerCase|ToUpperCase|Base64Decode|Decode|ExtractPatterns|ExtractGrokPatterns|ParseJSON|ParseKeyValue|URL|UserAgent|Trim)\(\s*(?:(?:span|log|datapoint|resource|scope|spanevent)\.)?(attributes\["[^"]+"\]|body)/;

export const statementEffectRules: readonly Rule[] = [
  {
    id: "leaves-nothing",
    severity: "warning",
    explain: "A limit of 0, an empty list of what is kept, or a pattern that every name matches takes everything away.",
    bad: "processors:\n  transform: {trace_statements: ['limit(span.attributes, 0, [])']}\n",
    good: "processors:\n  transform: {trace_statements: ['limit(span.attributes, 100, [])']}\n",
    *find(config) {
      for (const { path, text } of languageOf(config))
        for (const [form, message, fix] of LEAVES_NOTHING) if (form.test(text)) yield { path, message, fix };
    },
  },
  {
    id: "exchanged-in-two-steps",
    severity: "warning",
    explain:
      "Statements run one after another: the second of two that exchange values finds the new one in both places.",
    bad: 'processors:\n  transform: {trace_statements: [\'set(span.attributes["a"], span.attributes["b"])\', \'set(span.attributes["b"], span.attributes["a"])\']}\n',
    good: 'processors:\n  transform: {trace_statements: [\'set(span.attributes["a"], span.attributes["b"])\']}\n',
    find: exchanged,
  },
  {
    id: "written-and-deleted",
    severity: "warning",
    explain: "A statement that deletes what one before it has written undoes it: the old name was meant.",
    bad: 'processors:\n  transform: {trace_statements: [\'set(span.attributes["url.path"], span.attributes["http.target"])\', \'delete_key(span.attributes, "url.path")\']}\n',
    good: 'processors:\n  transform: {trace_statements: [\'set(span.attributes["url.path"], span.attributes["http.target"])\', \'delete_key(span.attributes, "http.target")\']}\n',
    find: writtenForNothing,
  },
  {
    id: "cache-of-other-group",
    severity: "warning",
    explain:
      "Each group of statements (context, statements) has a cache of its own, for each record anew: what another group has put there is not in it, unless shared_cache: true.",
    bad: 'processors:\n  transform: {log_statements: [{context: log, statements: [\'set(cache["a"], attributes["b"])\']}, {context: log, statements: [\'set(attributes["c"], cache["a"])\']}]}\n',
    good: 'processors:\n  transform: {log_statements: [{context: log, statements: [\'set(cache["a"], attributes["b"])\', \'set(attributes["c"], cache["a"])\']}]}\n',
    find: cacheOfOthers,
  },
  {
    id: "set-to-other-kind",
    severity: "error",
    explain:
      "A field takes a value of its own kind: severity_text a text and no number, time a time and no text. Of another kind nothing is set, and the statement fails or does nothing.",
    bad: "processors:\n  transform: {log_statements: ['set(log.time, log.attributes[\"ts\"])']}\n",
    good: 'processors:\n  transform: {log_statements: [\'set(log.time, Time(log.attributes["ts"], "%Y-%m-%dT%H:%M:%S%z"))\']}\n',
    *find(config) {
      for (const { path, text } of languageOf(config)) {
        const [, field, value] =
          /^\s*set\(\s*((?:\w+\.)?(?:severity_text|time|observed_time|start_time|end_time))\s*,\s*([^()]+?)\s*\)/.exec(
            text,
          ) ?? [];
        if (field === undefined || value === undefined) continue;
        const isTime = field.endsWith("time");
        if (
          isTime
            ? /attributes\["[^"]+"\]$|\bbody\b|^"/.test(value)
            : /^(SEVERITY_NUMBER_\w+|\d+|(log\.)?severity_number)$/.test(value)
        )
          yield {
            path,
            message: isTime ? `${value} is a text, and ${field} a time` : `${value} is a number, and ${field} a text`,
            fix: isTime
              ? `write Time(${value}, "%Y-…"), or ${field}_unix_nano`
              : "write the name in quotes, or set severity_number",
          };
      }
    },
  },
];

/** Statements whose function fails where the attribute is not there, unguarded. */
export function failing(text: string): string | undefined {
  const [, name, place = ""] = FAILS.exec(text) ?? [];
  if (name === undefined || /\bwhere\b/.test(text)) return undefined;
  // the body of a record is nearly always there; a part of it is not
  return place === "body" && !/^(Substring|Split)$/.test(name) ? undefined : `${name} of ${textOf(place)}`;
}
