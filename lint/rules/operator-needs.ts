/** What each operator of the log receivers is refused without, from the checks that they make themselves (pkg/stanza/operator). */
import { at, listOf, textOf, textsOf } from "../model.ts";
import type { Finding, Rule } from "../rule.ts";
import { listsOf, type Operator, outputsOf } from "./operators.ts";

/** Keys of an operator, of which each must be set; | between those of which one is enough. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  add: ["field", "value"],
  assign_keys: ["keys"],
  copy: ["from", "to"],
  csv_parser: ["header|header_attribute"],
  file_output: ["path"],
  filter: ["expr"],
  flatten: ["field"],
  move: ["from", "to"],
  regex_parser: ["regex"],
  regex_replace: ["regex|regex_name", "field"],
  remove: ["field"],
  retain: ["fields"],
  router: ["routes"],
  severity_parser: ["parse_from"],
  syslog_parser: ["protocol"],
  time_parser: ["parse_from"],
  unquote: ["field"],
};

/** Keys that take one of a few words. */
const WORDS: readonly (readonly [type: RegExp, key: string, words: string])[] = [
  [/./, "on_error", "send send_quiet drop drop_quiet"],
  [/^container$/, "format", "docker crio containerd"],
  [/^recombine$/, "overwrite_with", "newest oldest"],
  [/^syslog_parser$/, "protocol", "rfc3164 rfc5424"],
  [/^severity_parser$/, "preset", "none default otel aliases catchall http"],
  [/^time_parser$/, "layout_type", "strptime gotime epoch"],
  [/^regex_replace$/, "regex_name", "ansi_control_sequences"],
];

const isSet = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);

function* needsOf({ type, settings, path }: Operator): Generator<Finding> {
  for (const need of Object.hasOwn(NEEDS, type) ? (NEEDS[type] ?? []) : []) {
    const keys = need.split("|");
    // an empty text may be added
    const given =
      type === "add" && need === "value" ? settings.value !== undefined : keys.some((key) => isSet(settings[key]));
    if (!given) yield { path, message: `${type} has no ${keys.join(" or ")}`, fix: `set ${keys[0]}` };
  }
  for (const [types, key, words] of WORDS) {
    const value = settings[key];
    if (!types.test(type) || typeof value !== "string" || value.includes("${")) continue;
    if (!words.split(" ").includes(value))
      yield {
        path: [...path, key],
        message: `${type} knows no ${key} ${value}`,
        fix: `write ${words.split(" ").join(", ")}`,
      };
  }
  if (type === "key_value_parser" && isSet(settings.delimiter) && settings.delimiter === settings.pair_delimiter)
    yield {
      path: [...path, "pair_delimiter"],
      message: "the same character parts pairs and their values",
      fix: "write another one between pairs",
    };
  const { drop_ratio } = settings;
  if (type === "filter" && typeof drop_ratio === "number" && (drop_ratio < 0 || drop_ratio > 1))
    yield { path: [...path, "drop_ratio"], message: `${drop_ratio} is no share`, fix: "write a number from 0 to 1" };
  const sign = textOf(settings.header_delimiter ?? settings.delimiter ?? ",");
  if (type === "csv_parser" && typeof settings.header === "string" && !/[$\\]/.test(sign) && sign.length === 1)
    if (settings.header !== "" && !settings.header.includes(sign) && !settings.header.includes("${"))
      yield {
        path: [...path, "header"],
        message: `${settings.header} has no ${sign}, which parts it unless header_delimiter is set`,
        fix: `part the names by ${sign}, or set header_delimiter`,
      };
  const { delimiter } = settings;
  if (
    /^csv_parser$/.test(type) &&
    typeof delimiter === "string" &&
    delimiter.length > 1 &&
    !/[$]|\\(?!t$)/.test(delimiter)
  )
    yield { path: [...path, "delimiter"], message: `"${delimiter}" is no single sign`, fix: "write one sign" };
  if (type === "csv_parser" && isSet(settings.header) && isSet(settings.header_attribute))
    yield { path: [...path, "header_attribute"], message: "the header is given twice", fix: "keep one of them" };
}

/** Expressions of the log receivers, which have a language of their own. */
function* expressionsOf({ settings, path, type }: Operator) {
  for (const key of ["if", "expr", "is_first_entry", "is_last_entry"])
    if (typeof settings[key] === "string") yield { path: [...path, key], text: textOf(settings[key]) };
  if (type === "router")
    for (const [i, route] of listOf(settings.routes).entries())
      if (typeof at(route, "expr") === "string")
        yield { path: [...path, "routes", i, "expr"], text: textOf(at(route, "expr")) };
}

/** Fields that operators of a list read. */
const readIn = (list: readonly Operator[]): readonly string[] =>
  list.flatMap(({ settings }) => ["parse_from", "from", "combine_field"].flatMap((key) => textOf(settings[key]) || []));

