/** How a component reaches what it talks to, and what it tells there of itself. */
import { endpointOf } from "../address.ts";
import { secondsOf } from "../duration.ts";
import { at, type Config, recordOf, textOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";

/** Extensions that store, and such that authenticate. */
const STORES = /^(filestorage|dbstorage|redisstorage|pebbletailstorage)$/;
const AUTHENTICATORS =
  /^(basicauth|bearertokenauth|oauth2client|oidc|sigv4auth|asapclient|headerssetter|azureauth|googleclientauth|awsiamdbauth)$/;
const OTHERS =
  /^(healthcheck|healthcheckv2|pprof|zpages|filestorage|dbstorage|redisstorage|basicauth|bearertokenauth|oauth2client|oidc|sigv4auth|asapclient|headerssetter|k8sobserver|hostobserver|dockerobserver|memorylimiter|opamp|jaegerremotesampling)$/;

function* wrongKind(config: Config, isPlace: (key: string, above: string) => boolean, right: RegExp, what: string) {
  for (const { path, value } of config.scalars) {
    if (!isPlace(wordOf(path.at(-1)), wordOf(path.at(-2))) || path[0] === "service" || typeof value !== "string")
      continue;
    const extension = config.find("extension", value);
    if (extension !== undefined && OTHERS.test(extension.type) && !right.test(extension.type))
      yield { path, message: `${value} is no ${what}`, fix: `name an extension that is one` };
  }
}

export const connectionRules: readonly Rule[] = [
  {
    id: "storage-kind",
    severity: "error",
    explain:
      "storage names an extension that stores, authenticator one that authenticates: an extension of another kind ends the collector at its start.",
    bad: "extensions:\n  health_check: {}\nexporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {storage: health_check}}\nservice:\n  extensions: [health_check]\n",
    good: "extensions:\n  file_storage: {directory: /var/lib/otelcol}\nexporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {storage: file_storage}}\nservice:\n  extensions: [file_storage]\n",
    *find(config) {
      yield* wrongKind(config, (key) => key === "storage" || key === "storage_id", STORES, "storage");
      yield* wrongKind(
        config,
        (key, above) => key === "authenticator" && above === "auth",
        AUTHENTICATORS,
        "authenticator",
      );
    },
  },
  {
    id: "socket-scheme",
    severity: "error",
    explain:
      "The engine is reached by an address with a scheme: unix:///var/run/docker.sock, and not by the path alone.",
    bad: "receivers:\n  docker_stats: {endpoint: /var/run/docker.sock}\n",
    good: "receivers:\n  docker_stats: {endpoint: 'unix:///var/run/docker.sock'}\n",
    *find(config) {
      for (const component of [
        ...config.of("receiver", "dockerstats", "podmanstats"),
        ...config.of("extension", "dockerobserver"),
      ]) {
        const endpoint = endpointOf(component);
        if (endpoint !== "" && !/\$\{|\{\{/.test(endpoint) && !/^(unix|tcp|https?|npipe|ssh):\/\//.test(endpoint))
          yield {
            path: [...component.path, "endpoint"],
            message: `${endpoint} has no scheme`,
            fix: `write ${endpoint.startsWith("/") ? "unix" : "tcp"}://${endpoint}`,
          };
      }
    },
  },
  {
    id: "port-missing",
    severity: "error",
    explain: "gRPC has no usual port: an otlp exporter without one in its endpoint is refused.",
    bad: "exporters:\n  otlp: {endpoint: ingest.backend.example}\n",
    good: "exporters:\n  otlp: {endpoint: 'ingest.backend.example:4317'}\n",
    *find(config) {
      for (const component of config.of("exporter", "otlp")) {
        const endpoint = endpointOf(component).replace(/^(https?|dns|passthrough):\/{2,3}/, "");
        if (endpoint !== "" && !/[$/{]|^unix|^xds/.test(endpoint) && !/:\d+$/.test(endpoint))
          yield {
            path: [...component.path, "endpoint"],
            message: `${endpoint} has no port`,
            fix: `write ${endpoint}:4317`,
          };
      }
    },
  },
  {
    id: "jaeger-ports",
    severity: "error",
    explain:
      "Jaeger's clients know its ports: 14250 for gRPC, 14268 for Thrift over HTTP, 6831 for compact, 6832 for binary Thrift. Exchanged, none reaches its protocol.",
    bad: "receivers:\n  jaeger: {protocols: {thrift_http: {endpoint: '0.0.0.0:14250'}}}\n",
    good: "receivers:\n  jaeger: {protocols: {thrift_http: {endpoint: '0.0.0.0:14268'}}}\n",
    *find(config) {
      const ports: Readonly<Record<string, string>> = {
        grpc: "14250",
        thrift_http: "14268",
        thrift_compact: "6831",
        thrift_binary: "6832",
      };
      for (const { settings, path } of config.of("receiver", "jaeger"))
        for (const [name, own] of Object.entries(ports)) {
          const port = /:(\d+)$/.exec(textOf(at(settings, "protocols", name, "endpoint")))?.[1];
          if (port !== undefined && port !== own && Object.values(ports).includes(port))
            yield {
              path: [...path, "protocols", name, "endpoint"],
              message: `${port} is the port of another protocol`,
              fix: `write ${own}`,
            };
        }
    },
  },
  {
    id: "timeout-too-short",
    severity: "warning",
    explain:
      "A request to a backend that may take a few milliseconds fails nearly always, and is sent again and again.",
    bad: "exporters:\n  otlphttp: {endpoint: 'https://a.example', timeout: 5ms}\n",
    good: "exporters:\n  otlphttp: {endpoint: 'https://a.example', timeout: 10s}\n",
    *find(config) {
      for (const component of config.of("exporter")) {
        const seconds =
          typeof component.settings.timeout === "string" ? secondsOf(component.settings.timeout) : undefined;
        if (seconds !== undefined && seconds > 0 && seconds < 0.1 && endpointOf(component) !== "")
          yield {
            path: [...component.path, "timeout"],
            message: `${textOf(component.settings.timeout)} are over before a backend answers`,
            fix: "write 5s or more",
          };
      }
    },
  },
  {
    id: "asked-too-often",
    severity: "warning",
    explain: "A receiver that asks more than once a second loads what it measures, and makes points that nobody reads.",
    bad: "receivers:\n  mysql: {endpoint: 'db:3306', collection_interval: 100ms}\n",
    good: "receivers:\n  mysql: {endpoint: 'db:3306', collection_interval: 10s}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver")) {
        const every = typeof settings.collection_interval === "string" ? secondsOf(settings.collection_interval) : 1;
        if (every !== undefined && every > 0 && every < 1)
          yield {
            path: [...path, "collection_interval"],
            message: `it asks ${Math.round(1 / every)} times a second`,
            fix: "write 10s or more",
          };
      }
    },
  },
  {
    id: "queue-of-few",
    severity: "warning",
    explain:
      "A queue counts requests: one that holds a handful is full at the first pause of the backend, and what comes then is dropped.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {queue_size: 2}}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {queue_size: 1000}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter")) {
        const { queue_size, sizer = "requests", enabled, block_on_overflow } = recordOf(settings.sending_queue);
        if (
          typeof queue_size === "number" &&
          queue_size > 0 &&
          queue_size < 10 &&
          sizer === "requests" &&
          enabled !== false &&
          block_on_overflow !== true
        )
          yield {
            path: [...path, "sending_queue", "queue_size"],
            message: `${queue_size} requests are all that waits for the backend`,
            fix: "write some hundreds or thousands",
          };
      }
    },
  },
  {
    id: "credentials-need-encryption",
    severity: "error",
    explain:
      "gRPC gives a token or a password to an encrypted connection alone: with tls.insecure the exporter does not start.",
    bad: "extensions:\n  bearertokenauth: {token: '${env:T}'}\nexporters:\n  otlp: {endpoint: 'gateway:4317', tls: {insecure: true}, auth: {authenticator: bearertokenauth}}\nservice:\n  extensions: [bearertokenauth]\n",
    good: "extensions:\n  bearertokenauth: {token: '${env:T}'}\nexporters:\n  otlp: {endpoint: 'gateway:4317', tls: {ca_file: /ca.pem}, auth: {authenticator: bearertokenauth}}\nservice:\n  extensions: [bearertokenauth]\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter", "otlp")) {
        const name = textOf(at(settings, "auth", "authenticator"));
        const type = config.find("extension", name)?.type ?? "";
        if (at(settings, "tls", "insecure") === true && /^(bearertokenauth|oauth2client|basicauth)$/.test(type))
          yield {
            path: [...path, "tls", "insecure"],
            message: `${name} gives credentials, which gRPC refuses without encryption`,
            fix: "remove it, and set ca_file",
          };
      }
    },
  },
  {
    id: "open-to-the-internet",
    severity: "warning",
    explain:
      "A receiver that everybody on the internet reaches, without encryption and without asking who sends, takes what anybody invents. Said where the file's first comment calls it public.",
    bad: "# public gateway for browsers on the internet\nreceivers:\n  otlp: {protocols: {http: {endpoint: '0.0.0.0:4318'}}}\n",
    good: "# public gateway for browsers on the internet\nreceivers:\n  otlp: {protocols: {http: {endpoint: '0.0.0.0:4318', auth: {authenticator: oidc}, tls: {cert_file: /c, key_file: /k}}}}\nextensions:\n  oidc: {issuer_url: 'https://a.example', audience: b}\nservice:\n  extensions: [oidc]\n  pipelines: {}\n",
    *find(config) {
      const { head } = config.comments;
      if (
        !/\binternet\b|\bpublicly\b|\bpublic (gateway|endpoint|ingress|edge|ip|address|host|vm|collector)\b|\buntrusted\b|\bdmz\b|\b(partners?|customers?|suppliers?|third part(y|ies))\b[^.;]{0,20}\b(push|send|report|post|deliver)\b/i.test(
          head,
        )
      )
        return;
      if (/ingress|proxy|load ?balancer|terminat|\bbehind\b|no(t| ) /i.test(head)) return;
      for (const { settings, path } of config.of("receiver", "otlp"))
        for (const [name, protocol] of Object.entries(recordOf(settings.protocols)))
          if (
            /^(0\.0\.0\.0|\[::\])?:\d/.test(textOf(at(protocol, "endpoint"))) &&
            at(protocol, "tls") === undefined &&
            at(protocol, "auth") === undefined
          )
            yield {
              path: [...path, "protocols", name],
              message: `${name} takes what anybody sends, without encryption`,
              fix: "set tls and auth",
            };
    },
  },
  {
    id: "layout-of-time",
    severity: "warning",
    explain:
      "Time() and FormatTime() read a layout of strptime, with % before each letter; one of another language matches nothing.",
    bad: 'processors:\n  transform: {error_mode: ignore, log_statements: [\'set(log.time, Time(log.attributes["ts"], "yyyy-MM-dd"))\']}\n',
    good: 'processors:\n  transform: {error_mode: ignore, log_statements: [\'set(log.time, Time(log.attributes["ts"], "%Y-%m-%d"))\']}\n',
    *find(config) {
      for (const { path, value } of config.scalars) {
        if (path[0] !== "processors" || typeof value !== "string") continue;
        const [, layout] =
          /\b(?:Time|FormatTime)\((?:[^(),"]|"[^"]*"(?=\]))*,\s*"([^"%]+)"\s*(?:,|\))/.exec(value) ?? [];
        if (layout !== undefined)
          yield {
            path,
            message: `"${layout}" has no directive such as %Y`,
            fix: "write for example %Y-%m-%dT%H:%M:%S",
          };
      }
    },
  },
];
