/** Operators of the log receivers: which one hands on to which, and which field they read. */
import { nearest } from "../../config/nearest.ts";
import { at, type Config, listOf, recordOf, textOf, textsOf, wordOf } from "../model.ts";
import type { Path } from "../read.ts";
import type { Rule } from "../rule.ts";

const RECEIVERS = ["filelog", "journald", "syslog", "tcplog", "udplog", "windowseventlog", "namedpipe"];

export interface Operator {
  readonly path: Path;
  readonly type: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Operators of each receiver, in their order. */
export function* listsOf(config: Config): Generator<readonly Operator[]> {
  for (const { settings, path } of config.of("receiver", ...RECEIVERS))
    yield listOf(settings.operators).map((operator, i) => ({
      path: [...path, "operators", i],
      type: textOf(at(operator, "type")),
      settings: recordOf(operator),
    }));
}

function* each(config: Config): Generator<Operator> {
  for (const list of listsOf(config)) yield* list;
}

/** Keys that name a field of a log record. */
const FIELDS = ["parse_from", "parse_to", "from", "to", "field", "combine_field"];

export const outputsOf = ({
  type,
  settings,
  path,
}: Operator): readonly { readonly path: Path; readonly id: string }[] => {
  const own = (value: unknown, place: Path) =>
    typeof value === "string"
      ? [{ path: place, id: value }]
      : textsOf(value).map((id, i) => ({ path: [...place, i], id }));
  return [
    ...own(settings.output, [...path, "output"]),
    ...(type === "router"
      ? [
          ...own(settings.default, [...path, "default"]),
          ...listOf(settings.routes).flatMap((route, i) => own(at(route, "output"), [...path, "routes", i, "output"])),
        ]
      : []),
  ];
};

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"];
/** Operators that make attributes. */
const MAKES = /_parser$|^(container|add|copy|move|assign_keys|regex_replace|router|filter|recombine|unquote|flatten)$/;
/** Receivers whose records have attributes of their own. */
const HAS_OWN = /^(journald|syslog|windowseventlog|tcplog|udplog|namedpipe)/;

export const operatorRules: readonly Rule[] = [
  {
    id: "operator-container-path",
    severity: "error",
    explain:
      "The operator container reads names of pod and container off the path of the file, which records have with include_file_path: true only.",
    bad: "receivers:\n  filelog: {include: [/var/log/pods/*/*/*.log], include_file_path: false, operators: [{type: container}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/pods/*/*/*.log], include_file_path: true, operators: [{type: container}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "filelog"))
        for (const operator of listOf(settings.operators))
          if (
            at(operator, "type") === "container" &&
            at(operator, "add_metadata_from_filepath") !== false &&
            (settings.include_file_path ?? false) === false
          )
            yield {
              path: settings.include_file_path === undefined ? path : [...path, "include_file_path"],
              message: "container finds no path of the file, and each record fails",
              fix: "set include_file_path: true",
            };
    },
  },
  {
    id: "operator-output",
    severity: "error",
    explain: "An operator that hands on to one that does not exist stops the collector.",
    bad: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: router, routes: [{expr: 'true', output: parser-docker}]}, {type: json_parser, id: parser-json}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: router, routes: [{expr: 'true', output: parser-json}]}, {type: json_parser, id: parser-json}]}\n",
    *find(config) {
      for (const list of listsOf(config)) {
        // without an id, an operator has the name of its type
        const ids = list.map(({ type, settings }) => (typeof settings.id === "string" ? settings.id : type));
        // a receiver's numbering of equal types is not known here
        for (const operator of list)
          for (const { path, id } of outputsOf(operator))
            if (
              !ids.some((known) => known === id || id.startsWith(`${known}/`) || id.startsWith(`${known}1`)) &&
              !id.includes("${")
            )
              yield {
                path,
                message: `there is no operator with the id ${id}`,
                fix: `write ${nearest(id, ids) ?? ids.join(", ")}, or give an operator this id`,
              };
      }
    },
  },
  {
    id: "operator-field",
    severity: "error",
    explain:
      "A field begins with body, attributes or resource; the names of earlier versions ($$body, $$record) are not read.",
    bad: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: move, from: $$body.message, to: body}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: move, from: body.message, to: body}]}\n",
    *find(config) {
      for (const { path, settings } of each(config))
        for (const place of [[], ["timestamp"], ["severity"], ["trace_id"], ["span_id"], ["trace_flags"]])
          for (const key of FIELDS) {
            const value = at(settings, ...place, key);
            if (typeof value !== "string" || value.includes("${")) continue;
            if (!/^(body|attributes|resource)([.[]|$)/.test(value))
              yield {
                path: [...path, ...place, key],
                message: `"${value}" is no field of a record`,
                fix: `write ${value.startsWith("$") ? value.replace(/^\$+/, "") : `attributes.${value}, body.${value}`}`,
              };
          }
    },
  },
  {
    id: "operator-recombine",
    severity: "error",
    explain: "recombine needs the field that it joins, and either is_first_entry or is_last_entry, not both.",
    bad: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: recombine, combine_field: body}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: recombine, combine_field: body, is_first_entry: 'body matches \"^[^ ]\"'}]}\n",
    *find(config) {
      for (const { path, type, settings } of each(config)) {
        if (type !== "recombine") continue;
        const [first, last] = [settings.is_first_entry, settings.is_last_entry].map((value) => textOf(value) !== "");
        if (first === last)
          yield {
            path,
            message:
              first === true
                ? "both is_first_entry and is_last_entry are set"
                : "neither is_first_entry nor is_last_entry is set",
            fix: "set one of them",
          };
        if (textOf(settings.combine_field) === "")
          yield { path, message: "there is no combine_field", fix: "set combine_field: body" };
      }
    },
  },
  {
    id: "operator-timestamp",
    severity: "error",
    explain:
      "A time is read by a layout, in a language that layout_type names: strptime (%Y), gotime (2006) or epoch (s, ms, us, ns).",
    bad: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: json_parser, timestamp: {parse_from: attributes.time, layout: 'yyyy-MM-dd HH:mm:ss'}}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: json_parser, timestamp: {parse_from: attributes.time, layout: '%Y-%m-%d %H:%M:%S'}}]}\n",
    *find(config) {
      for (const { path, type, settings } of each(config)) {
        const isParser = type === "time_parser";
        const timestamp = isParser ? settings : recordOf(settings.timestamp);
        if (!isParser && settings.timestamp === undefined) continue;
        const place = isParser ? path : [...path, "timestamp"];
        const { layout, layout_type = "strptime" } = timestamp;
        if (layout === undefined && layout_type !== "epoch")
          yield { path: place, message: "there is no layout", fix: "set layout, such as '%Y-%m-%dT%H:%M:%S.%LZ'" };
        if (typeof layout !== "string" || layout.includes("${")) continue;
        if (layout_type === "strptime" && !layout.includes("%"))
          yield {
            path: [...place, "layout"],
            message: `"${layout}" has no directive of strptime`,
            fix: "write %Y-%m-%d and so on, or set layout_type: gotime",
          };
        if (layout_type === "gotime" && !/2006|06|Jan|01|02|_2|15|03|04|05/.test(layout))
          yield {
            path: [...place, "layout"],
            message: `"${layout}" has no part of the moment that Go's layouts show`,
            fix: "write 2006-01-02T15:04:05, or use strptime",
          };
        if (layout_type === "epoch" && !/^(s|ms|us|ns|s\.(ms|us|ns))$/.test(layout))
          yield {
            path: [...place, "layout"],
            message: `"${layout}" is no unit of an epoch`,
            fix: "write s, ms, us, ns, s.ms, s.us or s.ns",
          };
        if (layout_type === "gotime" && layout.includes("%"))
          yield {
            path: [...place, "layout"],
            message: `"${layout}" is a layout of strptime`,
            fix: "remove layout_type: gotime",
          };
      }
    },
  },
  {
    id: "operator-severity",
    severity: "error",
    explain:
      "A mapping goes from a level of OpenTelemetry (error, warn2, 17) to the texts that stand for it; the other way round, or with another name, those texts get no severity at all.",
    bad: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: severity_parser, parse_from: attributes.level, mapping: {ERR: error}}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: severity_parser, parse_from: attributes.level, mapping: {error: ERR}}]}\n",
    *find(config) {
      for (const { path, type, settings } of each(config)) {
        const place = type === "severity_parser" ? path : [...path, "severity"];
        const mapping = type === "severity_parser" ? settings.mapping : at(settings, "severity", "mapping");
        for (const [name, value] of Object.entries(recordOf(mapping)))
          if (!/^((trace|debug|info|warn|error|fatal)[234]?|([1-9]|1\d|2[0-4]))$/i.test(name))
            yield {
              path: [...place, "mapping", name],
              message: `there is no level ${name}`,
              fix: /^(trace|debug|info|warn|error|fatal)[234]?$/i.test(wordOf(value))
                ? `write ${wordOf(value)}: ${name}`
                : `write ${nearest(name.toLowerCase(), LEVELS) ?? LEVELS.join(", ")}`,
            };
      }
    },
  },
  {
    id: "operator-order",
    severity: "error",
    explain:
      "Operators work from top to bottom: a field that a later one makes is not there yet, and a line of Kubernetes' log files is JSON only after container has read what stands before it.",
    bad: "receivers:\n  filelog: {include: [/var/log/pods/*/*/*.log], operators: [{type: json_parser}, {type: container}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/pods/*/*/*.log], operators: [{type: container}, {type: json_parser}]}\n",
    *find(config) {
      for (const list of listsOf(config)) {
        const container = list.findIndex(({ type }) => type === "container");
        for (const [i, { type, settings, path }] of list.entries()) {
          const reads = textOf(settings.parse_from ?? "body");
          if (
            i < container &&
            /^(json|regex|csv|key_value|syslog)_parser$/.test(type) &&
            /^body$/.test(reads) &&
            settings.if === undefined
          )
            yield {
              path,
              message: `${type} reads a line from which container has not taken the runtime's part`,
              fix: "move it behind container",
            };
          // without an operator before it that makes attributes, there are those of the file alone
          const field = textOf(type === "move" || type === "copy" ? settings.from : settings.parse_from);
          const own = /^attributes(?:\.|\[["'])(?!log\b|_)/.test(field);
          const makes = list.slice(0, i).some((before) => MAKES.test(before.type));
          const later = list.slice(i + 1).some((after) => /_parser$|^container$/.test(after.type));
          if (own && !makes && later && settings.if === undefined && !HAS_OWN.test(wordOf(path[1])))
            yield {
              path: [...path, type === "move" || type === "copy" ? "from" : "parse_from"],
              message: `${field} is not there yet`,
              fix: "move this operator behind the parser that makes it",
            };
        }
      }
    },
  },
];
