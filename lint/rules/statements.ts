/** Statements and conditions that are read without a complaint, and do not do what they are for. */
import { nearest } from "../../config/nearest.ts";
import { at, type Config, listOf, recordOf, textOf } from "../model.ts";
import type { Path } from "../read.ts";
import type { Finding, Rule } from "../rule.ts";
import { languageOf } from "./ottl.ts";

const ENUMS =
  "METRIC_DATA_TYPE_NONE METRIC_DATA_TYPE_GAUGE METRIC_DATA_TYPE_SUM METRIC_DATA_TYPE_HISTOGRAM METRIC_DATA_TYPE_EXPONENTIAL_HISTOGRAM METRIC_DATA_TYPE_SUMMARY " +
  "AGGREGATION_TEMPORALITY_UNSPECIFIED AGGREGATION_TEMPORALITY_DELTA AGGREGATION_TEMPORALITY_CUMULATIVE FLAG_NONE FLAG_NO_RECORDED_VALUE " +
  "SPAN_KIND_UNSPECIFIED SPAN_KIND_INTERNAL SPAN_KIND_SERVER SPAN_KIND_CLIENT SPAN_KIND_PRODUCER SPAN_KIND_CONSUMER " +
  "STATUS_CODE_UNSET STATUS_CODE_OK STATUS_CODE_ERROR SEVERITY_NUMBER_UNSPECIFIED " +
  ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
    .flatMap((name) => ["", 2, 3, 4].map((n) => `SEVERITY_NUMBER_${name}${n}`))
    .join(" ");
const NAMES = ENUMS.split(" ");
const IS_ENUM = /\b(?:METRIC_DATA_TYPE|AGGREGATION_TEMPORALITY|SPAN_KIND|STATUS_CODE|SEVERITY_NUMBER)_[A-Z0-9_]+\b/g;

/** Statements of one transform that run one after another. */
export function* runsOf(config: Config): Generator<readonly { readonly path: Path; readonly text: string }[]> {
  for (const { settings, path } of config.of("processor", "transform"))
    for (const key of ["trace_statements", "metric_statements", "log_statements"]) {
      const items = listOf(settings[key]);
      yield items.flatMap((item, i) => (typeof item === "string" ? [{ path: [...path, key, i], text: item }] : []));
      for (const [i, item] of items.entries())
        yield listOf(at(item, "statements")).map((text, j) => ({
          path: [...path, key, i, "statements", j],
          text: textOf(text),
        }));
    }
}

/** What keep_keys has left in each place, and what a statement reads there besides. */
function* readAfterKeeping(kept: Map<string, Set<string>>, path: Path, text: string): Generator<Finding> {
  const target = /^\s*set\(\s*([\w.]+)\["([^"]+)"\]\s*,/.exec(text);
  const read = target === null ? text : text.slice(target[0].length);
  for (const [place, names] of kept)
    for (const [, name = ""] of read.matchAll(new RegExp(`(?<![\\w.])${escaped(place)}\\["([^"]+)"\\]`, "g")))
      if (!names.has(name) && !/^\s*delete/.test(text))
        yield {
          path,
          message: `${place}["${name}"] is not among those that keep_keys left before`,
          fix: "write keep_keys behind this statement",
        };
  if (target !== null) kept.get(target[1] ?? "")?.add(target[2] ?? "");
  // other functions may give new ones
  else if (/^\s*(merge_maps|set|replace_all_patterns|extract\w*|flatten)\(/.test(text)) kept.clear();
  const [, place, list] = /^\s*keep_keys\(\s*([\w.]+)\s*,\s*\[([^\]]*)\]\s*\)\s*$/.exec(text) ?? [];
  if (place !== undefined)
    kept.set(place, new Set([...(list ?? "").matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name)));
}

