/** Names of the semantic conventions before and after they became stable, and units that changed with them. */
import { at, type Component, type Config, listOf, textOf, wordOf } from "../model.ts";
import type { Path } from "../record.ts";
import type { Finding, Rule } from "../rule.ts";
import { languageOf } from "./ottl.ts";

/** Old and new names of what one family of instrumentations writes: a sender writes the ones or the others. */
const FAMILIES: readonly {
  readonly family: string;
  readonly old: RegExp;
  readonly now: RegExp;
  readonly optIn: string;
}[] = [
  {
    family: "HTTP",
    old: /^http\.(method|status_code|url|target|scheme|host|user_agent|client_ip|flavor|server_name)$/,
    now: /^(http\.request\.method|http\.response\.status_code|url\.(full|path|query|scheme))$/,
    optIn: "http",
  },
  {
    family: "databases",
    old: /^db\.(system|statement|name|operation|user|sql\.table|redis\.database_index|mongodb\.collection)$/,
    now: /^db\.(system\.name|query\.text|query\.summary|namespace|operation\.name|collection\.name)$/,
    optIn: "database",
  },
];
const IS_ANY = /^(http|url|db)\./;

/** Attributes that a component names, in its keys and in the transformation language, with where. */
function* namesIn(config: Config, component: Component): Generator<readonly [name: string, path: Path]> {
  for (const { path, value } of config.within(component)) {
    if (typeof value !== "string") continue;
    if (IS_ANY.test(value)) yield [value, path];
    else if (value.includes("attributes"))
      for (const [, name = ""] of value.matchAll(/"((?:http|url|db)\.[\w.]+)"/g)) yield [name, path];
  }
}

const signalsOf = (config: Config, { id, role }: Component): readonly string[] =>
  config.using(role === "processor" ? "processors" : "exporters", id).map(({ signal }) => signal);

function* mixed(config: Config): Generator<Finding> {
  const optIn = /OTEL_SEMCONV_STABILITY_OPT_IN\W+([\w/,]+)/.exec(config.comments.all)?.[1]?.split(",") ?? [];
  const used = [...config.of("processor"), ...config.of("connector")].map((component) => ({
    component,
    names: [...namesIn(config, component)],
  }));
  for (const { family, old, now, optIn: word } of FAMILIES) {
    if (optIn.includes(`${word}/dup`)) continue;
    const isNew = optIn.includes(word);
    const all = used.map(({ component, names }) => ({
      component,
      before: names.find(([name]) => old.test(name)),
      after: names.find(([name]) => now.test(name)),
    }));
    // a component that knows both brings the ones to the others, or asks for either
    if (all.some(({ before, after }) => before !== undefined && after !== undefined)) continue;
    for (const { component, before } of all) {
      if (before === undefined) continue;
      const signals = signalsOf(config, component);
      const other = all.find(
        ({ component: one, after }) =>
          after !== undefined && signalsOf(config, one).some((signal) => signals.includes(signal)),
      );
      if (other === undefined && !isNew) continue;
      yield {
        path: before[1],
        message:
          other === undefined
            ? `${before[0]} is the old name, and the senders write the stable ones of ${family}`
            : `${before[0]} is the old name, and ${other.component.id} asks for ${other.after?.[0]}, a stable one: senders write the ones or the others`,
        fix: "name both, or bring the old ones to the new ones in front",
      };
    }
  }
}

/** Metrics that the stable conventions gave another name, asked for where senders write the stable ones. */
function* oldMetrics(config: Config): Generator<Finding> {
  if (!/OTEL_SEMCONV_STABILITY_OPT_IN\W+(?:\w+,)*http(?!\/dup)\b/.test(config.comments.all)) return;
  for (const { path, value } of config.scalars) {
    if (path[0] !== "processors" || typeof value !== "string") continue;
    const [, name] =
      /^\^?(http\.(?:server|client)\.duration)\$?$|\bname\s*==\s*"(http\.(?:server|client)\.duration)"/
        .exec(value)
        ?.filter(Boolean) ?? [];
    if (name !== undefined)
      yield {
        path,
        message: `${name} is the old name, and the senders write ${name.replace(".duration", ".request.duration")}`,
        fix: `write ${name.replace(".duration", ".request.duration")}, in seconds`,
      };
  }
}