export const operatorNeedRules: readonly Rule[] = [
  {
    id: "operator-needs",
    severity: "error",
    explain:
      "An operator without the field that it works on, or with a word that it does not know, stops the collector.",
    bad: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: move, from: attributes.msg}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: json_parser}, {type: move, from: attributes.msg, to: body}]}\n",
    *find(config) {
      for (const list of listsOf(config)) for (const operator of list) yield* needsOf(operator);
    },
  },
  {
    id: "operator-id",
    severity: "error",
    explain: "Two operators of one id are refused, and so are operators that hand on to each other in a circle.",
    bad: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: json_parser, id: parse}, {type: csv_parser, id: parse, header: 'a,b'}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: json_parser, id: parse}, {type: csv_parser, id: parse_csv, header: 'a,b'}]}\n",
    *find(config) {
      for (const list of listsOf(config)) {
        const ids = list.map(({ settings }) => textOf(settings.id));
        for (const [i, operator] of list.entries()) {
          const id = ids[i] ?? "";
          if (id !== "" && ids.indexOf(id) < i)
            yield { path: [...operator.path, "id"], message: `two operators have the id ${id}`, fix: "rename one" };
          for (const { path, id: next } of outputsOf(operator)) {
            const to = ids.indexOf(next);
            const between = list.slice(to, i);
            // what leaves the row between the two does not come round again
            if (
              to >= 0 &&
              to <= i &&
              !between.some(({ settings, type }) => settings.output !== undefined || type === "router")
            )
              yield {
                path,
                message: `${next} stands before this operator, and comes to it again`,
                fix: "hand on to an operator behind this one",
              };
          }
        }
      }
    },
  },
  {
    id: "operator-expression",
    severity: "error",
    explain:
      "Conditions of operators are written with ==, matches, contains, and with fields as body, attributes and resource; $body and a single = are refused.",
    bad: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: json_parser, if: 'attributes.format = \"json\"'}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: json_parser, if: 'attributes.format == \"json\"'}]}\n",
    *find(config) {
      for (const list of listsOf(config))
        for (const operator of list)
          for (const { path, text } of expressionsOf(operator)) {
            const outside = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '""');
            if (/\$+(body|record|attributes|resource)\b/.test(outside))
              yield {
                path,
                message: "the sign $ before a field is of earlier versions",
                fix: "write body, attributes or resource",
              };
            else if (/\b(matches|contains|startsWith|endsWith)\s+[\^/\\$.]/.test(outside))
              yield { path, message: "what is looked for stands in no quotes", fix: 'write body matches "^…"' };
            else if (/(^|[^=!<>~])=([^=~]|$)/.test(outside))
              yield { path, message: "= is no comparison", fix: "write ==" };
            else if (/\bIsMatch\(|\bIsMap\(|\bIsString\(|attributes\[[^\]]*\]\s*==\s*nil and IsMatch/.test(outside))
              yield {
                path,
                message: "this is a function of transform and filter, which operators do not have",
                fix: 'write body matches "…"',
              };
          }
    },
  },
  {
    id: "operator-field-gone",
    severity: "warning",
    explain:
      "Operators work from top to bottom: a field that one of them has moved, removed or not retained, a later one does not find.",
    bad: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: json_parser}, {type: remove, field: attributes.level}, {type: severity_parser, parse_from: attributes.level}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: json_parser}, {type: severity_parser, parse_from: attributes.level}, {type: remove, field: attributes.level}]}\n",
    *find(config) {
      for (const list of listsOf(config)) {
        const gone = new Map<string, string>();
        for (const { type, settings, path } of list) {
          for (const [key, value] of Object.entries(settings))
            if (
              /^(parse_from|from|field|combine_field)$/.test(key) &&
              gone.has(textOf(value)) &&
              settings.if === undefined
            )
              yield {
                path: [...path, key],
                message: `${textOf(value)} is gone: ${gone.get(textOf(value))} took it away before`,
                fix: "move this operator before that one",
              };
          for (const made of [settings.to, settings.parse_to, type === "add" ? settings.field : undefined])
            gone.delete(textOf(made));
          if (/_parser$|^(router|container)$/.test(type)) gone.clear();
          if (settings.if !== undefined || settings.output !== undefined) continue;
          if (type === "remove") gone.set(textOf(settings.field), type);
          if (type === "move") gone.set(textOf(settings.from), type);
          if (type === "retain") {
            const kept = textsOf(settings.fields);
            // what comes after it of the same place, and is not kept
            for (const field of readIn(list))
              if (/^attributes\b/.test(field) && !kept.some((each) => field === each || field.startsWith(`${each}.`)))
                gone.set(field, type);
          }
          gone.delete("");
        }
      }
    },
  },
];
