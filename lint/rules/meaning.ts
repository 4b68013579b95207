/** What a collector accepts, and what is not meant all the same. */
import { roleInWords } from "../comments.ts";
import { takesNeighboursOnly } from "../gateway.ts";
import { listenersOf } from "../listeners.ts";
import { at, type Config, listOf, type Pipeline, recordOf, textOf, textsOf, wordOf } from "../model.ts";
import { placesAt } from "../places.ts";
import type { Rule } from "../rule.ts";
import { UNBOUNDED } from "./series.ts";

const ENCODINGS =
  /^(otlp_proto|otlp_json|otlp_profiles_proto|jaeger_proto|jaeger_json|zipkin_(proto|json|thrift)|raw|json|azure_resource_logs|direct|awscloudwatch_logs|text(_[\w-]+)?)$/;

/** Encodings that one signal has alone. */
const ENCODING_OF: readonly (readonly [form: RegExp, signal: string])[] = [
  [/^(jaeger_(proto|json)|zipkin_(proto|json|thrift))$/, "traces"],
  [/^(raw|json|azure_resource_logs|text(_[\w-]+)?)$/, "logs"],
];

/** Receivers by which many services send. */
const SHARED = ["otlp", "jaeger", "zipkin", "kafka", "opencensus"];

const LOCAL = /^(localhost|127\.0\.0\.1|\[::1\]):/;

const fed = (config: Config, pipeline: Pipeline, ...types: readonly string[]): boolean =>
  pipeline.receivers.some((id) => types.includes(config.typeIn(id)));

