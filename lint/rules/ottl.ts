/** The transformation language, wherever it is written. */
import { nearest } from "../../config/nearest.ts";
import { at, type Config, listOf, recordOf, textOf, wordOf } from "../model.ts";
import { ottlProblem } from "../ottl.ts";
import type { OttlPlace } from "../ottl-names.ts";
import type { Path } from "../read.ts";
import type { Finding, Rule } from "../rule.ts";

/** Contexts of transform, by key of the processor. */
const CONTEXTS: Readonly<Record<string, readonly string[]>> = {
  trace_statements: ["resource", "scope", "span", "spanevent"],
  metric_statements: ["resource", "scope", "metric", "datapoint"],
  log_statements: ["resource", "scope", "log"],
  profile_statements: ["resource", "scope", "profile", "profilesample"],
};
/** What texts without a context are about, by the key that they stand below. */
const SIGNALS: Readonly<Record<string, OttlPlace>> = Object.fromEntries(
  ["statements", "conditions"].flatMap((kind) =>
    (["trace", "metric", "log", "profile"] as const).map((signal) => [`${signal}_${kind}`, `${signal}s` as const]),
  ),
);
const MODES = ["ignore", "silent", "propagate"];

/** A text of the language, and where it stands. */
interface Text {
  readonly path: Path;
  readonly text: string;
  readonly kind: "condition" | "statement";
  readonly place: OttlPlace;
}

/** Keys below which other components write conditions, by the context that these have. */
const KEYS: Readonly<Record<string, OttlPlace>> = {
  resource: "resource",
  scope: "scope",
  span: "span",
  spans: "span",
  spanevent: "spanevent",
  spanevents: "spanevent",
  metric: "metric",
  metrics: "metric",
  datapoint: "datapoint",
  datapoints: "datapoint",
  log: "log",
  logs: "log",
  log_record: "log",
};
const placeOf = (context: unknown, otherwise: OttlPlace): OttlPlace => {
  if (context === undefined) return otherwise;
  return KEYS[wordOf(context)] ?? "unknown";
};

function* each(list: unknown, path: Path, kind: Text["kind"], place: OttlPlace): Generator<Text> {
  for (const [i, text] of listOf(list).entries())
    if (typeof text === "string") yield { path: [...path, i], text, kind, place };
}

/** Conditions and statements of processors. */
function* ofProcessors(config: Config): Generator<Text> {
  for (const { settings, path } of config.of("processor", "filter")) {
    for (const signal of ["traces", "metrics", "logs", "profiles"])
      for (const [context, list] of Object.entries(recordOf(settings[signal])))
        if (!/^(include|exclude)$/.test(context))
          yield* each(list, [...path, signal, context], "condition", placeOf(context, "unknown"));
    for (const key of ["trace_conditions", "metric_conditions", "log_conditions", "profile_conditions"]) {
      const signal = SIGNALS[key] ?? "inferred";
      yield* each(settings[key], [...path, key], "condition", signal);
      for (const [i, item] of listOf(settings[key]).entries())
        yield* each(
          at(item, "conditions"),
          [...path, key, i, "conditions"],
          "condition",
          placeOf(at(item, "context"), signal),
        );
    }
  }
  for (const { settings, path } of config.of("processor", "transform"))
    for (const key of Object.keys(CONTEXTS)) {
      const signal = SIGNALS[key] ?? "inferred";
      yield* each(settings[key], [...path, key], "statement", signal);
      for (const [i, item] of listOf(settings[key]).entries()) {
        const place = placeOf(at(item, "context"), signal);
        yield* each(at(item, "statements"), [...path, key, i, "statements"], "statement", place);
        yield* each(at(item, "conditions"), [...path, key, i, "conditions"], "condition", place);
      }
    }
  for (const { settings, path } of config.of("processor", "logdedup"))
    yield* each(settings.conditions, [...path, "conditions"], "condition", "log");
  for (const { path, value } of config.scalars)
    if (path[0] === "processors" && path.at(-3) === "ottl_condition" && typeof value === "string")
      yield { path, text: value, kind: "condition", place: placeOf(path.at(-2), "unknown") };
}

