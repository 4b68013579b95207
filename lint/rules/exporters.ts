/** Exporters, receivers and extensions: addresses, security, delivery. */
import { nearest } from "../../config/nearest.ts";
import { isInternal, isRemote } from "../address.ts";
import { type Listener, listenersOf } from "../listeners.ts";
import { at, type Component, type Config, recordOf, textOf } from "../model.ts";
import type { Finding, Rule } from "../rule.ts";

const endpointOf = ({ settings }: Component): string => textOf(settings.endpoint).trim();
const isReference = (text: string): boolean => /\$\{[^}]*\}|\{\{/.test(text);

const SECRET_KEY =
  /^(authorization|proxy-authorization|x-honeycomb-team|dd-api-key|api-key|x-api-key|signoz-access-token|lightstep-access-token|password|passwd|token|api_key|apikey|client_secret|secret|secret_key|access_token|auth_token|license_key|ingestion_key|bearer_token|key)$/i;
const PLACEHOLDER =
  /^$|^<.*>$|^\[.*\]$|your|example|change|replace|xxx|todo|dummy|placeholder|redacted|\*{3}|\.{3}|…|^(bearer|basic|apikey|api-token)?\s*$/i;

export const exporterRules: readonly Rule[] = [
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
      }
    },
  },
  {
    id: "listen-address",
    severity: "error",
    explain: "What listens has a host and a port, without a scheme and a path.",
    bad: "exporters:\n  prometheus: {endpoint: 'http://0.0.0.0:8889/metrics'}\n",
    good: "exporters:\n  prometheus: {endpoint: '0.0.0.0:8889'}\n",
    *find(config) {
      const places = config.scalars.filter(
        ({ path }) =>
          path.at(-1) === "endpoint" &&
          ((path[0] === "receivers" && path[2] === "protocols") ||
            (path[0] === "exporters" && config.typeIn(String(path[1])) === "prometheus")),
      );
      for (const { path, value } of places) {
        const text = textOf(value);
        if (/^\w+:\/\//.test(text) && !text.startsWith("unix:"))
          yield { path, message: `${text} has a scheme`, fix: "write host:port alone" };
        else if (text !== "" && !isReference(text) && !/:\d{1,5}$/.test(text) && !/[/\\]/.test(text))
          yield { path, message: `${text} has no port`, fix: "write host:port" };
      }
    },
  },
  {
    id: "tls-by-default",
    severity: "warning",
    explain:
      "The otlp exporter and the PostgreSQL receiver encrypt unless tls.insecure is true; a container beside them seldom does, and every connection fails.",
    bad: "exporters:\n  otlp: {endpoint: 'jaeger:4317'}\n",
    good: "exporters:\n  otlp: {endpoint: 'jaeger:4317', tls: {insecure: true}}\n",
    *find(config) {
      for (const component of [...config.of("exporter", "otlp"), ...config.of("receiver", "postgresql")]) {
        const endpoint = endpointOf(component);
        if (
          endpoint === "" ||
          /^(http|https|unix):/.test(endpoint) ||
          isReference(endpoint) ||
          component.settings.tls !== undefined
        )
          continue;
        if (isInternal(endpoint))
          yield {
            path: [...component.path, "endpoint"],
            message: `${component.id} encrypts, and ${endpoint} is no public address`,
            fix: "set tls.insecure: true, or tls.ca_file",
          };
      }
    },
  },
  {
    id: "tls-contradiction",
    severity: "warning",
    explain: "An address says one thing of encryption, tls.insecure another.",
    bad: "exporters:\n  otlphttp: {endpoint: 'https://a.example', tls: {insecure: true}}\n",
    good: "exporters:\n  otlphttp: {endpoint: 'https://a.example'}\n",
    *find(config) {
      for (const component of config.of("exporter")) {
        const endpoint = endpointOf(component);
        const insecure = at(component.settings, "tls", "insecure");
        if (endpoint.startsWith("https://") && insecure === true)
          yield {
            path: [...component.path, "tls", "insecure"],
            message: "the address is https, and tls.insecure asks for no encryption",
            fix: "remove tls.insecure, or write http://",
          };
        if (component.type === "otlp" && insecure === true && /:443$/.test(endpoint))
          yield {
            path: [...component.path, "tls", "insecure"],
            message: "port 443 expects encryption, and tls.insecure asks for none",
            fix: "remove tls.insecure",
          };
      }
    },
  },
  {
    id: "certificate-not-verified",
    severity: "warning",
    explain: "Without verification anybody between here and there can read what is sent, tokens included.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', tls: {insecure_skip_verify: true}}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', tls: {ca_file: /etc/ssl/ca.pem}}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars)
        if (path.at(-1) === "insecure_skip_verify" && value === true && path[0] === "exporters")
          yield { path, message: "the server's certificate is not verified", fix: "give its authority as tls.ca_file" };
    },
  },
  {
    id: "moved-key",
    severity: "error",
    explain:
      "Settings of encryption and queues moved below a key of their own long ago; at the top of a component they are refused.",
    bad: "exporters:\n  otlp: {endpoint: 'a:4317', insecure: true}\n",
    good: "exporters:\n  otlp: {endpoint: 'a:4317', tls: {insecure: true}}\n",
    *find(config) {
      const moved: readonly (readonly [
        role: "exporter" | "processor" | "connector" | "receiver",
        type: RegExp,
        key: string,
        fix: string,
      ])[] = [
        ...["insecure", "insecure_skip_verify", "ca_file", "cert_file", "key_file"].map(
          (key) =>
            [
              "exporter",
              /^(otlp|otlphttp|prometheusremotewrite|zipkin|elasticsearch|loki)$/,
              key,
              `write it below tls: tls.${key}`,
            ] as const,
        ),
        ["exporter", /./, "tls_settings", "write tls"],
        ["exporter", /^(debug|logging)$/, "loglevel", "write verbosity: detailed"],
        ["processor", /^memorylimiter$/, "ballast_size_mib", "remove it, and set GOMEMLIMIT in the environment"],
        ["processor", /^memorylimiter$/, "limit", "write limit_mib"],
        ["exporter", /^(otlp|otlphttp)$/, "protocol", "write the exporter otlp for gRPC, otlphttp for HTTP"],
        ["exporter", /^otlphttp?$/, "api_key", "write it as a header"],
        ["exporter", /^otlphttp?$/, "queued_retry", "write sending_queue and retry_on_failure"],
        ["connector", /^spanmetrics$/, "latency_histogram_buckets", "write histogram.explicit.buckets"],
        ["connector", /^spanmetrics$/, "metrics_exporter", "remove it; the connector is a receiver of a pipeline"],
        ["processor", /^attributes$/, "operations", "write actions"],
        ["receiver", /^otlp$/, "endpoint", "write it below protocols.grpc and protocols.http"],
        ["receiver", /^otlp$/, "grpc", "write it below protocols"],
        ["receiver", /^otlp$/, "http", "write it below protocols"],
        ["receiver", /^prometheus$/, "scrape_configs", "write it below config"],
      ];
      for (const [role, type, key, fix] of moved)
        for (const { settings, path, id, ...component } of config.of(role))
          if (type.test(component.type) && Object.hasOwn(settings, key))
            yield { path: [...path, key], message: `${id} has no key ${key}`, fix };
      for (const { settings, path } of config.of("exporter"))
        if (at(settings, "sending_queue", "persistent_storage_enabled") !== undefined)
          yield {
            path: [...path, "sending_queue", "persistent_storage_enabled"],
            message: "there is no key persistent_storage_enabled",
            fix: "name an extension: storage: file_storage",
          };
      if (at(config.root, "service", "telemetry", "metrics", "address") !== undefined)
        yield {
          path: ["service", "telemetry", "metrics", "address"],
          message: "service.telemetry.metrics.address is ignored since 0.123",
          fix: "write readers: [{pull: {exporter: {prometheus: {host: …, port: …}}}}]",
        };
      if (typeof at(config.root, "service", "telemetry", "logs", "loglevel") === "string")
        yield {
          path: ["service", "telemetry", "logs", "loglevel"],
          message: "there is no key loglevel",
          fix: "write level",
        };
    },
  },
  {
    id: "unknown-storage",
    severity: "error",
    explain:
      "sending_queue.storage and storage name an extension; one that is not configured or not started ends the collector at its start.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {storage: file_storage}}\nservice:\n  extensions: []\n",
    good: "extensions:\n  file_storage: {directory: /var/lib/otelcol}\nexporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {storage: file_storage}}\nservice:\n  extensions: [file_storage]\n",
    find: (config) =>
      references(
        config,
        (path) => path.at(-1) === "storage" && (path[0] === "receivers" || path.at(-2) === "sending_queue"),
        "storage",
      ),
  },
  {
    id: "unknown-authenticator",
    severity: "error",
    explain:
      "auth.authenticator names an extension; one that is not configured or not started ends the collector at its start.",
    bad: "exporters:\n  otlphttp: {endpoint: 'https://a.example', auth: {authenticator: basicauth/a}}\nservice:\n  extensions: []\n",
    good: "extensions:\n  basicauth/a: {client_auth: {username: '${env:A}', password: '${env:B}'}}\nexporters:\n  otlphttp: {endpoint: 'https://a.example', auth: {authenticator: basicauth/a}}\nservice:\n  extensions: [basicauth/a]\n",
    *find(config) {
      yield* references(config, (path) => path.at(-1) === "authenticator", "authenticator");
      for (const { settings, path } of [...config.of("exporter"), ...config.of("receiver")])
        if (typeof settings.auth === "string" && /otlp/.test(String(path[1])))
          yield {
            path: [...path, "auth"],
            message: "auth is a mapping",
            fix: `write auth: {authenticator: ${settings.auth}}`,
          };
    },
  },
  {
    id: "queue-off",
    severity: "warning",
    explain: "Without queue and retries every failed request loses its data at once.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {enabled: false}, retry_on_failure: {enabled: false}}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {queue_size: 5000}}\n",
    *find(config) {
      // headers that are taken from a request's context need the exporter to send within it
      for (const { settings, path, id } of config.of("exporter"))
        for (const key of ["sending_queue", "retry_on_failure"])
          if (
            at(settings, key, "enabled") === false &&
            !/^headers_setter/.test(textOf(at(settings, "auth", "authenticator")))
          )
            yield {
              path: [...path, key, "enabled"],
              message: `${id} has its ${key} switched off`,
              fix: "remove enabled: false",
            };
    },
  },
  {
    id: "queue-sizes",
    severity: "error",
    explain: "A queue without a consumer or without room is refused, or delivers nothing.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {num_consumers: 0}}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {num_consumers: 4}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter"))
        for (const key of ["num_consumers", "queue_size"])
          if (at(settings, "sending_queue", key) === 0)
            yield {
              path: [...path, "sending_queue", key],
              message: `${key} is zero`,
              fix: "set a number above zero, or remove it",
            };
    },
  },
  {
    id: "retry-intervals",
    severity: "warning",
    explain: "Retries that begin later than their longest pause, or end before they begin, are not what was meant.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', retry_on_failure: {initial_interval: 60s, max_interval: 5s}}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', retry_on_failure: {initial_interval: 5s, max_interval: 60s}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter")) {
        const seconds = (key: string) => secondsOf(at(settings, "retry_on_failure", key));
        const [first, most, all] = [seconds("initial_interval"), seconds("max_interval"), seconds("max_elapsed_time")];
        if (first !== undefined && most !== undefined && first > most)
          yield {
            path: [...path, "retry_on_failure", "initial_interval"],
            message: "initial_interval is above max_interval",
            fix: "exchange them",
          };
        if (all !== undefined && all > 0 && most !== undefined && most > all)
          yield {
            path: [...path, "retry_on_failure", "max_elapsed_time"],
            message: "max_elapsed_time is below max_interval, so the longest pause never comes",
            fix: "raise it, or set 0 for no end",
          };
      }
    },
  },
  {
    id: "queue-in-memory",
    severity: "warning",
    profile: "ours",
    explain: "A queue in memory is lost when the collector restarts while the backend is away.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317'}\n",
    good: "extensions:\n  file_storage: {}\nexporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {storage: file_storage}}\nservice:\n  extensions: [file_storage]\n",
    *find(config) {
      for (const { settings, path, id } of config.of("exporter", "otlp", "otlphttp", "prometheusremotewrite"))
        if (at(settings, "sending_queue", "storage") === undefined)
          yield {
            path,
            message: `the queue of ${id} is in memory`,
            fix: "name a file_storage extension as sending_queue.storage",
          };
    },
  },
  {
    id: "secret-in-plain",
    severity: "warning",
    explain: "A credential in the file is in every copy of it: repository, image, ConfigMap.",
    bad: "exporters:\n  otlphttp: {endpoint: 'https://a.example', headers: {api-key: 9f8e7d6c5b4a39281706}}\n",
    good: "exporters:\n  otlphttp: {endpoint: 'https://a.example', headers: {api-key: '${env:API_KEY}'}}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars) {
        const text = textOf(value).trim();
        const name = String(path.at(-1));
        const inUrl = /:\/\/[^\s/:@]+:([^\s/@]+)@/.exec(text)?.[1];
        const isKey =
          SECRET_KEY.test(name) &&
          (path[0] === "exporters" || path[0] === "receivers" || path[0] === "extensions") &&
          !path.includes("actions") &&
          (name !== "key" || path[0] === "exporters");
        const secret = isKey ? text.replace(/^(bearer|basic|apikey|api-token)\s+/i, "") : inUrl;
        if (
          secret === undefined ||
          secret.length < 4 ||
          isReference(text) ||
          PLACEHOLDER.test(secret) ||
          /^\/|\$|`/.test(secret)
        )
          continue;
        yield {
          path,
          message: `${isKey ? name : "a password in an address"} is written in plain text`,
          fix: "write ${env:NAME} or ${file:/path}",
        };
      }
    },
  },
  {
    id: "exposed-diagnostics",
    severity: "warning",
    explain: "pprof and zPages show memory and traces to whoever reaches their port.",
    bad: "extensions:\n  pprof: {endpoint: '0.0.0.0:1777'}\nservice:\n  extensions: [pprof]\n",
    good: "extensions:\n  pprof: {endpoint: 'localhost:1777'}\nservice:\n  extensions: [pprof]\n",
    *find(config) {
      for (const component of config.of("extension", "pprof", "zpages"))
        if (/^(0\.0\.0\.0|\[::\])?:\d/.test(endpointOf(component)))
          yield {
            path: [...component.path, "endpoint"],
            message: `${component.id} is reachable from every network`,
            fix: "bind it to localhost",
          };
    },
  },
  {
    id: "any-origin",
    severity: "warning",
    explain:
      "With * as allowed origin every page on the web can send telemetry to this receiver from its visitors' browsers.",
    bad: "receivers:\n  otlp: {protocols: {http: {cors: {allowed_origins: ['*']}}}}\n",
    good: "receivers:\n  otlp: {protocols: {http: {cors: {allowed_origins: ['https://shop.example']}}}}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars)
        if (value === "*" && path.includes("cors") && path.includes("allowed_origins"))
          yield { path, message: "every origin is allowed", fix: "list the origins of your pages" };
    },
  },
  {
    id: "health-check-unreachable",
    severity: "warning",
    explain: "A health check on localhost answers nobody outside the container, so its probes fail.",
    bad: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317'}}}\nextensions:\n  health_check: {endpoint: 'localhost:13133'}\nservice:\n  extensions: [health_check]\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317'}}}\nextensions:\n  health_check: {endpoint: '0.0.0.0:13133'}\nservice:\n  extensions: [health_check]\n",
    *find(config) {
      const open = config.scalars.some(
        ({ path, value }) =>
          path[0] === "receivers" && path.at(-1) === "endpoint" && /^0\.0\.0\.0:/.test(textOf(value)),
      );
      for (const component of config.of("extension", "healthcheck"))
        if (open && /^(localhost|127\.0\.0\.1):/.test(endpointOf(component)))
          yield {
            path: [...component.path, "endpoint"],
            message: "receivers listen on every network, the health check on localhost alone",
            fix: "write 0.0.0.0 for it as well",
          };
    },
  },
  {
    id: "port-taken",
    severity: "error",
    explain: "Two components that listen on one port: the second fails, and takes the collector with it.",
    bad: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317'}, http: {endpoint: '0.0.0.0:4317'}}}\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317'}, http: {endpoint: '0.0.0.0:4318'}}}\n",
    *find(config) {
      const taken = new Map<string, Listener>();
      for (const listener of listenersOf(config)) {
        const other = taken.get(listener.port);
        if (other === undefined) taken.set(listener.port, listener);
        else
          yield {
            path: listener.path,
            message: `port ${listener.port} is taken by ${other.component.id}`,
            fix: "choose another port",
          };
      }
    },
  },
  {
    id: "otlp-ports-exchanged",
    severity: "error",
    explain: "gRPC is expected on 4317 and HTTP on 4318; exchanged, no SDK reaches either.",
    bad: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4318'}}}\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317'}}}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "otlp"))
        for (const [name, wrong, right] of [
          ["grpc", "4318", "4317"],
          ["http", "4317", "4318"],
        ] as const)
          if (textOf(at(settings, "protocols", name, "endpoint")).endsWith(`:${wrong}`))
            yield {
              path: [...path, "protocols", name, "endpoint"],
              message: `${name} listens on ${wrong}, the port of the other protocol`,
              fix: `write ${right}`,
            };
    },
  },
  {
    id: "otlp-protocols",
    severity: "error",
    explain: "The OTLP receiver needs protocols, a mapping of grpc and http.",
    bad: "receivers:\n  otlp: {protocols: [grpc, http]}\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {}, http: {}}}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "otlp")) {
        const { protocols } = settings;
        if (Object.keys(recordOf(protocols)).length === 0)
          yield {
            path: protocols === undefined ? path : [...path, "protocols"],
            message: "no protocol is configured",
            fix: "write protocols: {grpc: {}, http: {}}",
          };
        for (const name of Object.keys(recordOf(protocols)))
          if (!["grpc", "http"].includes(name))
            yield {
              path: [...path, "protocols", name],
              message: `OTLP has no protocol ${name}`,
              fix: "write grpc or http",
            };
      }
    },
  },
  {
    id: "compression",
    severity: "error",
    explain: "A compression that the exporter does not know stops the collector.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', compression: brotli}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', compression: zstd}\n",
    *find(config) {
      for (const { settings, path, type } of config.of("exporter", "otlp", "otlphttp")) {
        const { compression } = settings;
        const allowed =
          type === "otlp"
            ? ["gzip", "snappy", "zstd", "none"]
            : ["gzip", "snappy", "zstd", "zlib", "deflate", "lz4", "none"];
        if (
          compression === undefined ||
          compression === null ||
          compression === "" ||
          (typeof compression === "string" &&
            (allowed.includes(compression) || compression.startsWith("x-snappy") || isReference(compression)))
        )
          continue;
        yield {
          path: [...path, "compression"],
          message: `there is no compression ${String(compression)}`,
          fix: `write ${allowed.join(", ")}`,
        };
      }
    },
  },
  {
    id: "verbosity",
    severity: "error",
    explain: "The debug exporter is basic, normal or detailed.",
    bad: "exporters:\n  debug: {verbosity: debug}\n",
    good: "exporters:\n  debug: {verbosity: detailed}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter", "debug")) {
        const { verbosity } = settings;
        if (
          verbosity === undefined ||
          (typeof verbosity === "string" && (/^(basic|normal|detailed)$/i.test(verbosity) || isReference(verbosity)))
        )
          continue;
        yield {
          path: [...path, "verbosity"],
          message: `there is no verbosity ${String(verbosity)}`,
          fix: "write basic, normal or detailed",
        };
      }
    },
  },
  {
    id: "detailed-debug",
    severity: "warning",
    explain:
      "With detailed every span, point and record is printed: at a real load that costs more than the rest of the collector, and shows personal data in its log.",
    bad: "exporters:\n  debug: {verbosity: detailed}\n  otlphttp: {endpoint: 'https://a.example'}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [debug, otlphttp]}\n",
    good: "exporters:\n  debug: {verbosity: basic}\n  otlphttp: {endpoint: 'https://a.example'}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [debug, otlphttp]}\n",
    *find(config) {
      if (!isRemote(config)) return;
      for (const { settings, path, id } of config.of("exporter", "debug"))
        if (
          settings.verbosity === "detailed" &&
          config.using("exporters", id).some(({ exporters }) => exporters.length > 1)
        )
          yield {
            path: [...path, "verbosity"],
            message: `${id} prints everything beside a real exporter`,
            fix: "write basic, or remove it from the pipeline",
          };
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
          const where = `${exporter.type} ${endpointOf(exporter)} ${JSON.stringify([exporter.settings.headers, exporter.settings.auth])}`;
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
    explain: "The load balancing exporter needs a resolver and the settings of its otlp protocol.",
    bad: "exporters:\n  loadbalancing: {resolver: {static: {hostnames: ['a:4317']}}}\n",
    good: "exporters:\n  loadbalancing: {protocol: {otlp: {tls: {insecure: true}}}, resolver: {static: {hostnames: ['a:4317']}}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter", "loadbalancing")) {
        if (Object.keys(recordOf(settings.resolver)).length !== 1)
          yield {
            path,
            message: "exactly one resolver is needed",
            fix: "set resolver.static, resolver.dns, resolver.k8s or resolver.aws_cloud_map",
          };
        if (at(settings, "protocol", "otlp") === undefined)
          yield { path, message: "protocol.otlp is not set", fix: "set protocol: {otlp: {}}" };
      }
    },
  },
  {
    id: "service-telemetry",
    severity: "error",
    explain: "Levels of the collector's own logs and metrics are fixed words.",
    bad: "service:\n  telemetry: {logs: {level: verbose}}\n",
    good: "service:\n  telemetry: {logs: {level: debug}, metrics: {level: detailed}}\n",
    *find({ root }) {
      const telemetry = at(root, "service", "telemetry");
      for (const [path, allowed] of [
        [
          ["logs", "level"],
          ["debug", "info", "warn", "error", "dpanic", "panic", "fatal"],
        ],
        [
          ["metrics", "level"],
          ["none", "basic", "normal", "detailed"],
        ],
        [
          ["logs", "encoding"],
          ["json", "console"],
        ],
      ] as const) {
        const value = at(telemetry, ...path);
        if (typeof value !== "string" || allowed.some((word) => word === value.toLowerCase()) || isReference(value))
          continue;
        yield {
          path: ["service", "telemetry", ...path],
          message: `"${value}" is not known here`,
          fix: `write ${nearest(value, [...allowed]) ?? allowed.join(", ")}`,
        };
      }
    },
  },
];

/** Names of extensions in settings: each must be configured and started. */
function* references(config: Config, isPlace: (path: Finding["path"]) => boolean, what: string): Generator<Finding> {
  if (config.root.service === undefined) return;
  for (const { path, value } of config.scalars) {
    if (!isPlace(path) || typeof value !== "string" || value === "" || isReference(value)) continue;
    if (config.find("extension", value) === undefined)
      yield {
        path,
        message: `the ${what} ${value} is no configured extension`,
        fix: `configure it in extensions, and name it in service.extensions`,
      };
    else if (!config.extensions.includes(value))
      yield { path, message: `the ${what} ${value} is not started`, fix: "name it in service.extensions" };
  }
}

function secondsOf(value: unknown): number | undefined {
  const [, number, unit] = /^([\d.]+)(ms|s|m|h)?$/.exec(String(value)) ?? [];
  return number === undefined || value === undefined
    ? undefined
    : Number(number) * ({ ms: 0.001, m: 60, h: 3600 }[unit ?? ""] ?? 1);
}