/** Names with the unit that stands behind them, and how many of the second are one of the first. */
const UNITS: readonly (readonly [from: RegExp, to: RegExp])[] = [
  [/([._]|^)(ms|millis|milliseconds)$/, /([._]|^)(s|sec|secs|seconds)$/],
  [/([._]|^)(us|micros|microseconds|ns|nanos|nanoseconds)$/, /([._]|^)(ms|millis|milliseconds|s|sec|seconds)$/],
  [/([._]|^)(s|sec|secs|seconds)$/, /([._]|^)(ms|millis|milliseconds)$/],
  [/([._]|^)(by|bytes)$/i, /([._]|^)(kb|kib|mb|mib|gb|gib|kilobytes|megabytes|gigabytes)$/i],
  [/([._]|^)(kb|kib|kilobytes|mb|mib|megabytes)$/i, /([._]|^)(by|bytes)$/i],
  [/([._]|^)(percent|percentage|pct)$/, /([._]|^)(ratio|fraction)$/],
  [/([._]|^)(ratio|fraction)$/, /([._]|^)(percent|percentage|pct)$/],
];
/** Of the conventions: milliseconds under the old name, seconds under the new one. */
const TO_SECONDS: readonly (readonly [from: RegExp, to: RegExp])[] = [
  [/^http[._]server[._]duration\b/, /^http[._]server[._]request[._]duration\b/],
  [/^http[._]client[._]duration\b/, /^http[._]client[._]request[._]duration\b/],
  [/^rpc[._](server|client)[._]duration\b/, /^rpc[._](server|client)[._]call[._]duration\b/],
  [
    /^db[._]client[._]connections[._](use|wait|create)_time\b/,
    /^db[._]client[._]connection[._](use|wait|create)_time\b/,
  ],
  [/^process[._]runtime[._]jvm[._]gc[._]duration\b/, /^jvm[._]gc[._]duration\b/],
];
/** Units of metrics that the collector's own receivers and older conventions give. */
const MEASURED: readonly (readonly [names: RegExp, unit: string])[] = [
  [/^(httpcheck|tcpcheck|sshcheck|sshcheck\.sftp)\.duration$/, "ms"],
  [/^(http\.(server|client)|rpc\.(server|client)|db\.client|traces\.span\.metrics|span\.metrics)\.duration$/, "ms"],
  [/^(mysql\.(operations|query\.\w+\.time)|elasticsearch\.\w+\.operation\.time|mongodb\.operation\.time)$/, "ms"],
  [
    /^(system|process|container|k8s\.\w+)\.(memory|disk|filesystem|network|paging)\.(usage|io|available|working_set|rss)$/,
    "By",
  ],
  [/^(container|k8s\.pod|k8s\.node)\.memory\.\w+$/, "By"],
];
const changesUnit = (from: string, to: string): boolean =>
  [...UNITS, ...TO_SECONDS].some(([a, b]) => a.test(from) && b.test(to));

/** Whether anything among the processors calculates with values. */
const calculates = (config: Config): boolean =>
  config.scalars.some(
    ({ path, value }) =>
      path[0] === "processors" &&
      /scale_value|scale_metric|^(scale|divide|multiply)$|\bvalue_(double|int)\b|\b(sum|explicit_bounds)\b.*[*/]/.test(
        wordOf(value ?? ""),
      ),
  );

