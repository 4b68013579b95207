/** Where exporters send. */
import { endpointOf, isReference } from "../address.ts";
import { listenersOf } from "../listeners.ts";
import { at, recordOf, textOf } from "../model.ts";
import type { Rule } from "../rule.ts";

/** Settings that hold a whole address, and with what it may begin. */
const WHOLE_ADDRESSES: readonly (readonly [
  of: readonly [role: "exporter" | "extension", ...types: readonly string[]],
  keys: readonly string[],
  schemes: RegExp,
])[] = [
  [["exporter", "elasticsearch"], ["endpoint", "endpoints"], /^https?:\/\//],
  [["exporter", "opensearch"], ["http.endpoint"], /^https?:\/\//],
  [["exporter", "splunkhec", "zipkin", "influxdb", "sumologic", "doris", "logicmonitor"], ["endpoint"], /^https?:\/\//],
  [["exporter", "signalfx"], ["ingest_url", "api_url"], /^https?:\/\//],
  [["exporter", "clickhouse"], ["endpoint"], /^(tcp|clickhouse|https?|native):\/\//],
  [["exporter", "azuredataexplorer"], ["cluster_uri"], /^https?:\/\//],
  [["exporter", "rabbitmq"], ["connection.endpoint"], /^amqps?:\/\//],
  [["exporter", "pulsar"], ["endpoint"], /^pulsar(\+ssl)?:\/\//],
  [["extension", "oauth2client"], ["token_url"], /^https?:\/\//],
  [["extension", "oidc"], ["issuer_url"], /^https?:\/\//],
  [["extension", "opamp"], ["server.ws.endpoint"], /^wss?:\/\//],
  [["extension", "opamp"], ["server.http.endpoint"], /^https?:\/\//],
];

/** By what the load balancing exporter can route a signal. */
const ROUTES: Readonly<Record<string, readonly string[]>> = {
  traces: ["traceID", "service", "attributes"],
  metrics: ["service", "resource", "metric", "streamID", "attributes"],
};

export const endpointRules: readonly Rule[] = [
  {
    id: "missing-endpoint",
    severity: "error",
    explain: "An exporter without an address does not start.",
    bad: "exporters:\n  otlp: {}\n",
    good: "exporters:\n  otlp: {endpoint: 'tempo:4317', tls: {insecure: true}}\n",
    *find(config) {
      for (const component of config.of(
        "exporter",
        "otlp",
        "otlphttp",
        "zipkin",
        "prometheus",
        "prometheusremotewrite",
        "loki",
      )) {
        const { type, settings, path, id } = component;
        if (
          type === "otlphttp" &&
          ["traces_endpoint", "metrics_endpoint", "logs_endpoint"].some((key) => settings[key])
        )
          continue;
        if (endpointOf(component) === "") yield { path, message: `${id} has no endpoint`, fix: "set endpoint" };
      }
      for (const { settings, path, id } of config.of("exporter", "file"))
        if (!settings.path) yield { path, message: `${id} has no path`, fix: "set path to a file" };
    },
  },
  {
    id: "otlp-grpc-endpoint",
    severity: "error",
    explain:
      "The otlp exporter speaks gRPC: host and port, usually 4317, without a path; port 4318 and /v1/traces are those of otlphttp.",
    bad: "exporters:\n  otlp: {endpoint: 'http://collector:4318/v1/traces'}\n",
    good: "exporters:\n  otlp: {endpoint: 'collector:4317', tls: {insecure: true}}\n",
    *find(config) {
      for (const component of config.of("exporter", "otlp")) {
        const endpoint = endpointOf(component);
        const path = [...component.path, "endpoint"];
        if (/:4318(\/|$)/.test(endpoint))
          yield {
            path,
            message: `${endpoint} has the port of OTLP over HTTP`,
            fix: "use port 4317, or the exporter otlphttp",
          };
        else if (
          /^(\w+:\/\/)?[^/]+\/\w/.test(endpoint) &&
          !/^(unix|dns|passthrough|xds)/.test(endpoint) &&
          !isReference(endpoint)
        )
          yield {
            path,
            message: `${endpoint} has a path, and gRPC has none`,
            fix: "remove the path, or use the exporter otlphttp",
          };
      }
    },
  },
  {
    id: "otlp-http-endpoint",
    severity: "error",
    explain:
      "otlphttp needs an address with http:// or https://, usually port 4318; /v1/traces and so on are appended by itself.",
    bad: "exporters:\n  otlphttp: {endpoint: 'collector:4318'}\n",
    good: "exporters:\n  otlphttp: {endpoint: 'http://collector:4318'}\n",
    *find(config) {
      for (const component of config.of("exporter", "otlphttp")) {
        const endpoint = endpointOf(component);
        const path = [...component.path, "endpoint"];
        if (endpoint !== "" && !/^(https?:\/\/|unix:)/.test(endpoint) && !isReference(endpoint))
          yield { path, message: `${endpoint} has no scheme`, fix: `write http://${endpoint}, or https://` };
        else if (/:4317\/?$/.test(endpoint))
          yield { path, message: `${endpoint} has the port of gRPC`, fix: "use port 4318, or the exporter otlp" };
        if (/\/v1\/(traces|metrics|logs)\/?$/.test(endpoint))
          yield {
            path,
            message: "the signal's path is appended once more, and becomes /v1/traces/v1/traces",
            fix: "remove it, or write it as traces_endpoint",
          };
        for (const key of ["traces_endpoint", "metrics_endpoint", "logs_endpoint"]) {
          const text = textOf(component.settings[key]);
          if (text !== "" && !/^https?:\/\//.test(text) && !isReference(text))
            yield {
              path: [...component.path, key],
              message: `${text} has no scheme`,
              fix: "write http:// or https:// before it",
            };
        }
      }
    },
  },
  {
    id: "address-scheme",
    severity: "error",
    explain:
      "Elasticsearch, OpenSearch, Splunk, ClickHouse and others want a whole address: host:port without a scheme is refused, or reaches nobody.",
    bad: "exporters:\n  elasticsearch: {endpoint: 'elasticsearch:9200'}\n",
    good: "exporters:\n  elasticsearch: {endpoint: 'http://elasticsearch:9200'}\n",
    *find(config) {
      for (const [of, keys, schemes] of WHOLE_ADDRESSES) {
        const [role, ...types] = of;
        for (const { settings, path } of config.of(role, ...types))
          for (const key of keys) {
            const place = key.split(".");
            const value = at(settings, ...place);
            const texts = Array.isArray(value)
              ? value.map((item, i) => [[...place, i], textOf(item)] as const)
              : [[place, textOf(value)] as const];
            for (const [where, text] of texts) {
              if (text === "" || isReference(text) || schemes.test(text)) continue;
              const isBare = /^[^/]*$|^[^:/]+(:\d+)?\//.test(text);
              yield {
                path: [...path, ...where],
                message: isBare ? `${text} has no scheme` : `${text} has a scheme that is not known here`,
                fix: isBare ? `write ${/443\b/.test(text) ? "https" : "http"}://${text}` : "write http:// or https://",
              };
            }
          }
      }
    },
  },
  {
    id: "remote-write-endpoint",
    severity: "error",
    explain:
      "Remote write goes to an address with a scheme and a path, /api/v1/write for Prometheus, /api/v1/push for Mimir.",
    bad: "exporters:\n  prometheusremotewrite: {endpoint: 'prometheus:9090/api/v1/write'}\n",
    good: "exporters:\n  prometheusremotewrite: {endpoint: 'http://prometheus:9090/api/v1/write'}\n",
    *find(config) {
      for (const component of config.of("exporter", "prometheusremotewrite")) {
        const endpoint = endpointOf(component);
        const path = [...component.path, "endpoint"];
        if (endpoint === "" || isReference(endpoint)) continue;
        if (!/^https?:\/\//.test(endpoint))
          yield { path, message: `${endpoint} has no scheme`, fix: `write http://${endpoint}, or https://` };
        else if (/^https?:\/\/[^/]+\/?$/.test(endpoint))
          yield {
            path,
            message: `${endpoint} has no path`,
            fix: "write /api/v1/write behind it, or the path of your store",
          };
        else if (/^https?:\/\/[^/]*(mimir|cortex)[^/]*\/api\/v1\/write$/.test(endpoint))
          yield { path, message: "Mimir takes remote write at another path", fix: "write /api/v1/push" };
        else if (/^https:\/\/aps-workspaces\..*(?<!\/api\/v1\/remote_write)$/.test(endpoint))
          yield {
            path,
            message: "Amazon takes remote write at another path",
            fix: "write /workspaces/ID/api/v1/remote_write",
          };
        else if (/^https:\/\/prometheus-[\w-]+\.grafana\.net\/(?!api\/prom\/push\/?$)/.test(endpoint))
          yield { path, message: "Grafana Cloud takes remote write at another path", fix: "write /api/prom/push" };
        else if (/^https?:\/\/[^/]*(prometheus|victoria|vminsert)[^/]*\/api\/v1\/push$/.test(endpoint))
          yield { path, message: "this store takes remote write at another path", fix: "write /api/v1/write" };
      }
    },
  },
  {
    id: "same-destination",
    severity: "warning",
    explain: "Two exporters of a pipeline that send to one address store everything twice.",
    bad: "exporters:\n  otlp/a: {endpoint: 'a.example:4317'}\n  otlp/b: {endpoint: 'a.example:4317'}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [otlp/a, otlp/b]}\n",
    good: "exporters:\n  otlp/a: {endpoint: 'a.example:4317'}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [otlp/a]}\n",
    *find(config) {
      for (const pipeline of config.pipelines) {
        const seen = new Map<string, string>();
        for (const [i, id] of pipeline.exporters.entries()) {
          const exporter = config.find("exporter", id);
          if (exporter === undefined || endpointOf(exporter) === "") continue;
          // how it is sent makes no difference; an index, a tenant or labels of its own do
          const { sending_queue, retry_on_failure, timeout, compression, tls, ...what } = exporter.settings;
          // one backend by gRPC and by HTTP is one backend
          const host = endpointOf(exporter)
            .replace(/^https?:\/\//, "")
            .replace(/[:/].*$/, "");
          const isVendor = /^otlp|http$/.test(exporter.type) && /\.(io|com|net|co|dev)$/.test(host);
          const signs = JSON.stringify(Object.entries(recordOf(what.headers)).map(([a, b]) => [a.toLowerCase(), b]));
          const where =
            isVendor && /^otlp(http)?$/.test(exporter.type) && what.auth === undefined && signs !== "[]"
              ? `${host} ${signs}`
              : `${exporter.type} ${JSON.stringify(Object.entries(what).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
          const other = seen.get(where);
          if (other === undefined) seen.set(where, id);
          else
            yield {
              path: [...pipeline.path, "exporters", i],
              message: `${id} and ${other} send to one address`,
              fix: "remove one of them",
            };
        }
      }
    },
  },
  {
    id: "own-receiver",
    severity: "error",
    explain: "An exporter that sends to the collector's own receiver sends everything in a circle.",
    bad: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317'}}}\nexporters:\n  otlp: {endpoint: 'localhost:4317', tls: {insecure: true}}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [otlp]}\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317'}}}\nexporters:\n  otlp: {endpoint: 'tempo:4317', tls: {insecure: true}}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [otlp]}\n",
    *find(config) {
      for (const pipeline of config.pipelines)
        for (const [i, id] of pipeline.exporters.entries()) {
          const exporter = config.find("exporter", id);
          const [, port] =
            /^(?:https?:\/\/)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0):(\d+)\/?$/.exec(
              exporter ? endpointOf(exporter) : "",
            ) ?? [];
          const own = listenersOf(config).find(
            (listener) =>
              listener.port === port &&
              listener.component.type === "otlp" &&
              pipeline.receivers.includes(listener.component.id),
          );
          if (own !== undefined)
            yield {
              path: [...pipeline.path, "exporters", i],
              message: `${id} sends to ${own.component.id} of the same pipeline`,
              fix: "give it the address of the next collector or backend",
            };
        }
    },
  },
  {
    id: "load-balancing",
    severity: "error",
    explain:
      "The load balancing exporter needs a resolver, the settings of its otlp protocol, and a routing key of its signal.",
    bad: "exporters:\n  loadbalancing: {resolver: {static: {hostnames: ['a:4317']}}}\n",
    good: "exporters:\n  loadbalancing: {protocol: {otlp: {tls: {insecure: true}}}, resolver: {static: {hostnames: ['a:4317']}}}\n",
    *find(config) {
      for (const { id, settings, path } of config.of("exporter", "loadbalancing")) {
        if (Object.keys(recordOf(settings.resolver)).length !== 1)
          yield {
            path,
            message: "exactly one resolver is needed",
            fix: "set resolver.static, resolver.dns, resolver.k8s or resolver.aws_cloud_map",
          };
        const routing = textOf(settings.routing_key);
        const wrong = config
          .using("exporters", id)
          .find(({ signal }) => (ROUTES[signal] ?? [routing]).every((each) => each !== routing));
        if (routing !== "" && wrong !== undefined)
          yield {
            path: [...path, "routing_key"],
            message: `${wrong.signal} are not routed by ${routing}`,
            fix: `write ${(ROUTES[wrong.signal] ?? []).join(", ")}`,
          };
        if (at(settings, "protocol", "otlp") === undefined)
          yield { path, message: "protocol.otlp is not set", fix: "set protocol: {otlp: {}}" };
      }
    },
  },
];