export const meaningRules: readonly Rule[] = [
  {
    id: "file-log-offsets",
    severity: "warning",
    explain:
      "A file that is read from its beginning is read once more after every restart, unless a storage holds how far it was read.",
    bad: "receivers:\n  filelog: {include: [/var/log/app.log], start_at: beginning}\n",
    good: "receivers:\n  filelog: {include: [/var/log/app.log], start_at: beginning, storage: file_storage}\nextensions:\n  file_storage: {directory: /var/lib/otelcol}\nservice:\n  extensions: [file_storage]\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "filelog"))
        if (settings.start_at === "beginning" && settings.storage === undefined && settings.delete_after_read !== true)
          yield {
            path: [...path, "start_at"],
            message: "every restart reads the files from their beginning once more",
            fix: "set storage: file_storage, and start that extension",
          };
    },
  },
  {
    id: "position-not-stored",
    severity: "warning",
    explain:
      "How far a log was read is forgotten at a restart unless the receiver has a storage: what is written meanwhile is never read, or all of it twice. Said where a storage is started, and no such receiver uses it.",
    bad: "extensions:\n  file_storage: {directory: /var/lib/otelcol}\nreceivers:\n  journald: {}\nservice:\n  extensions: [file_storage]\n  pipelines:\n    logs: {receivers: [journald], exporters: [debug]}\n",
    good: "extensions:\n  file_storage: {directory: /var/lib/otelcol}\nreceivers:\n  journald: {storage: file_storage}\nservice:\n  extensions: [file_storage]\n  pipelines:\n    logs: {receivers: [journald], exporters: [debug]}\n",
    *find(config) {
      const storage = config.extensions.find((id) => /^(filestorage|dbstorage|redisstorage)$/.test(config.typeIn(id)));
      const readers = config.of("receiver", "journald", "filelog", "windowseventlog");
      if (storage === undefined || readers.some(({ settings }) => settings.storage !== undefined)) return;
      for (const { id, settings, path } of readers)
        if (
          settings.storage === undefined &&
          settings.start_at !== "beginning" &&
          settings.delete_after_read !== true &&
          config.using("receivers", id).length > 0
        )
          yield {
            path,
            message: `${id} forgets at a restart how far it has read`,
            fix: `set storage: ${storage}`,
          };
    },
  },
  {
    id: "reads-own-log",
    severity: "warning",
    explain:
      "The logs of all pods are those of the collector too: what its debug exporter prints is read, printed again, and so on.",
    bad: "receivers:\n  filelog: {include: [/var/log/pods/*/*/*.log]}\nexporters:\n  debug: {}\nservice:\n  pipelines:\n    logs: {receivers: [filelog], exporters: [debug]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/pods/*/*/*.log], exclude: [/var/log/pods/*/otel-collector/*.log]}\nexporters:\n  debug: {}\nservice:\n  pipelines:\n    logs: {receivers: [filelog], exporters: [debug]}\n",
    *find(config) {
      for (const { id, settings, path } of config.of("receiver", "filelog")) {
        const all = textsOf(settings.include).some((file) =>
          /^\/var\/log\/(pods|containers)\/[*/]*(\.log)?$/.test(file),
        );
        if (!all || listOf(settings.exclude).length > 0) continue;
        const printed = config
          .using("receivers", id)
          .some(({ exporters }) => exporters.some((one) => ["debug", "logging"].includes(config.typeIn(one))));
        if (printed)
          yield {
            path: [...path, "include"],
            message: "the collector's own log is among these files, and the debug exporter writes into it",
            fix: "exclude the collector's own container",
          };
      }
    },
  },
  {
    id: "receiver-unreachable",
    severity: "warning",
    explain:
      "Inside a container localhost is the container itself: a receiver that listens there is reached by no other one.",
    bad: "receivers:\n  otlp: {protocols: {grpc: {endpoint: 'localhost:4317'}}}\nexporters:\n  otlp: {endpoint: 'jaeger:4317', tls: {insecure: true}}\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317'}}}\nexporters:\n  otlp: {endpoint: 'jaeger:4317', tls: {insecure: true}}\n",
    *find(config) {
      const inContainer = config
        .of("exporter")
        .some(({ settings }) => /^(https?:\/\/)?(?!localhost\b)[a-z][a-z0-9_-]*:\d+/i.test(textOf(settings.endpoint)));
      // beside the programs of its host, or said to be
      const isOnHost =
        roleInWords(config.comments) === "agent" ||
        config
          .of("receiver", "hostmetrics", "journald", "filelog", "dockerstats", "windowseventlog", "windowsperfcounters")
          .some(({ id }) => config.using("receivers", id).length > 0);
      if (!inContainer || isOnHost) return;
      for (const { settings, path } of config.of("receiver", "otlp"))
        for (const protocol of ["grpc", "http"]) {
          const endpoint = textOf(at(settings, "protocols", protocol, "endpoint"));
          if (LOCAL.test(endpoint))
            yield {
              path: [...path, "protocols", protocol, "endpoint"],
              message: `${endpoint} is reached from the collector's own container only`,
              fix: `listen on 0.0.0.0:${endpoint.split(":").at(-1)}`,
            };
        }
    },
  },
  {
    id: "telemetry-port",
    severity: "error",
    explain:
      "The collector serves its own metrics, on port 8888 or where a reader of service.telemetry says; another listener on it stops the start.",
    bad: "exporters:\n  prometheus: {endpoint: '0.0.0.0:8888'}\n",
    good: "exporters:\n  prometheus: {endpoint: '0.0.0.0:8889'}\n",
    *find(config) {
      const { level, readers, address } = recordOf(at(config.root, "service", "telemetry", "metrics"));
      if (level === "none") return;
      const own =
        readers !== undefined
          ? listOf(readers).map((reader) => recordOf(at(reader, "pull", "exporter", "prometheus")))
          : address === undefined || textOf(address).endsWith(":8888")
            ? [{ host: "localhost", port: 8888 }]
            : [];
      for (const { path, host, port } of listenersOf(config))
        if (own.some((each) => wordOf(each.port) === port && overlap(host, each.host)))
          yield {
            path,
            message: `the collector's own metrics are on port ${port}`,
            fix: "take another port, such as 8889",
          };
    },
  },
  {
    id: "unbounded-dimension",
    severity: "warning",
    explain:
      "Each value of a dimension is a series of its own: an id, an address or a text makes as many as there are requests.",
    bad: "connectors:\n  spanmetrics: {dimensions: [{name: user.id}]}\n",
    good: "connectors:\n  spanmetrics: {dimensions: [{name: http.route}]}\n",
    *find(config) {
      for (const { settings, path, type } of config.of(
        "connector",
        "spanmetrics",
        "servicegraph",
        "count",
        "sum",
        "signaltometrics",
      ))
        for (const [i, dimension] of listOf(settings.dimensions).entries()) {
          const name = textOf(typeof dimension === "string" ? dimension : at(dimension, "name"));
          if (UNBOUNDED.test(name))
            yield {
              path: [...path, "dimensions", i],
              message: `${type} counts by ${name}, which has no end of values`,
              fix: "leave it to the spans, and count by a template such as http.route",
            };
        }
      for (const { component, path, value } of placesAt(
        config,
        ["connector", "count", "sum", "signaltometrics"],
        "*.*.attributes.*.key",
      ))
        if (UNBOUNDED.test(textOf(value)))
          yield {
            path,
            message: `${component.type} counts by ${textOf(value)}, which has no end of values`,
            fix: "leave it to what is counted, and count by a template such as http.route",
          };
    },
  },
  {
    id: "unbounded-span-name",
    severity: "warning",
    explain:
      "A name of spans stands for many: made of an address, an id or a statement, each span has a name of its own, and so has each series that is counted by it.",
    bad: "processors:\n  span: {name: {from_attributes: [url.full]}}\n",
    good: "processors:\n  span: {name: {from_attributes: [http.request.method, http.route], separator: ' '}}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "span"))
        for (const [i, name] of textsOf(at(settings, "name", "from_attributes")).entries())
          if (UNBOUNDED.test(name))
            yield {
              path: [...path, "name", "from_attributes", i],
              message: `${name} has no end of values`,
              fix: "use a template such as http.route",
            };
      for (const { settings, path } of config.of("processor", "transform"))
        for (const [i, item] of listOf(settings.trace_statements).entries())
          for (const [j, text] of (typeof item === "string" ? [item] : textsOf(at(item, "statements"))).entries()) {
            const isOfSpan = typeof item === "string" ? /span\.name/.test(text) : at(item, "context") === "span";
            const [, name = ""] =
              /^\s*set\(\s*(?:span\.)?name\s*,\s*(?:span\.)?attributes\["([^"]+)"\]\s*\)/.exec(text) ?? [];
            if (!isOfSpan || !UNBOUNDED.test(name)) continue;
            const later = JSON.stringify(settings).split(text.replaceAll('"', '\\"'))[1] ?? "";
            // a template may be made of it behind
            if (!/replace_pattern\(\s*(span\.)?name/.test(later))
              yield {
                path: [...path, "trace_statements", i, ...(typeof item === "string" ? [] : ["statements", j])],
                message: `${name} has no end of values`,
                fix: "use a template such as http.route, or replace_pattern behind it",
              };
          }
    },
  },
  {
    id: "kafka-encoding",
    severity: "error",
    explain:
      "An encoding that is neither built in nor a started extension stops the collector, and so does one of another signal.",
    bad: "receivers:\n  kafka: {traces: {encoding: otlp}}\n",
    good: "receivers:\n  kafka: {traces: {encoding: otlp_proto}}\n",
    *find(config) {
      for (const { settings, path } of [...config.of("receiver", "kafka"), ...config.of("exporter", "kafka")])
        for (const place of [["encoding"], ["traces", "encoding"], ["metrics", "encoding"], ["logs", "encoding"]]) {
          const encoding = textOf(at(settings, ...place));
          const [signal = ""] = place;
          const only = ENCODING_OF.find(([form]) => form.test(encoding))?.[1];
          if (only !== undefined && place.length === 2 && signal !== only)
            yield {
              path: [...path, ...place],
              message: `${encoding} is an encoding of ${only}, and these are ${signal}`,
              fix: "write otlp_proto",
            };
          if (
            encoding === "" ||
            ENCODINGS.test(encoding) ||
            encoding.includes("${") ||
            config.find("extension", encoding)
          )
            continue;
          yield {
            path: [...path, ...place],
            message: `there is no encoding ${encoding}`,
            fix: "write otlp_proto, otlp_json, raw or text, or the id of an encoding extension",
          };
        }
    },
  },
  {
    id: "opposite-conversions",
    severity: "warning",
    explain:
      "Metrics that are made deltas and then cumulative again are as they were, but for the lost first values and the memory.",
    bad: "service:\n  pipelines:\n    metrics: {receivers: [otlp], processors: [cumulativetodelta, deltatocumulative], exporters: [otlp]}\n",
    good: "service:\n  pipelines:\n    metrics: {receivers: [otlp], processors: [deltatocumulative], exporters: [otlp]}\n",
    *find(config) {
      for (const { processors, path, id } of config.pipelines) {
        const types = processors.map((one) => config.typeIn(one));
        if (types.includes("cumulativetodelta") && types.includes("deltatocumulative"))
          yield {
            path: [...path, "processors"],
            message: `pipeline ${id} converts to deltas and to cumulative values`,
            fix: "keep the one that the backend needs",
          };
      }
    },
  },
  {
    id: "one-name-for-all",
    severity: "warning",
    explain: "A fixed service.name written over that of the senders makes one service of all of them.",
    bad: "processors:\n  resource: {attributes: [{key: service.name, value: my-app, action: upsert}]}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [resource], exporters: [otlp]}\n",
    good: "processors:\n  resource: {attributes: [{key: service.name, value: my-app, action: insert}]}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [resource], exporters: [otlp]}\n",
    *find(config) {
      for (const { id, settings, path } of config.of("processor", "resource")) {
        if (!config.using("processors", id).some((pipeline) => fed(config, pipeline, ...SHARED))) continue;
        if (takesNeighboursOnly(config)) continue;
        for (const [i, action] of listOf(settings.attributes).entries()) {
          const { key, value, action: does } = recordOf(action);
          if (key !== "service.name" || typeof value !== "string" || (does !== "upsert" && does !== "update")) continue;
          yield {
            path: [...path, "attributes", i],
            message: `every sender becomes the service ${value}`,
            fix: "write action: insert, which names only those that have no name",
          };
        }
      }
    },
  },
  {
    id: "datadog-api",
    severity: "error",
    explain: "The Datadog exporter needs a key, and a site without scheme and path.",
    bad: "exporters:\n  datadog: {api: {site: 'https://datadoghq.eu'}}\n",
    good: "exporters:\n  datadog: {api: {site: datadoghq.eu, key: '${env:DD_API_KEY}'}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter", "datadog")) {
        const { key, site } = recordOf(settings.api);
        if (key === undefined || key === "")
          yield { path, message: "api.key is not set", fix: "write api: {key: '${env:DD_API_KEY}'}" };
        if (/^\w+:\/\/|\/.|^(app|api|www|trace|http-intake|otlp)\./.test(textOf(site)))
          yield {
            path: [...path, "api", "site"],
            message: `${textOf(site)} is no site`,
            fix: "write a host such as datadoghq.eu",
          };
      }
    },
  },
  {
    id: "load-balancing-hostname",
    severity: "error",
    explain: "The DNS resolver looks up a host name; the port is a key of its own.",
    bad: "exporters:\n  loadbalancing: {protocol: {otlp: {tls: {insecure: true}}}, resolver: {dns: {hostname: 'otel-headless:4317'}}}\n",
    good: "exporters:\n  loadbalancing: {protocol: {otlp: {tls: {insecure: true}}}, resolver: {dns: {hostname: otel-headless, port: '4317'}}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter", "loadbalancing")) {
        const hostname = textOf(at(settings, "resolver", "dns", "hostname"));
        if (/:\d+$|:\/\//.test(hostname))
          yield {
            path: [...path, "resolver", "dns", "hostname"],
            message: `${hostname} is no host name`,
            fix: "write the name alone, and the port as port",
          };
        const service = textOf(at(settings, "resolver", "k8s", "service"));
        if (/^[^.$]+\.[^.]+\./.test(service))
          yield {
            path: [...path, "resolver", "k8s", "service"],
            message: `${service} is no service.namespace`,
            fix: `write ${service.split(".").slice(0, 2).join(".")}`,
          };
      }
    },
  },
  {
    id: "samples-everything",
    severity: "warning",
    explain: "A trace is kept when any policy keeps it, so one that keeps all makes the others pointless.",
    bad: "processors:\n  tail_sampling: {policies: [{name: all, type: always_sample}, {name: tenth, type: probabilistic, probabilistic: {sampling_percentage: 10}}]}\n",
    good: "processors:\n  tail_sampling: {policies: [{name: failed, type: status_code, status_code: {status_codes: [ERROR]}}, {name: tenth, type: probabilistic, probabilistic: {sampling_percentage: 10}}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "tailsampling")) {
        const policies = listOf(settings.policies);
        const other = policies.some((one) => !["always_sample", "drop"].includes(textOf(at(one, "type"))));
        for (const [i, policy] of policies.entries()) {
          const all =
            at(policy, "type") === "always_sample" ||
            (at(policy, "type") === "probabilistic" &&
              Number(at(policy, "probabilistic", "sampling_percentage")) >= 100);
          if (all && other && policies.length > 1)
            yield {
              path: [...path, "policies", i],
              message: "this policy keeps every trace, whatever the others say",
              fix: "remove it, or the others",
            };
        }
      }
    },
  },
];

/** Whether two hosts of one port are in each other's way. */
function overlap(one: unknown, other: unknown): boolean {
  const [a, b] = [one, other].map((host) => wordOf(host ?? "").replace(/^(localhost|\[::1\])$/, "127.0.0.1"));
  return a === b || [a, b].some((host) => /^(0\.0\.0\.0|\[?::\]?|)$/.test(host ?? ""));
}
