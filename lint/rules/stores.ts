/** Stores that keep one signal, or one kind of metrics: what else is sent there is refused. */
import { endpointOf } from "../address.ts";
import { type Component, type Config, recordOf, textOf } from "../model.ts";
import type { Rule } from "../rule.ts";

/** Names of stores in a host, with the signals that they take. */
const STORES: readonly (readonly [host: RegExp, name: string, takes: readonly string[]])[] = [
  [/(^|[-_.])jaeger([-_.]|$)/i, "Jaeger", ["traces"]],
  [/(^|[-_.])tempo([-_.]|$)/i, "Tempo", ["traces"]],
  [/(^|[-_.])zipkin([-_.]|$)/i, "Zipkin", ["traces"]],
  [/(^|[-_.])loki([-_.]|$)/i, "Loki", ["logs"]],
  [/(^|[-_.])(victoria-?logs|vlogs|vlinsert)([-_.]|$)/i, "VictoriaLogs", ["logs"]],
  [/(^|[-_.])(mimir|cortex|prometheus|victoria-?metrics|vminsert|thanos)([-_.]|$)/i, "This store", ["metrics"]],
  [/(^|[-_.])langfuse([-_.]|$)/i, "Langfuse", ["traces"]],
  [/(^|[-_.])pyroscope([-_.]|$)/i, "Pyroscope", ["profiles"]],
];
/** Hosts of collectors, which take all signals. */
const COLLECTOR = /otel|alloy|gateway|agent|opentelemetry|grafana-cloud|router/i;

/** Receivers whose counters are cumulative. */
const CUMULATIVE =
  /^(prometheus|prometheussimple|hostmetrics|kubeletstats|k8scluster|dockerstats|postgresql|mysql|redis|mongodb|rabbitmq|nginx|kafkametrics|elasticsearch|apache|iis|sqlserver|oracledb|jmx|vcenter|snmp|windowsperfcounters|memcached|haproxy|zookeeper|couchdb|riak|nsxt|mongodbatlas|spanmetrics|servicegraph)$/;

/** Where an exporter sends a signal. */
const hostOf = ({ settings }: Component, signal: string): string =>
  (textOf(settings[`${signal}_endpoint`]) || textOf(settings.endpoint))
    .replace(/^\w+:\/\//, "")
    .replace(/^((?:\$\{[^}]*\}|[^:/$])*).*$/, "$1");

const deltasIn = (config: Config, processors: readonly string[]): boolean =>
  processors.some((id) => /^(cumulativetodelta|metricstransform|transform)$/.test(config.typeIn(id)));