export const statementRules: readonly Rule[] = [
  {
    id: "ottl-enum",
    severity: "error",
    explain: "A word of the language in capitals that does not exist stops the collector.",
    bad: "processors:\n  filter: {metrics: {metric: ['type == METRIC_DATA_TYPE_GUAGE']}}\n",
    good: "processors:\n  filter: {metrics: {metric: ['type == METRIC_DATA_TYPE_GAUGE']}}\n",
    *find(config) {
      for (const { path, text } of languageOf(config))
        for (const [word] of text.replace(/"(?:[^"\\]|\\.)*"/g, '""').matchAll(IS_ENUM))
          if (!NAMES.includes(word))
            yield { path, message: `there is no ${word}`, fix: `write ${nearest(word, NAMES) ?? "one that exists"}` };
    },
  },
  {
    id: "deleted-before-use",
    severity: "warning",
    explain: "Statements run in their order: what one of them has deleted, a later one finds empty.",
    bad: 'processors:\n  transform: {trace_statements: [{context: span, statements: [\'delete_key(attributes, "http.url")\', \'set(attributes["url.full"], attributes["http.url"])\']}]}\n',
    good: 'processors:\n  transform: {trace_statements: [{context: span, statements: [\'set(attributes["url.full"], attributes["http.url"])\', \'delete_key(attributes, "http.url")\']}]}\n',
    *find(config) {
      for (const run of runsOf(config)) {
        const deleted = new Set<string>();
        const kept = new Map<string, Set<string>>();
        for (const { path, text } of run) {
          yield* readAfterKeeping(kept, path, text);
          const [, where, key] = /^\s*delete_key\(\s*([\w.]+)\s*,\s*"([^"]+)"\s*\)\s*$/.exec(text) ?? [];
          if (key !== undefined) deleted.add(`${where}["${key}"]`);
          else
            for (const place of deleted) {
              const found = text.search(new RegExp(`(?<![\\w.])${escaped(place)}`));
              if (found < 0) continue;
              // written anew, it is there again
              if (/^\s*set\(\s*$/.test(text.slice(0, found))) deleted.delete(place);
              else
                yield { path, message: `${place} is deleted before`, fix: "write the deletion behind this statement" };
            }
        }
      }
    },
  },
  {
    id: "glob-as-pattern",
    severity: "warning",
    explain:
      "Patterns are regular expressions: in go_* the star repeats the underscore, and anything with go in it matches.",
    bad: "processors:\n  filter: {metrics: {metric: ['IsMatch(name, \"go_*\")']}}\n",
    good: "processors:\n  filter: {metrics: {metric: ['IsMatch(name, \"^go_.*\")']}}\n",
    *find(config) {
      for (const { path, text } of languageOf(config))
        for (const [, pattern = ""] of text.matchAll(/IsMatch\([^,"]+,\s*"([^"]*)"/g))
          if (/^[\w./ -]*[\w/-]\*$/.test(pattern) && !/\.\*/.test(pattern))
            yield {
              path,
              message: `"${pattern}" is a pattern of file names`,
              fix: `write "^${pattern.slice(0, -1).replaceAll(".", "[.]")}.*"`,
            };
    },
  },
  {
    id: "nil-as-text",
    severity: "warning",
    explain: "nil without quotes is what is not there; in quotes it is a text of three letters, which nothing holds.",
    bad: 'processors:\n  filter: {logs: {log_record: [\'attributes["user"] == "nil"\']}}\n',
    good: "processors:\n  filter: {logs: {log_record: ['attributes[\"user\"] == nil']}}\n",
    *find(config) {
      for (const { path, text } of languageOf(config))
        if (/[=!]=\s*"nil"/.test(text)) yield { path, message: '"nil" is a text', fix: "write nil without quotes" };
    },
  },
  {
    id: "duration-in-nanoseconds",
    severity: "warning",
    explain: "The difference of two _unix_nano is in nanoseconds: a few hundred of them are shorter than any span.",
    bad: "processors:\n  filter: {traces: {span: ['(end_time_unix_nano - start_time_unix_nano) < 100']}}\n",
    good: "processors:\n  filter: {traces: {span: ['(end_time_unix_nano - start_time_unix_nano) < 100000000']}}\n",
    *find(config) {
      for (const { path, text } of languageOf(config)) {
        const [, number] =
          /end_time_unix_nano\s*-\s*(?:span\.)?start_time_unix_nano\s*\)?\s*[<>]=?\s*(\d+)\b(?!\.)/.exec(text) ?? [];
        if (number !== undefined && Number(number) > 0 && Number(number) < 10_000)
          yield { path, message: `${number} are nanoseconds`, fix: `write ${number}000000 for milliseconds` };
      }
    },
  },
  {
    id: "service-name-of-span",
    severity: "warning",
    explain:
      "service.name is an attribute of the resource: written into spans or records it names nothing, and the old name stays.",
    bad: "processors:\n  attributes: {actions: [{key: service.name, value: shop, action: upsert}]}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [attributes], exporters: [otlp]}\n",
    good: "processors:\n  resource: {attributes: [{key: service.name, value: shop, action: upsert}]}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [resource], exporters: [otlp]}\n",
    *find(config) {
      for (const { id, settings, path } of config.of("processor", "attributes"))
        for (const [i, item] of listOf(settings.actions).entries()) {
          const pipelines = config.using("processors", id);
          // a label of points is what Prometheus knows
          if (pipelines.length > 0 && pipelines.every(({ signal }) => signal === "metrics")) continue;
          const { key, value, action } = recordOf(item);
          if (key === "service.name" && typeof value === "string" && /^(insert|upsert|update)$/.test(textOf(action)))
            yield {
              path: [...path, "actions", i],
              message: `${value} is written into spans or records, and not into their resource`,
              fix: "write it in the processor resource",
            };
        }
      for (const { settings, path } of config.of("processor", "transform"))
        for (const key of ["trace_statements", "log_statements"])
          for (const [i, item] of listOf(settings[key]).entries()) {
            if (!/^(span|log)$/.test(textOf(at(item, "context")))) continue;
            for (const [j, text] of listOf(at(item, "statements")).entries())
              if (/^\s*set\(\s*attributes\["service\.name"\]\s*,\s*"/.test(textOf(text)))
                yield {
                  path: [...path, key, i, "statements", j],
                  message: "the name is written into spans or records, and not into their resource",
                  fix: 'write resource.attributes["service.name"]',
                };
          }
    },
  },
  {
    id: "compared-with-other-kind",
    severity: "error",
    explain:
      "end_time less start_time is a duration, and an id is bytes: neither is ever equal to, below or above a number, a text or nil, so the condition never holds (with != always).",
    bad: "processors:\n  filter: {traces: {span: ['end_time - start_time < 5']}}\n",
    good: "processors:\n  filter: {traces: {span: ['end_time - start_time < Duration(\"5ms\")']}}\n",
    *find(config) {
      for (const { path, text } of languageOf(config)) {
        const [, duration] =
          /\bend_time\s*-\s*(?:span\.)?start_time\s*\)?\s*(?:[<>]=?|[=!]=)\s*("[^"]*"|[\d.]+)/.exec(text) ?? [];
        if (duration !== undefined)
          yield {
            path,
            message: `a duration is compared with ${duration}`,
            fix: `write Duration("${/^"\d+(ns|us|ms|s|m|h)"$/.test(duration) ? duration.slice(1, -1) : "5s"}")`,
          };
        const [, id, value] = /\b((?:parent_)?(?:span|trace)_id)\s*[=!]=\s*(nil|"[^"]*")/.exec(text) ?? [];
        if (id !== undefined)
          yield {
            path,
            message: `${id} is bytes, and is compared with ${value}`,
            fix: id === "parent_span_id" ? "write IsRootSpan(), or parent_span_id.string" : `write ${id}.string`,
          };
      }
    },
  },
  {
    id: "copies-everything",
    severity: "warning",
    explain:
      "copy_metric appends the copy to the metrics that its own statement goes through: without a condition that leaves the copy out, every metric is copied.",
    bad: "processors:\n  transform: {metric_statements: ['copy_metric(name=\"http.requests\")']}\n",
    good: 'processors:\n  transform: {metric_statements: [\'copy_metric(name="http.requests") where metric.name == "http_requests"\']}\n',
    *find(config) {
      for (const { path, text } of languageOf(config)) {
        if (!/^\s*copy_metric\(/.test(text) || /\bwhere\b/.test(text)) continue;
        const conditions = at(config.root, ...path.slice(0, -2), "conditions");
        if (listOf(conditions).length === 0)
          yield { path, message: "every metric is copied", fix: 'add where metric.name == "…"' };
      }
    },
  },
];

const escaped = (text: string): string => text.replace(/[.[\]"]/g, "\\$&");
