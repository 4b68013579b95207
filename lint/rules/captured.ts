/** What a pattern takes out of a line, and what is read of it: fields that no operator makes, and times of another form. */
import { at, textOf, wordOf } from "../model.ts";
import type { Path } from "../record.ts";
import type { Finding, Rule } from "../rule.ts";
import { listsOf, type Operator } from "./operators.ts";

/** The name of an attribute at the top of a record; undefined for all else. */
const nameOf = (field: unknown): string | undefined =>
  /^attributes(?:\.([\w-]+)|\[["']([^"']+)["']\])/.exec(textOf(field))?.slice(1).find(Boolean);

/** Attributes that an operator adds to those of a record; undefined where only the lines tell. */
function madeBy({ type, settings }: Operator): readonly string[] | undefined {
  const target = textOf(settings.parse_to ?? "attributes");
  if (type === "regex_parser" && target === "attributes")
    return [...textOf(settings.regex).matchAll(/\(\?P?<(\w+)>/g)].map(([, name = ""]) => name);
  if (type === "csv_parser" && target === "attributes" && typeof settings.header === "string")
    return settings.header
      .split(textOf(settings.header_delimiter ?? settings.delimiter ?? ","))
      .map((one) => one.trim());
  // what is parsed to the body, or below one attribute, makes no others
  if (/_parser$/.test(type) && /^body\b/.test(textOf(settings.parse_to))) return [];
  if (/^(json|key_value)_parser$/.test(type) && nameOf(settings.parse_to) !== undefined)
    return [nameOf(settings.parse_to) ?? ""];
  if (/^(regex_parser|csv_parser)$/.test(type)) return settings.parse_to === undefined ? undefined : [];
  if (/^(add|copy|move)$/.test(type)) return [nameOf(settings.field ?? settings.to) ?? ""];
  return /^(time_parser|severity_parser|trace_parser|scope_name_parser|remove|recombine|filter|noop|unquote|regex_replace)$/.test(
    type,
  )
    ? []
    : undefined;
}

/** Attributes that an operator reads, with where it says so. */
function* readsOf({ type, settings, path }: Operator): Generator<{ readonly path: Path; readonly field: string }> {
  for (const place of [
    ["timestamp", "parse_from"],
    ["severity", "parse_from"],
  ])
    if (typeof at(settings, ...place) === "string")
      yield { path: [...path, ...place], field: textOf(at(settings, ...place)) };
  if (/^(time_parser|severity_parser)$/.test(type) && typeof settings.parse_from === "string")
    yield { path: [...path, "parse_from"], field: settings.parse_from };
  if (/^(move|copy)$/.test(type) && typeof settings.from === "string")
    yield { path: [...path, "from"], field: settings.from };
}

/** Whether records begin as a line alone, with no attributes but those of their file. */
const isOfLines = ({ path }: Operator): boolean => /^(filelog|tcplog|udplog|namedpipe)\b/.test(wordOf(path[1]));

function* unmade(list: readonly Operator[]): Generator<Finding> {
  const known = new Set<string>();
  let parsed = "";
  for (const operator of list) {
    const { type, settings } = operator;
    const made = madeBy(operator);
    // what is done with some records alone, or goes another way, is not followed
    if (made === undefined || settings.output !== undefined) return;
    const isParser = /^(regex|csv)_parser$/.test(type);
    if (isParser && made.length > 0) parsed = type === "regex_parser" ? "the pattern" : "the header";
    const target = textOf(settings.parse_to);
    if (/_parser$/.test(type) && /^(body\b|attributes[.[])/.test(target) && isOfLines(operator) && parsed === "")
      parsed = `what is parsed goes to ${target}, and besides there`;
    for (const name of made) if (isParser || /_parser$/.test(type)) known.add(name);
    if (parsed !== "")
      for (const { path, field } of readsOf(operator)) {
        const name = nameOf(field);
        if (name !== undefined && !known.has(name) && !/^log\.|\$\{/.test(name) && settings.if === undefined)
          yield {
            path,
            message: `nothing makes ${field}: ${parsed} ${parsed.startsWith("what") ? "are" : "takes"} ${[...known].join(", ") || "no attributes"}`,
            fix: "write one of these, or name the group so",
          };
      }
    for (const name of made) known.add(name);
  }
}

/** The pattern of one group as the digits and signs that it takes: `0000-00-00 00:00`; undefined where it leaves more open. */
function shapeOfPattern(pattern: string): string | undefined {
  const shape = pattern
    .replace(/\\d\{(\d)\}|\[0-9\]\{(\d)\}/g, (_, a?: string, b?: string) => "0".repeat(Number(a ?? b)))
    .replace(/(?:\\d|\[0-9\])(?:\{1,2\}|\+)/g, "#")
    .replace(/\\d|\[0-9\]/g, "0")
    .replace(/\\([-./:, ])/g, "$1")
    .replace(/\\s/g, " ");
  return /^[0#\-/:., TZ]+$/.test(shape) && /[0#]/.test(shape) ? shape : undefined;
}
/** The same of a layout. */
function shapeOfLayout(layout: string): string | undefined {
  const shape = layout
    .replaceAll("%Y", "0000")
    .replace(/%[mdyHMS]/g, "00")
    .replaceAll("%L", "000")
    .replaceAll("%f", "#");
  return /^[0#\-/:., TZ]+$/.test(shape) ? shape : undefined;
}
/** Whether a text of one form may have the other one. */
function fits(pattern: string, layout: string): boolean {
  const signs = (shape: string): readonly string[] => shape.match(/[0#]+|[^0#]/g) ?? [];
  const [one, other] = [signs(pattern), signs(layout)];
  return (
    one.length === other.length &&
    one.every(
      (part, i) =>
        part === other[i] || (/^[0#]/.test(part) && /^[0#]/.test(other[i] ?? "") && `${part}${other[i]}`.includes("#")),
    )
  );
}

function* otherForms(list: readonly Operator[]): Generator<Finding> {
  const groups = new Map<string, string>();
  for (const { type, settings, path } of list) {
    if (type === "regex_parser")
      for (const [, name = "", pattern = ""] of textOf(settings.regex).matchAll(/\(\?P?<(\w+)>((?:[^()\\]|\\.)*)\)/g))
        groups.set(name, pattern);
    for (const [time, place] of [
      [settings.timestamp, [...path, "timestamp", "layout"]],
      ...(type === "time_parser" ? [[settings, [...path, "layout"]]] : []),
    ] as [unknown, Path][]) {
      if (!/^(|strptime)$/.test(wordOf(at(time, "layout_type") ?? ""))) continue;
      const layout = shapeOfLayout(textOf(at(time, "layout")));
      const pattern = shapeOfPattern(groups.get(nameOf(at(time, "parse_from")) ?? "") ?? "");
      if (layout !== undefined && layout !== "" && pattern !== undefined && !fits(pattern, layout))
        yield {
          path: place,
          message: `the pattern takes a time of the form ${pattern}, and the layout reads ${layout}`,
          fix: "write the layout of what the pattern takes",
        };
    }
  }
}

export const capturedRules: readonly Rule[] = [
  {
    id: "field-nobody-makes",
    severity: "error",
    explain:
      "A pattern with named groups, or the header of a table, says which attributes there are: another one is not there, so a time or a severity is not read, and each record fails.",
    bad: "receivers:\n  filelog: {include: [/var/log/app.log], operators: [{type: regex_parser, regex: '^(?P<time>\\S+) (?P<level>\\w+) (?P<msg>.*)$', severity: {parse_from: attributes.severity}}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/app.log], operators: [{type: regex_parser, regex: '^(?P<time>\\S+) (?P<level>\\w+) (?P<msg>.*)$', severity: {parse_from: attributes.level}}]}\n",
    *find(config) {
      for (const list of listsOf(config)) yield* unmade(list);
    },
  },
  {
    id: "layout-of-other-form",
    severity: "error",
    explain:
      "A layout reads a time of one form: where the pattern that takes it out of the line asks for other signs or digits, no time is read, and records get the time of their collection.",
    bad: "receivers:\n  filelog: {include: [/var/log/app.log], operators: [{type: regex_parser, regex: '^(?P<time>\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}) (?P<msg>.*)$', timestamp: {parse_from: attributes.time, layout: '%d/%m/%Y %H:%M:%S'}}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/app.log], operators: [{type: regex_parser, regex: '^(?P<time>\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}) (?P<msg>.*)$', timestamp: {parse_from: attributes.time, layout: '%Y-%m-%d %H:%M:%S'}}]}\n",
    *find(config) {
      for (const list of listsOf(config)) yield* otherForms(list);
    },
  },
];