function* renamed(config: Config): Generator<Finding> {
  if (calculates(config)) return;
  for (const { settings, path } of config.of("processor", "metricstransform"))
    for (const [i, item] of listOf(settings.transforms).entries()) {
      const [from, to] = [textOf(at(item, "include")), textOf(at(item, "new_name"))];
      if (changesUnit(from.replace(/[\^$\\]/g, ""), to))
        yield {
          path: [...path, "transforms", i, "new_name"],
          message: `${to} is of another unit than ${from}, and the values stay as they are`,
          fix: "add operations: [{action: experimental_scale_value, experimental_scale: 0.001}]",
        };
    }
  for (const { path, text } of languageOf(config)) {
    const [, place, to = "", from = ""] =
      /^\s*set\(\s*(?:metric\.)?(name|unit)\s*,\s*"([^"]+)"\s*\)\s*where\s.*?(?:metric\.)?\b\1\s*==\s*"([^"]+)"/.exec(
        text,
      ) ?? [];
    const [, unit = "", of = ""] =
      /^\s*set\(\s*(?:metric\.)?unit\s*,\s*"([^"]+)"\s*\)\s*where\s.*?(?:metric\.)?\bname\s*==\s*"([^"]+)"/.exec(
        text,
      ) ?? [];
    const own = MEASURED.find(([names]) => names.test(of))?.[1];
    if (own !== undefined && path.includes("metric_statements") && changesUnit(own, unit))
      yield {
        path,
        message: `${of} is measured in ${own}, and its values stay as they are under the unit ${unit}`,
        fix: "calculate them as well: scale_metric(0.001)",
      };
    if (place !== undefined && path.includes("metric_statements") && changesUnit(from, to))
      yield {
        path,
        message: `${to} is of another unit than ${from}, and the values stay as they are`,
        fix: "calculate them as well: scale_metric(0.001)",
      };
  }
}

/** Receivers whose metrics have names with points, and how the first part of these begins. */
const POINTED =
  /^(hostmetrics|kubeletstats|k8scluster|dockerstats|redis|mysql|postgresql|nginx|mongodb|rabbitmq|elasticsearch|apache|memcached)$/;
const OF_POINTED =
  /^(system|process|k8s|container|redis|mysql|postgresql|nginx|mongodb|rabbitmq|elasticsearch|apache|memcached)_[a-z_]+$/;
/** What Prometheus scrapes has names with underscores. */
const OF_SCRAPED = /^(node|process|go|kube|container|http|python|jvm|up|scrape)\.[a-z_.]+$/;

function* foreignNames(config: Config): Generator<Finding> {
  for (const pipeline of config.pipelines) {
    if (pipeline.signal !== "metrics" || pipeline.receivers.length === 0) continue;
    const types = pipeline.receivers.map((id) => config.typeIn(id));
    const wrong = types.every((type) => POINTED.test(type))
      ? OF_POINTED
      : types.every((type) => /^prometheus(simple)?$/.test(type))
        ? OF_SCRAPED
        : undefined;
    if (wrong === undefined) continue;
    for (const id of pipeline.processors) {
      const processor = config.find("processor", id);
      if (processor === undefined) continue;
      // what renames, or has renamed before, knows its own names
      if (/^(metricstransform|metricsgeneration|schema)$/.test(processor.type)) break;
      if (processor.type === "transform") break;
      if (processor.type !== "filter") continue;
      for (const { path, text } of languageOf(config)) {
        if (path[1] !== id) continue;
        const [, name = ""] = /(?:^|[^\w.])(?:metric\.)?name\s*==\s*"([^"]+)"/.exec(text) ?? [];
        if (wrong.test(name))
          yield {
            path,
            message: `${pipeline.receivers.join(", ")} gives no metric ${name}: its names have ${wrong === OF_POINTED ? "points" : "underscores"}`,
            fix: `write the name as the receiver gives it, such as ${name.replaceAll(wrong === OF_POINTED ? "_" : ".", wrong === OF_POINTED ? "." : "_")}`,
          };
      }
    }
  }
}

export const conventionRules: readonly Rule[] = [
  {
    id: "old-and-new-names",
    severity: "warning",
    explain:
      "With the stable conventions attributes got other names (http.status_code is http.response.status_code): a sender writes the ones or the others, so of two components that ask for different ones, one finds nothing.",
    bad: 'processors:\n  filter: {traces: {span: [\'attributes["url.path"] == "/health"\']}}\n  tail_sampling: {policies: [{name: failed, type: numeric_attribute, numeric_attribute: {key: http.status_code, min_value: 500, max_value: 599}}]}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [filter, tail_sampling], exporters: [otlp]}\n',
    good: 'processors:\n  filter: {traces: {span: [\'attributes["url.path"] == "/health"\']}}\n  tail_sampling: {policies: [{name: failed, type: numeric_attribute, numeric_attribute: {key: http.response.status_code, min_value: 500, max_value: 599}}]}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [filter, tail_sampling], exporters: [otlp]}\n',
    *find(config) {
      yield* mixed(config);
      yield* oldMetrics(config);
    },
  },
  {
    id: "renamed-to-other-unit",
    severity: "warning",
    explain:
      "A new name or unit changes no value: milliseconds that are called seconds are a thousand times too long. http.server.duration is in milliseconds, http.server.request.duration in seconds.",
    bad: "processors:\n  metricstransform: {transforms: [{include: http.server.duration, action: update, new_name: http.server.request.duration}]}\n",
    good: "processors:\n  metricstransform: {transforms: [{include: http.server.duration, action: update, new_name: http.server.request.duration, operations: [{action: experimental_scale_value, experimental_scale: 0.001}]}]}\n",
    find: renamed,
  },
  {
    id: "name-of-other-style",
    severity: "warning",
    explain:
      "The collector's own receivers name metrics with points (system.cpu.time), a scrape gives them with underscores (node_cpu_seconds_total): a filter for the other style finds none.",
    bad: "receivers:\n  hostmetrics: {scrapers: {cpu: {}}}\nprocessors:\n  filter: {metrics: {metric: ['name == \"system_cpu_time\"']}}\nservice:\n  pipelines:\n    metrics: {receivers: [hostmetrics], processors: [filter], exporters: [debug]}\n",
    good: "receivers:\n  hostmetrics: {scrapers: {cpu: {}}}\nprocessors:\n  filter: {metrics: {metric: ['name == \"system.cpu.time\"']}}\nservice:\n  pipelines:\n    metrics: {receivers: [hostmetrics], processors: [filter], exporters: [debug]}\n",
    find: foreignNames,
  },
];
