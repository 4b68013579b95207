/** Conditions and statements that look for an attribute of the resource in a span or record, or the other way round. */
import { OF_SPAN as OF_EVENT, OF_RESOURCE as OF_SENDER } from "../levels.ts";
import { at, type Config, listOf, textOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { languageOf } from "./ottl.ts";

/** A key that a function takes out of attributes, or keeps: `delete_key(resource.attributes, "user.email")`. */
const BY_KEY = /^\s*delete_key\(\s*((?:\w+\.)?attributes)\s*,\s*"([^"]+)"/;

/** By the conventions of the resource, and never of a span or a record. */
const OF_RESOURCE =
  /^(service\.(name|namespace|version|instance\.id)|deployment\.environment(\.name)?|telemetry\.sdk\.\w+|k8s\.(cluster|namespace|pod|node|deployment|statefulset|daemonset|job|cronjob|replicaset|container)\.(name|uid)|host\.(name|id|type)|cloud\.(region|provider|platform|availability_zone)|container\.(id|image\.\w+))$/;
/** By the conventions of a span, and never of a resource. */
const OF_SPAN =
  /^(http\.(request\.method|response\.status_code|route|method|status_code|target|url)|url\.(path|full|query)|db\.(system|statement|query\.text|operation)|rpc\.(method|service)|messaging\.(system|operation))$/;

/** Of who did it: in a span or a record as well. */
const OF_PERSON = /^(enduser\.\w+|user\.(id|email|name|full_name)|client\.address|exception\.\w+)$/;

/** Whether anything in the file puts that name into spans or records: a processor, or an operator that parses. */
const isMade = (config: Config, name: string): boolean =>
  config
    .of("processor", "attributes", "groupbyattrs")
    .some(({ settings }) => JSON.stringify(settings).includes(`"${name}"`)) ||
  config.scalars.some(
    ({ path, value }) =>
      (path[0] === "receivers" && textOf(value).includes(name)) ||
      (path[0] === "processors" &&
        new RegExp(`set\\(\\s*(?:span\\.|log\\.|datapoint\\.)?attributes\\["${name.replaceAll(".", "\\.")}"\\]`).test(
          textOf(value),
        )),
  );