export const storeRules: readonly Rule[] = [
  {
    id: "store-of-other-signal",
    severity: "error",
    explain:
      "Jaeger and Tempo store traces, Loki logs, Mimir and Prometheus metrics: any other signal is answered with an error and dropped.",
    bad: "exporters:\n  otlp/jaeger: {endpoint: 'jaeger:4317', tls: {insecure: true}}\nservice:\n  pipelines:\n    metrics: {receivers: [otlp], exporters: [otlp/jaeger]}\n",
    good: "exporters:\n  otlp/jaeger: {endpoint: 'jaeger:4317', tls: {insecure: true}}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [otlp/jaeger]}\n",
    *find(config) {
      for (const exporter of config.of("exporter", "otlp", "otlphttp")) {
        for (const { signal, path, exporters } of config.using("exporters", exporter.id)) {
          const host = hostOf(exporter, signal);
          const [, name, takes] = COLLECTOR.test(host) ? [] : (STORES.find(([pattern]) => pattern.test(host)) ?? []);
          if (takes !== undefined && !takes.includes(signal))
            yield {
              path: [...path, "exporters", exporters.indexOf(exporter.id)],
              message: `${name} (${host}) takes ${takes.join(", ")} and no ${signal}`,
              fix: `send ${signal} to a store of their own`,
            };
        }
      }
    },
  },
  {
    id: "deltas-wanted",
    severity: "warning",
    explain:
      "Dynatrace and Datadog's intake take deltas alone: counters that grow from the start on, as Prometheus and the collector's own receivers have them, are refused.",
    bad: "receivers:\n  hostmetrics: {scrapers: {cpu: {}}}\nexporters:\n  otlphttp: {endpoint: 'https://abc.live.dynatrace.com/api/v2/otlp', headers: {Authorization: 'Api-Token ${env:DT}'}}\nservice:\n  pipelines:\n    metrics: {receivers: [hostmetrics], exporters: [otlphttp]}\n",
    good: "receivers:\n  hostmetrics: {scrapers: {cpu: {}}}\nprocessors:\n  cumulativetodelta: {}\nexporters:\n  otlphttp: {endpoint: 'https://abc.live.dynatrace.com/api/v2/otlp', headers: {Authorization: 'Api-Token ${env:DT}'}}\nservice:\n  pipelines:\n    metrics: {receivers: [hostmetrics], processors: [cumulativetodelta], exporters: [otlphttp]}\n",
    *find(config) {
      for (const exporter of config.of("exporter", "otlphttp")) {
        // names of tenants come from the environment
        const host = hostOf(exporter, "metrics").replace(/\$\{[^}]*\}/g, "x");
        const backend = /dynatrace/.test(host) ? "Dynatrace" : /^otlp\..*datadoghq/.test(host) ? "Datadog" : "";
        if (backend === "") continue;
        for (const { signal, path, receivers, processors } of config.using("exporters", exporter.id)) {
          const reader = receivers.find((id) => {
            const made = config.find("connector", id);
            if (made !== undefined && /delta/i.test(textOf(made.settings.aggregation_temporality))) return false;
            return CUMULATIVE.test(config.typeIn(id));
          });
          if (signal === "metrics" && reader !== undefined && !deltasIn(config, processors))
            yield {
              path,
              message: `counters of ${reader} are cumulative, and ${exporter.id} sends to ${backend}`,
              fix: "name cumulativetodelta among the processors",
            };
        }
      }
    },
  },
  {
    id: "token-of-other-scheme",
    severity: "error",
    explain:
      "Each backend reads its token behind a word of its own: Dynatrace Api-Token, Elastic ApiKey or Bearer. With another one it refuses every request.",
    bad: "exporters:\n  otlphttp: {endpoint: 'https://abc.live.dynatrace.com/api/v2/otlp', headers: {Authorization: 'Bearer ${env:DT}'}}\n",
    good: "exporters:\n  otlphttp: {endpoint: 'https://abc.live.dynatrace.com/api/v2/otlp', headers: {Authorization: 'Api-Token ${env:DT}'}}\n",
    *find(config) {
      for (const exporter of config.of("exporter", "otlp", "otlphttp", "prometheusremotewrite")) {
        const [, allowed, scheme] = SCHEMES.find(([host]) => host.test(endpointOf(exporter))) ?? [];
        if (allowed === undefined) continue;
        for (const [name, value] of Object.entries(recordOf(exporter.settings.headers)))
          if (
            /^authorization$/i.test(name) &&
            /^(bearer|basic|api-token|apikey|token)\s/i.test(textOf(value)) &&
            (!allowed.test(textOf(value)) || (scheme === "ApiKey" && IS_KEY.test(textOf(value))))
          )
            yield {
              path: [...exporter.path, "headers", name],
              message: `this backend does not read ${textOf(value).split(/\s/)[0]}`,
              fix: `write ${scheme} before the token`,
            };
      }
    },
  },
  {
    id: "remote-write-elsewhere",
    severity: "error",
    explain: "Remote write is a protocol of its own: at the path of OTLP it is refused.",
    bad: "exporters:\n  prometheusremotewrite: {endpoint: 'http://mimir:9009/otlp/v1/metrics'}\n",
    good: "exporters:\n  prometheusremotewrite: {endpoint: 'http://mimir:9009/api/v1/push'}\n",
    *find(config) {
      for (const exporter of config.of("exporter", "prometheusremotewrite"))
        if (/\/(otlp|v1\/metrics|otlp\/v1\/metrics)\/?$/.test(endpointOf(exporter)))
          yield {
            path: [...exporter.path, "endpoint"],
            message: `${endpointOf(exporter)} is a path of OTLP`,
            fix: "write the path of remote write, or use the exporter otlphttp",
          };
    },
  },
];

/** Elastic takes a secret token behind Bearer, and a key behind ApiKey. */
const ELASTIC = /\.apm\.[\w.-]*(elastic-cloud\.com|cloud\.es\.io|elastic\.cloud)\b/;
const IS_KEY = /^bearer\s+\$\{(env:)?\w*API_?KEY\w*\}/i;
/** Backends by host, the words before a token that each reads, and the one to write. */
const SCHEMES: readonly (readonly [host: RegExp, allowed: RegExp, scheme: string])[] = [
  [/\.(live|apps)\.dynatrace\.com\b/, /^api-token\s/i, "Api-Token"],
  [ELASTIC, /^(bearer|apikey)\s/i, "ApiKey"],
  [/\bapi\.axiom\.co\b|\.betterstackdata\.com\b|coralogix/, /^bearer\s/i, "Bearer"],
];