/** Conditions of connectors. */
function* ofConnectors(config: Config): Generator<Text> {
  for (const { settings, path } of config.of("connector", "count", "sum", "signaltometrics"))
    for (const [signal, made] of Object.entries(settings)) {
      const place = placeOf(signal, "unknown");
      for (const [name, item] of Array.isArray(made) ? made.entries() : Object.entries(recordOf(made)))
        yield* each(at(item, "conditions"), [...path, signal, name, "conditions"], "condition", place);
    }
  for (const { settings, path } of config.of("connector", "routing"))
    for (const [i, item] of listOf(settings.table).entries()) {
      const { context, condition, statement } = recordOf(item);
      // without a context newer versions may take it from the paths
      const named = /\b(span|spanevent|metric|datapoint|log)\./.test(`${textOf(condition)} ${textOf(statement)}`);
      const place = placeOf(context, named ? "unknown" : "resource");
      // conditions on the request have a language of their own
      if (context === "request") continue;
      if (typeof condition === "string")
        yield { path: [...path, "table", i, "condition"], text: condition, kind: "condition", place };
      if (typeof statement === "string")
        yield { path: [...path, "table", i, "statement"], text: statement, kind: "statement", place };
    }
}

const known = new WeakMap<Config, readonly Text[]>();

/** All of the language that a file holds; several rules ask for it. */
export function languageOf(config: Config): readonly Text[] {
  const before = known.get(config);
  if (before !== undefined) return before;
  const all = [...ofProcessors(config), ...ofConnectors(config)];
  known.set(config, all);
  return all;
}

function* findings(texts: Iterable<Text>, wanted: Text["kind"]): Generator<Finding> {
  for (const { path, text, kind, place } of texts) {
    const problem = kind === wanted ? ottlProblem(text, kind, place) : undefined;
    if (problem !== undefined) yield { path, ...problem };
  }
}

/** Lists of conditions that are no list. */
function* single(config: Config): Generator<Finding> {
  for (const { settings, path } of config.of("processor", "filter"))
    for (const signal of ["traces", "metrics", "logs", "profiles"])
      for (const [context, list] of Object.entries(recordOf(settings[signal])))
        if (typeof list === "string")
          yield {
            path: [...path, signal, context],
            message: "conditions are a list",
            fix: "write - before the condition",
          };
}

