/** Names that look like attributes and are fields, and names with points that are taken for paths. */
import { actionsOf } from "../actions.ts";
import { at, type Config, textOf } from "../model.ts";
import type { Finding, Rule } from "../rule.ts";
import { listsOf } from "./operators.ts";
import { languageOf } from "./ottl.ts";
import { policiesOf } from "./sampling.ts";

/** Fields of a span, by the names that people give them among attributes. */
const FIELDS: Readonly<Record<string, string>> = {
  "span.name": "name",
  "span.kind": "kind",
  "span.status": "status.code",
  "span.status.code": "status.code",
  "status.code": "status.code",
  "span.duration": "end_time - start_time",
  "span.id": "span_id",
  "trace.id": "trace_id",
  trace_id: "trace_id",
  span_id: "span_id",
};
const ATTRIBUTE = /(?<![\w.])(?:span\.)?attributes\["([^"]+)"\]/g;

/** Whether something in the file makes an attribute of that name. */
const isMade = (config: Config, name: string): boolean =>
  config.scalars.some(
    ({ path, value }) =>
      (path.at(-1) === "key" && value === name && path[0] === "processors" && path.at(-3) === "actions") ||
      (typeof value === "string" && value.includes(`attributes["${name}"],`)),
  );

function* fieldsAsAttributes(config: Config): Generator<Finding> {
  for (const { path, text, place } of languageOf(config)) {
    const isOfSpan = place === "span" || path.includes("trace_statements") || path.includes("traces");
    if (!isOfSpan || place === "resource") continue;
    for (const [, name = ""] of text.matchAll(ATTRIBUTE)) {
      const field = FIELDS[name];
      if (field !== undefined && !isMade(config, name))
        yield { path, message: `${name} is no attribute of a span`, fix: `ask for its field: ${field}` };
    }
  }
  for (const { policy, path } of policiesOf(config))
    for (const type of ["string_attribute", "numeric_attribute", "boolean_attribute"]) {
      const name = textOf(at(policy, type, "key"));
      const field = FIELDS[name];
      if (at(policy, "type") === type && field !== undefined && !isMade(config, name))
        yield {
          path: [...path, type, "key"],
          message: `${name} is no attribute of a span`,
          fix: `use a policy of its own (latency, status_code), or ottl_condition with ${field}`,
        };
    }
}

/** Attributes of the conventions that hold a text. */
const OF_TEXT =
  /^(http\.(route|method|target|url|request\.method|scheme)|url\.(path|full|query|scheme|domain)|service\.(name|namespace|version)|deployment\.environment(\.name)?|db\.(system|statement|system\.name|query\.text|operation|operation\.name|name|namespace)|rpc\.(system|service|method)|messaging\.(system|operation|destination(\.name)?)|user_agent\.original|server\.address|client\.address|exception\.(type|message)|error\.type|k8s\.\w+\.name|host\.name)$/;

/** Names of the conventions that begin so have points in them. */
const CONVENTIONS =
  /^(resource|attributes)\.(service|k8s|host|deployment|container|cloud|telemetry|process|http|url|log\.file|net|network|server|client|user|enduser|exception|db|rpc|messaging|trace|span|code|thread|faas|os)(\.\w+)+$/;
const KEYS = ["field", "to", "from", "parse_from", "combine_field"] as const;