/** Whether records get attributes of any name: those of JSON or of pairs that a program wrote. */
export const parsesAny = (config: Config): boolean =>
  config.scalars.some(
    ({ path, value }) =>
      (path.includes("operators") && /^(json|key_value)_parser$/.test(textOf(value))) ||
      (path[0] === "processors" && /\bParse(JSON|KeyValue)\(/.test(textOf(value))),
  );

export const attributeLevelRules: readonly Rule[] = [
  {
    id: "attribute-of-resource",
    severity: "warning",
    explain:
      "service.name, k8s.namespace.name and the like are attributes of the resource: looked for among those of a span or a record, they are not there, and the condition never holds.",
    bad: 'processors:\n  filter: {traces: {span: [\'attributes["service.name"] == "shop"\']}}\n',
    good: 'processors:\n  filter: {traces: {span: [\'resource.attributes["service.name"] == "shop"\']}}\n',
    *find(config) {
      for (const { path, text, place, kind } of languageOf(config)) {
        const isTelemetry = /^(span|log|spanevent)$/.test(place);
        const [, owner = "", deleted = ""] = BY_KEY.exec(text) ?? [];
        const isOwn = owner === "attributes" ? isTelemetry : /^(span|log|spanevent)\./.test(owner);
        if (
          isOwn &&
          OF_SENDER.test(deleted) &&
          !isMade(config, deleted) &&
          !(path.includes("log_statements") && parsesAny(config))
        )
          yield {
            path,
            message: `${deleted} is an attribute of the resource, and stays there`,
            fix: `write delete_key(resource.attributes, "${deleted}")`,
          };
        const asked =
          kind === "condition"
            ? text
            : (/^\s*set\([^,]*,([\s\S]*)$/.exec(text)?.[1] ?? /\bwhere\b([\s\S]*)$/.exec(text)?.[1] ?? "");
        for (const [, level, name = ""] of asked.matchAll(
          /(?<![\w.])((?:span|log|spanevent)\.)?attributes\["([^"]+)"\]/g,
        )) {
          if (!isTelemetry && level === undefined) continue;
          if (!OF_RESOURCE.test(name) || isMade(config, name)) continue;
          // moved to the resource, or read out of what somebody logged as JSON
          if (/resource\.attributes\[/.test(text) || (path.includes("log_statements") && parsesAny(config))) continue;
          yield {
            path,
            message: `${name} is an attribute of the resource`,
            fix: `write resource.attributes["${name}"]`,
          };
        }
      }
    },
  },
  {
    id: "attribute-of-span",
    severity: "warning",
    explain:
      "What a request was (its route, method, status) is in the span: the resource says who sends, and has none of it.",
    bad: 'processors:\n  filter: {traces: {span: [\'resource.attributes["http.route"] == "/health"\']}}\n',
    good: 'processors:\n  filter: {traces: {span: [\'attributes["http.route"] == "/health"\']}}\n',
    *find(config) {
      for (const { path, text, place } of languageOf(config)) {
        const [, owner = "", deleted = ""] = BY_KEY.exec(text) ?? [];
        const isOfResource = owner === "resource.attributes" || (owner === "attributes" && place === "resource");
        if (isOfResource && OF_EVENT.test(deleted))
          yield {
            path,
            message: `${deleted} is an attribute of spans or records, and stays there`,
            fix: `write it in the context of span or log: delete_key(attributes, "${deleted}")`,
          };
        for (const [, level, name = ""] of text.matchAll(/(?<![\w.])(resource\.)?attributes\["([^"]+)"\]/g)) {
          if (!(OF_SPAN.test(name) || OF_PERSON.test(name)) || !(level !== undefined || place === "resource")) continue;
          // written there on purpose
          if (new RegExp(`set\\(\\s*(resource\\.)?attributes\\["${name.replaceAll(".", "\\.")}"\\]`).test(text))
            continue;
          yield {
            path,
            message: `${name} is an attribute of spans`,
            fix: `ask in the context span: attributes["${name}"]`,
          };
        }
      }
    },
  },
  {
    id: "resource-from-record",
    severity: "warning",
    explain:
      "Spans, records and points of one sender share their resource: a value of one of them, written there, is the last one's for all.",
    bad: 'processors:\n  transform: {trace_statements: [\'set(resource.attributes["tenant"], span.attributes["tenant"])\']}\n',
    good: "processors:\n  groupbyattrs: {keys: [tenant]}\n",
    *find(config) {
      // not of log records: those of one file are of one program
      for (const { path, text, place, kind } of languageOf(config)) {
        const [, level, name] =
          kind === "statement"
            ? (/^\s*set\(\s*resource\.attributes\["[^"]+"\]\s*,\s*(span\.|datapoint\.|spanevent\.)?attributes\["([^"]+)"\]\s*\)/.exec(
                text,
              ) ?? [])
            : [];
        if (name !== undefined && (level !== undefined || /^(span|datapoint|spanevent)$/.test(place)))
          yield {
            path,
            message: `${name} may differ from one to the next, and all of a sender share their resource`,
            fix: `use groupbyattrs with the key ${name}, which makes a resource for each value`,
          };
      }
    },
  },
  {
    id: "condition-of-other-signal",
    severity: "error",
    explain:
      "include and exclude of attributes and resource know other keys for each signal: names of spans are refused in a pipeline of logs, and bodies of logs in one of traces.",
    bad: "processors:\n  attributes: {include: {match_type: strict, span_names: [login]}, actions: [{key: a, action: delete}]}\nservice:\n  pipelines:\n    logs: {receivers: [otlp], processors: [attributes], exporters: [otlp]}\n",
    good: "processors:\n  attributes: {include: {match_type: strict, span_names: [login]}, actions: [{key: a, action: delete}]}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [attributes], exporters: [otlp]}\n",
    *find(config) {
      for (const { id, type, settings, path } of config.of("processor", "attributes", "resource", "span"))
        for (const side of ["include", "exclude"])
          for (const { signal } of type === "resource" ? [] : config.using("processors", id))
            for (const key of REFUSED[signal] ?? []) {
              const value = at(settings, side, key);
              if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue;
              yield {
                path: [...path, side, key],
                message: `${id} works on ${signal}, which have no ${key}`,
                fix: "use a processor of its own for each signal",
              };
            }
    },
  },
  {
    id: "group-name-with-dots",
    severity: "error",
    explain: "Names of groups in a pattern are letters, digits and underscores; with a dot the pattern is refused.",
    bad: "processors:\n  attributes: {actions: [{key: url.full, pattern: '^https?://(?P<http.host>[^/]+)', action: extract}]}\n",
    good: "processors:\n  attributes: {actions: [{key: url.full, pattern: '^https?://(?P<http_host>[^/]+)', action: extract}]}\n",
    *find(config) {
      for (const { type, settings, path } of config.of("processor", "attributes", "resource", "span"))
        for (const list of type === "resource" ? ["attributes"] : ["actions"])
          for (const [i, item] of listOf(settings[list]).entries()) {
            const [, name] = /\(\?P?<([^>]*[^\w>][^>]*)>/.exec(textOf(at(item, "pattern"))) ?? [];
            if (name !== undefined && !/^[=!]/.test(name))
              yield {
                path: [...path, list, i, "pattern"],
                message: `${name} is no name of a group`,
                fix: `write ${name.replace(/\W/g, "_")}`,
              };
          }
    },
  },
];

/** Keys of include and exclude that a signal refuses (internal/filter/filterconfig). */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  traces: ["log_bodies", "log_severity_texts", "log_severity_number", "metric_names"],
  logs: ["services", "span_names", "span_kinds", "metric_names"],
  metrics: [
    "span_names",
    "span_kinds",
    "log_bodies",
    "log_severity_texts",
    "log_severity_number",
    "services",
    "attributes",
    "libraries",
  ],
};
