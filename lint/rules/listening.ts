/** What listens: addresses, ports, who reaches them. */
import { endpointOf, isReference } from "../address.ts";
import { type Listener, listenersOf, usualListenersOf } from "../listeners.ts";
import { at, type Config, isInPod, recordOf, textOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";

/** Whether receivers listen for others, in a collector that asks Kubernetes by its own account or is told its pod's address. */
const isOpenInPod = (config: Config): boolean => {
  const hosts = listenersOf(config).flatMap(({ component, host }) => (component.role === "receiver" ? [host] : []));
  const isOpen = hosts.some((host) => /^(0\.0\.0\.0|\[::\]|\$\{(env:)?\w*POD_IP(:-[^}]*)?\})$/.test(host));
  const asks = [
    ...config.of("processor", "k8sattributes"),
    ...config.of("receiver", "kubeletstats", "k8scluster"),
  ].some(({ settings }) => textOf(settings.auth_type ?? "serviceAccount") === "serviceAccount");
  return (
    isOpen && (asks || config.scalars.some(({ value }) => /\$\{(env:)?\w*POD_(IP|NAME|UID)\w*\}/.test(textOf(value))))
  );
};

/** Whether two hosts of one port are in each other's way: equal, or one of them takes every network. What a reference holds is not known. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((host) => host.replace(/^(localhost|\[::1\])$/, "127.0.0.1"));
  return a === b || [a, b].some((host) => /^(0\.0\.0\.0|\[?::\]?|)$/.test(host ?? ""));
}

export const listeningRules: readonly Rule[] = [
  {
    id: "listen-address",
    severity: "error",
    explain: "What listens has a host and a port, without a scheme and a path.",
    bad: "exporters:\n  prometheus: {endpoint: 'http://0.0.0.0:8889/metrics'}\n",
    good: "exporters:\n  prometheus: {endpoint: '0.0.0.0:8889'}\n",
    *find(config) {
      const places = config.scalars.filter(
        ({ path }) =>
          (path[0] === "receivers" && path.at(-1) === "listen_address") ||
          (path.at(-1) === "endpoint" &&
            ((path[0] === "receivers" && path[2] === "protocols") ||
              (path[0] === "receivers" &&
                path.length === 3 &&
                /^(zipkin|statsd|splunkhec|influxdb|webhookevent|prometheusremotewrite|faro|fluentforward|carbon|collectd|datadog|awsfirehose|libhoney)$/.test(
                  config.typeIn(wordOf(path[1])),
                )) ||
              (path[0] === "extensions" &&
                path.length === 3 &&
                /^(healthcheck|pprof|zpages)$/.test(config.typeIn(wordOf(path[1])))) ||
              (path[0] === "exporters" && config.typeIn(wordOf(path[1])) === "prometheus"))),
      );
      for (const { path, value } of places) {
        const text = wordOf(value ?? "");
        if (/^\w+:\/\//.test(text) && !text.startsWith("unix:"))
          yield { path, message: `${text} has a scheme`, fix: "write host:port alone" };
        else if (/^[^/\s]+:\d{1,5}\/./.test(text))
          yield { path, message: `${text} has a path`, fix: "write host:port alone" };
        else if (text !== "" && !isReference(text) && !/:\d{1,5}$/.test(text) && !/[/\\]/.test(text))
          yield { path, message: `${text} has no port`, fix: "write host:port" };
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
    explain:
      "In a pod a health check on localhost answers nobody: the kubelet's probes come from outside, fail, and restart the collector. Without an endpoint it listens there since 0.104.",
    bad: "mode: deployment\nconfig:\n  receivers:\n    otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317'}}}\n  extensions:\n    health_check: {endpoint: 'localhost:13133'}\n  service:\n    extensions: [health_check]\n",
    good: "mode: deployment\nconfig:\n  receivers:\n    otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317'}}}\n  extensions:\n    health_check: {endpoint: '0.0.0.0:13133'}\n  service:\n    extensions: [health_check]\n",
    *find(config) {
      const open = config.scalars.some(
        ({ path, value }) =>
          path[0] === "receivers" && path.at(-1) === "endpoint" && /^0\.0\.0\.0:/.test(textOf(value)),
      );
      for (const component of config.of("extension", "healthcheck"))
        if (open && isInPod(config) && /^(localhost|127\.0\.0\.1):/.test(endpointOf(component)))
          yield {
            path: [...component.path, "endpoint"],
            message: "receivers listen on every network, the health check on localhost alone",
            fix: "write 0.0.0.0 for it as well",
          };
      // charts and operators set an address themselves
      if (config.mode === undefined && isOpenInPod(config))
        for (const { id, path, settings } of config.of("extension", "healthcheck", "healthcheckv2"))
          if (
            config.extensions.includes(id) &&
            ["endpoint", "use_v2", "http", "grpc"].every((key) => settings[key] === undefined)
          )
            yield {
              path,
              message: "the health check listens on localhost, its default, where no probe of the kubelet comes",
              fix: "set endpoint: ${env:POD_IP}:13133, or 0.0.0.0:13133",
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
      const taken = new Map<string, Listener[]>();
      for (const listener of [...listenersOf(config), ...usualListenersOf(config)]) {
        const { port } = listener;
        const other = taken.get(port)?.find(({ host }) => overlap(host, listener.host));
        taken.set(port, [...(taken.get(port) ?? []), listener]);
        if (other !== undefined)
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
    id: "scrape-unreachable",
    severity: "warning",
    explain: "In a pod localhost is the pod itself: what the Prometheus exporter serves there is scraped by nobody.",
    bad: "mode: deployment\nconfig:\n  exporters:\n    prometheus: {endpoint: 'localhost:8889'}\n  service:\n    pipelines:\n      metrics: {exporters: [prometheus]}\n",
    good: "mode: deployment\nconfig:\n  exporters:\n    prometheus: {endpoint: '0.0.0.0:8889'}\n  service:\n    pipelines:\n      metrics: {exporters: [prometheus]}\n",
    *find(config) {
      if (!isInPod(config) || config.mode === "sidecar") return;
      for (const component of config.of("exporter", "prometheus"))
        if (/^(localhost|127\.0\.0\.1|\[::1\]):/.test(endpointOf(component)))
          yield {
            path: [...component.path, "endpoint"],
            message: `${endpointOf(component)} is reached from its own pod only`,
            fix: "listen on 0.0.0.0, or on the pod's address",
          };
    },
  },
];