function* nestedNames(config: Config): Generator<Finding> {
  for (const list of listsOf(config)) {
    // what is parsed below an attribute, or out of JSON, may be a path indeed
    const roots = list.flatMap(({ settings }) => {
      const [, root] = /^attributes[.[]"?(\w+)/.exec(textOf(settings.parse_to)) ?? [];
      return root ?? [];
    });
    const parses = list.some(({ type }) => type === "json_parser");
    for (const { settings, path, type } of list)
      for (const key of KEYS) {
        const field = textOf(settings[key]);
        const [, place, root = ""] = CONVENTIONS.exec(field) ?? [];
        if (place === undefined || roots.includes(root)) continue;
        const isWritten = key === "to" || (key === "field" && type === "add");
        const isOfFile = /^attributes\.log\.file\./.test(field);
        if (!isWritten && parses && !isOfFile) continue;
        const flat = `${place}["${field.slice(place.length + 1)}"]`;
        yield {
          path: [...path, key],
          message: isWritten
            ? `${field} makes a map ${root} with what follows in it, and no ${field.slice(place.length + 1)}`
            : `${field} looks into a map ${root}, and there is none`,
          fix: `write ${flat}`,
        };
      }
  }
}

export const fieldAndNameRules: readonly Rule[] = [
  {
    id: "field-as-attribute",
    severity: "warning",
    explain:
      "Name, kind, status and duration of a span are fields, and no attributes: looked for among these, they are not there.",
    bad: 'processors:\n  filter: {traces: {span: [\'attributes["span.kind"] == "internal"\']}}\n',
    good: "processors:\n  filter: {traces: {span: ['kind == SPAN_KIND_INTERNAL']}}\n",
    find: fieldsAsAttributes,
  },
  {
    id: "policy-of-text",
    severity: "error",
    explain: "numeric_attribute compares numbers alone: a route, a method, a name, which are texts, are in no range.",
    bad: "processors:\n  tail_sampling: {policies: [{name: a, type: numeric_attribute, numeric_attribute: {key: http.route, min_value: 1, max_value: 5}}]}\n",
    good: "processors:\n  tail_sampling: {policies: [{name: a, type: string_attribute, string_attribute: {key: http.route, values: [/pay]}}]}\n",
    *find(config) {
      for (const { policy, path } of policiesOf(config))
        for (const type of ["numeric_attribute", "boolean_attribute"]) {
          const name = textOf(at(policy, type, "key"));
          if (at(policy, "type") === type && OF_TEXT.test(name))
            yield { path: [...path, type, "key"], message: `${name} is a text`, fix: "use string_attribute" };
        }
    },
  },
  {
    id: "name-taken-for-a-path",
    severity: "error",
    explain:
      'In a field of an operator points part maps that lie in each other: resource.service.name makes a map service. A name that has points itself stands in brackets: resource["service.name"].',
    bad: "receivers:\n  filelog: {include: [/var/log/a.log], operators: [{type: add, field: resource.service.name, value: shop}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/a.log], operators: [{type: add, field: 'resource[\"service.name\"]', value: shop}]}\n",
    find: nestedNames,
  },
  {
    id: "exception-of-event",
    severity: "warning",
    explain:
      "What was thrown is written into an event of the span, not among its attributes: exception.type and exception.message of the span itself are not there.",
    bad: 'processors:\n  filter: {traces: {span: [\'attributes["exception.type"] == "TimeoutError"\']}}\n',
    good: 'processors:\n  filter: {traces: {spanevent: [\'attributes["exception.type"] == "TimeoutError"\']}}\n',
    *find(config) {
      const named = /^exception\.(type|message|stacktrace)$/;
      for (const { path, text, place } of languageOf(config)) {
        const isOfTraces = path.includes("trace_statements") || path.includes("traces");
        const places =
          place === "span"
            ? /(?<![\w.])(?:span\.)?attributes(?:\["([^"]+)"\]|\s*,\s*"([^"]+)")/g
            : /\bspan\.attributes(?:\["([^"]+)"\]|\s*,\s*"([^"]+)")/g;
        if (!isOfTraces) continue;
        for (const [, byPath = "", byKey = ""] of text.matchAll(places)) {
          const name = byPath || byKey;
          if (named.test(name) && !isMade(config, name))
            yield {
              path,
              message: `${name} is an attribute of the span's event`,
              fix: "write it in the context spanevent",
            };
        }
      }
      for (const { id, action, path, type } of actionsOf(config)) {
        const pipelines = config.using("processors", id);
        if (type !== "attributes" || pipelines.length === 0 || !pipelines.every(({ signal }) => signal === "traces"))
          continue;
        if (named.test(textOf(action.key)) && /^(delete|hash)$/.test(textOf(action.action)))
          yield {
            path,
            message: `${textOf(action.key)} is an attribute of the span's event, which this processor does not touch`,
            fix: "use transform with the context spanevent",
          };
      }
    },
  },
];