/** Paths that hold a number, with how the names of its values begin. */
const NUMBERS: Readonly<Record<string, string>> = {
  kind: "SPAN_KIND_",
  "status.code": "STATUS_CODE_",
  severity_number: "SEVERITY_NUMBER_",
  aggregation_temporality: "AGGREGATION_TEMPORALITY_",
  "metric.type": "METRIC_DATA_TYPE_",
};
const NUMBER_AS_TEXT =
  /(?<![\w."\\])(?:(?:span|log|metric)\.(?!type))?(kind|status\.code|severity_number|aggregation_temporality|metric\.type)\s*(?:[=!<>]=|[<>])\s*"([^"\\]*)"/;

const DROPS_LESSER = /\bseverity_number\s*<=?\s*(SEVERITY_NUMBER_(?!UNSPECIFIED)\w+|[1-9]\d*)/;
const KEEPS_UNSET =
  /\bseverity_number\s*(!=\s*(0|SEVERITY_NUMBER_UNSPECIFIED)|>\s*(0|SEVERITY_NUMBER_UNSPECIFIED)|>=\s*([1-9]|SEVERITY_NUMBER_[A-TV-Z]))/;

/** A receiver of plain files none of whose operators speaks of a severity. */
const hasNoSeverity = (config: Config, id: string): boolean => {
  const receiver = config.find("receiver", id);
  return (
    receiver !== undefined &&
    /^(filelog|tcplog|udplog)$/.test(receiver.type) &&
    !/severity|syslog_parser/.test(JSON.stringify(receiver.settings.operators ?? []))
  );
};
/** Whether a transform reads the severity out of a record. */
const readsSeverity = (config: Config, id: string): boolean =>
  /^(transform|logstransform)$/.test(config.typeIn(id)) &&
  /severity_(number|parser)|"severity"/.test(JSON.stringify(config.find("processor", id)?.settings));
/** A severity that is asked for, and not whether there is one. */
const ASKS_SEVERITY =
  /\bseverity_text\s*==\s*"\w|\bseverity_number\s*(?:>=?|==)\s*(?:SEVERITY_NUMBER_(?!UNSPECIFIED)|[1-9])/;
const NUMBER_SET_TO_TEXT =
  /\bset\(\s*(?:(?:span|log|metric)\.)?(kind|status\.code|severity_number|aggregation_temporality)\s*,\s*"([^"\\]*)"\s*\)/;
const STATUS_AS_TEXT =
  /attributes\["(http\.(?:response\.)?status_code|rpc\.grpc\.status_code|http\.(?:request|response)\.(?:body\.)?size|server\.port|client\.port|net\.(?:peer|host)\.port)"\]\s*(?:[=!<>]=|[<>])\s*"(\d+)"/;

export const ottlRules: readonly Rule[] = [
  {
    id: "ottl-condition",
    severity: "error",
    explain:
      "A condition that cannot be read stops the collector: a wrong sign, a path that its context does not have, a function with too few arguments.",
    bad: "processors:\n  filter: {traces: {span: [\"attributes['a'] == 'b'\"]}}\n",
    good: 'processors:\n  filter: {traces: {span: [\'attributes["a"] == "b"\']}}\n',
    *find(config) {
      yield* single(config);
      yield* findings(languageOf(config), "condition");
    },
  },
  {
    id: "filter-context",
    severity: "error",
    explain:
      "The filter processor has conditions for span and spanevent, metric and datapoint, log_record; other keys are refused.",
    bad: "processors:\n  filter: {logs: {log: ['severity_number < 9']}}\n",
    good: "processors:\n  filter: {logs: {log_record: ['severity_number < 9']}}\n",
    *find(config) {
      const known: Readonly<Record<string, readonly string[]>> = {
        traces: ["span", "spanevent", "resource"],
        metrics: ["metric", "datapoint", "include", "exclude", "resource"],
        logs: ["log_record", "include", "exclude", "resource"],
      };
      for (const { settings, path } of config.of("processor", "filter"))
        for (const [signal, allowed] of Object.entries(known))
          for (const key of Object.keys(recordOf(settings[signal])))
            if (!allowed.includes(key))
              yield {
                path: [...path, signal, key],
                message: `there are no conditions for ${key} among ${signal}`,
                fix: `write ${nearest(key, allowed) ?? allowed[0]}`,
              };
    },
  },
  {
    id: "ottl-statement",
    severity: "error",
    explain:
      "A statement that cannot be read stops the collector: a function that does not exist, too few arguments, a path that its context does not have.",
    bad: 'processors:\n  transform: {log_statements: [{context: log, statements: [\'replace_all_patterns(attributes, "a", "b")\']}]}\n',
    good: 'processors:\n  transform: {log_statements: [{context: log, statements: [\'replace_all_patterns(attributes, "value", "a", "b")\']}]}\n',
    find: (config) => findings(languageOf(config), "statement"),
  },
  {
    id: "transform-context",
    severity: "error",
    explain:
      "Statements of transform belong to a context that their signal has: span for traces, datapoint for metrics, log for logs.",
    bad: "processors:\n  transform: {trace_statements: [{context: log, statements: ['set(body, \"a\")']}]}\n",
    good: "processors:\n  transform: {log_statements: [{context: log, statements: ['set(body, \"a\")']}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "transform", "filter")) {
        const { error_mode } = settings;
        if (typeof error_mode === "string" && !MODES.includes(error_mode) && !error_mode.includes("${"))
          yield {
            path: [...path, "error_mode"],
            message: `there is no error_mode ${error_mode}`,
            fix: `write ${MODES.join(", ")}`,
          };
        for (const [key, contexts] of Object.entries(CONTEXTS)) {
          if (settings[key] !== undefined && settings[key] !== null && !Array.isArray(settings[key]))
            yield {
              path: [...path, key],
              message: `${key} is no list`,
              fix: "write a list of statements, or of {context, statements}",
            };
          const first = listOf(settings[key]).findIndex((item) => typeof item === "string");
          const advanced = listOf(settings[key]).findIndex(
            (item, i) => typeof item === "object" && first >= 0 && i > first,
          );
          if (advanced >= 0)
            yield {
              path: [...path, key, advanced],
              message: "a statement alone stands before {context, statements}, which is refused",
              fix: "write all of them in one of the two ways",
            };
          for (const [i, item] of listOf(settings[key]).entries()) {
            const context = at(item, "context");
            if (typeof context === "string" && !contexts.includes(context))
              yield {
                path: [...path, key, i, "context"],
                message: `${key} have no context ${context}`,
                fix: `write ${nearest(context, contexts) ?? contexts.join(", ")}`,
              };
            const own = at(item, "statements");
            if (own !== undefined && !Array.isArray(own))
              yield { path: [...path, key, i, "statements"], message: "statements is no list", fix: "write a list" };
          }
        }
      }
    },
  },
  {
    id: "ottl-number-as-text",
    severity: "error",
    explain:
      "Kind, status, severity and temporality are numbers with names of their own. Compared with a text, a condition reads well and never holds (with != always).",
    bad: "processors:\n  filter: {traces: {span: ['kind == \"SERVER\"']}}\n",
    good: "processors:\n  filter: {traces: {span: ['kind == SPAN_KIND_SERVER']}}\n",
    *find(config) {
      for (const { path, text: given, place } of languageOf(config)) {
        const text = place === "metric" ? given.replace(/(?<![\w."\\])type(?=\s*[=!]=)/g, "metric.type") : given;
        const [, name = "", value = ""] = NUMBER_AS_TEXT.exec(text) ?? NUMBER_SET_TO_TEXT.exec(text) ?? [];
        const prefix = NUMBERS[name];
        if (prefix === undefined) continue;
        const word = value.toUpperCase();
        yield {
          path,
          message: `${name} is a number, and "${value}" a text`,
          fix: `write ${word.startsWith(prefix) ? word : `${prefix}${word}`} without quotes`,
        };
      }
    },
  },
  {
    id: "unset-severity-dropped",
    severity: "warning",
    explain:
      "A record of which no operator reads the severity has the number 0, below every other: a filter of lesser ones drops all of them, errors too.",
    bad: "receivers:\n  filelog: {include: [/var/log/app.log]}\nprocessors:\n  filter: {logs: {log_record: ['severity_number < SEVERITY_NUMBER_WARN']}}\nservice:\n  pipelines:\n    logs: {receivers: [filelog], processors: [filter], exporters: [debug]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/app.log], operators: [{type: json_parser, severity: {parse_from: attributes.level}}]}\nprocessors:\n  filter: {logs: {log_record: ['severity_number < SEVERITY_NUMBER_WARN']}}\nservice:\n  pipelines:\n    logs: {receivers: [filelog], processors: [filter], exporters: [debug]}\n",
    *find(config) {
      for (const { path, text } of ofProcessors(config)) {
        const [, id = ""] = path.map(wordOf);
        if (config.find("processor", id)?.type !== "filter" || !DROPS_LESSER.test(text) || KEEPS_UNSET.test(text))
          continue;
        for (const pipeline of config.using("processors", id)) {
          const before = pipeline.processors.slice(0, pipeline.processors.indexOf(id));
          const reader = pipeline.receivers.find((one) => hasNoSeverity(config, one));
          if (reader !== undefined && !before.some((one) => readsSeverity(config, one)))
            yield {
              path,
              message: `no operator of ${reader} reads a severity, so all of its records are dropped`,
              fix: "read it with a severity_parser, or add: severity_number != SEVERITY_NUMBER_UNSPECIFIED and …",
            };
        }
      }
    },
  },
  {
    id: "unset-severity-asked",
    severity: "warning",
    explain:
      "A record of which no operator reads the severity has none: a filter, a route or a count that asks for one finds no record.",
    bad: "receivers:\n  filelog: {include: [/var/log/app.log]}\nprocessors:\n  filter: {logs: {log_record: ['severity_text == \"DEBUG\"']}}\nservice:\n  pipelines:\n    logs: {receivers: [filelog], processors: [filter], exporters: [debug]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/app.log], operators: [{type: json_parser, severity: {parse_from: attributes.level}}]}\nprocessors:\n  filter: {logs: {log_record: ['severity_text == \"DEBUG\"']}}\nservice:\n  pipelines:\n    logs: {receivers: [filelog], processors: [filter], exporters: [debug]}\n",
    *find(config) {
      for (const { path, text } of languageOf(config)) {
        if (!ASKS_SEVERITY.test(text) || /\bor\b|\bnot\b/.test(text)) continue;
        const [section, id = ""] = path.map(wordOf);
        const isFilter = section === "processors" && config.typeIn(id) === "filter";
        if (!isFilter && section !== "connectors") continue;
        for (const pipeline of config.using(isFilter ? "processors" : "exporters", id)) {
          const end = isFilter ? pipeline.processors.indexOf(id) : pipeline.processors.length;
          const before = pipeline.processors.slice(0, end);
          const isBlind =
            pipeline.receivers.length > 0 && pipeline.receivers.every((one) => hasNoSeverity(config, one));
          if (isBlind && !before.some((one) => readsSeverity(config, one)))
            yield {
              path,
              message: `no operator of ${pipeline.receivers.join(", ")} reads a severity, so no record has one`,
              fix: "read it with a severity_parser, or with set(log.severity_number, …) before",
            };
        }
      }
    },
  },
  {
    id: "no-statement-for-signal",
    severity: "warning",
    explain:
      "transform and filter work on the signals that they have statements for: in pipelines of other ones alone they do nothing.",
    bad: "processors:\n  transform: {log_statements: ['delete_key(log.attributes, \"password\")']}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [transform], exporters: [otlp]}\n",
    good: "processors:\n  transform: {log_statements: ['delete_key(log.attributes, \"password\")']}\nservice:\n  pipelines:\n    logs: {receivers: [otlp], processors: [transform], exporters: [otlp]}\n",
    *find(config) {
      for (const { id, settings, path } of config.of("processor", "transform", "filter")) {
        const pipelines = config.using("processors", id);
        const has = Object.keys(settings).filter((key) => key !== "error_mode" && key !== "flatten_data");
        const works = pipelines.some(({ signal }) => has.some((key) => key.startsWith(signal.replace(/s$/, ""))));
        if (
          pipelines.length > 0 &&
          has.length > 0 &&
          !works &&
          !(has.includes("spans") && pipelines.some((p) => p.signal === "traces"))
        )
          yield {
            path,
            message: `${id} has ${has.join(", ")} and stands in ${pipelines.map((pipeline) => pipeline.id).join(", ")} alone`,
            fix: "name it in a pipeline of its signal, or write statements for this one",
          };
      }
    },
  },
  {
    id: "ottl-status-as-text",
    severity: "error",
    explain:
      "A status code, a port, a size of a span is a number: compared with a text in quotes, the condition never holds.",
    bad: 'processors:\n  filter: {traces: {span: [\'attributes["http.response.status_code"] == "404"\']}}\n',
    good: "processors:\n  filter: {traces: {span: ['attributes[\"http.response.status_code\"] == 404']}}\n",
    *find(config) {
      for (const { path, text, place } of languageOf(config)) {
        const [found, name = "", value = ""] = STATUS_AS_TEXT.exec(text) ?? [];
        if (found === undefined || !(place === "span" || /\bspan\.attributes\[/.test(text))) continue;
        yield { path, message: `${name} is a number, and "${value}" a text`, fix: `write ${value} without quotes` };
      }
    },
  },
];
