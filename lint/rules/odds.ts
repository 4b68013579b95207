/** Orders and combinations of components that work against each other. */
import { endpointOf, isPublic } from "../address.ts";
import { secondsOf } from "../duration.ts";
import { at, type Config, listOf, recordOf, textOf, textsOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";

/** Detectors of a platform, and those of the machines below it, which answer there as well. */
const PLATFORMS: readonly (readonly [platform: RegExp, machine: RegExp])[] = [
  [/^(eks|ecs|elastic_?beanstalk|lambda)$/, /^ec2$/],
  [/^aks$/, /^azure$/],
];

/** Extensions that store, and such that authenticate. */
const STORES = /^(filestorage|dbstorage|redisstorage|pebbletailstorage)$/;
const AUTHENTICATORS =
  /^(basicauth|bearertokenauth|oauth2client|oidc|sigv4auth|asapclient|headerssetter|azureauth|googleclientauth|awsiamdbauth)$/;
const OTHERS =
  /^(healthcheck|healthcheckv2|pprof|zpages|filestorage|dbstorage|redisstorage|basicauth|bearertokenauth|oauth2client|oidc|sigv4auth|asapclient|headerssetter|k8sobserver|hostobserver|dockerobserver|memorylimiter|opamp|jaegerremotesampling)$/;

/** What each kind of rule of a receiver_creator needs of its observer, where that is not on by itself. */
const OBSERVED: readonly (readonly [kind: RegExp, key: string])[] = [
  [/type\s*==\s*["']k8s\.service["']/, "observe_services"],
  [/type\s*==\s*["']k8s\.node["']/, "observe_nodes"],
  [/type\s*==\s*["']k8s\.ingress["']/, "observe_ingresses"],
];

/** Names of objects in the singular, as people write them for kubectl. */
const SINGULAR =
  /^(pod|event|node|service|namespace|deployment|daemonset|statefulset|replicaset|job|cronjob|configmap|secret|ingress|endpoint)$/i;

function* wrongKind(config: Config, isPlace: (key: string, above: string) => boolean, right: RegExp, what: string) {
  for (const { path, value } of config.scalars) {
    if (!isPlace(wordOf(path.at(-1)), wordOf(path.at(-2))) || path[0] === "service" || typeof value !== "string")
      continue;
    const extension = config.find("extension", value);
    if (extension !== undefined && OTHERS.test(extension.type) && !right.test(extension.type))
      yield { path, message: `${value} is no ${what}`, fix: `name an extension that is one` };
  }
}

export const oddRules: readonly Rule[] = [
  {
    id: "detector-order",
    severity: "warning",
    explain:
      "Of two detectors that know one attribute the first one wins: a machine's before the platform's names the platform wrongly (ec2 before eks: aws_ec2).",
    bad: "processors:\n  resourcedetection: {detectors: [env, ec2, eks]}\n",
    good: "processors:\n  resourcedetection: {detectors: [env, eks, ec2]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "resourcedetection")) {
        const detectors = textsOf(settings.detectors);
        for (const [platform, machine] of PLATFORMS) {
          const [first, second] = [
            detectors.findIndex((one) => machine.test(one)),
            detectors.findIndex((one) => platform.test(one)),
          ];
          if (first >= 0 && second > first)
            yield {
              path: [...path, "detectors", first],
              message: `${detectors[first]} answers before ${detectors[second]}`,
              fix: `name ${detectors[second]} first`,
            };
        }
      }
    },
  },
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
    id: "not-observed",
    severity: "warning",
    explain:
      "k8s_observer finds pods unless told otherwise: services, nodes and ingresses it finds with a key of their own, so a rule about them starts nothing.",
    bad: "extensions:\n  k8s_observer: {auth_type: serviceAccount}\nreceivers:\n  receiver_creator: {watch_observers: [k8s_observer], receivers: {httpcheck: {rule: 'type == \"k8s.service\"', config: {targets: []}}}}\nservice:\n  extensions: [k8s_observer]\n",
    good: "extensions:\n  k8s_observer: {auth_type: serviceAccount, observe_services: true}\nreceivers:\n  receiver_creator: {watch_observers: [k8s_observer], receivers: {httpcheck: {rule: 'type == \"k8s.service\"', config: {targets: []}}}}\nservice:\n  extensions: [k8s_observer]\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "receivercreator")) {
        const observers = textsOf(settings.watch_observers).flatMap((id) => config.find("extension", id) ?? []);
        if (observers.length === 0 || observers.some(({ type }) => type !== "k8sobserver")) continue;
        for (const [name, made] of Object.entries(recordOf(settings.receivers))) {
          const rule = textOf(at(made, "rule"));
          for (const [kind, key] of OBSERVED)
            if (
              kind.test(rule) &&
              observers.every((one) => one.settings[key] !== true && typeof one.settings[key] !== "string")
            )
              yield {
                path: [...path, "receivers", name, "rule"],
                message: `${observers[0]?.id} does not look for them`,
                fix: `set ${key}: true there`,
              };
          if (
            /type\s*==\s*["'](pod|port|pod\.container)["']/.test(rule) &&
            observers.every((one) => one.settings.observe_pods === false)
          )
            yield {
              path: [...path, "receivers", name, "rule"],
              message: `${observers[0]?.id} does not look for pods`,
              fix: "set observe_pods: true there",
            };
        }
      }
    },
  },
  {
    id: "object-in-plural",
    severity: "error",
    explain:
      "Objects of Kubernetes are named in the plural here: there is no resource pod, and the receiver does not start.",
    bad: "receivers:\n  k8sobjects: {objects: [{name: pod, mode: pull}]}\n",
    good: "receivers:\n  k8sobjects: {objects: [{name: pods, mode: pull}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "k8sobjects"))
        for (const [i, object] of listOf(settings.objects).entries()) {
          const name = textOf(at(object, "name"));
          if (SINGULAR.test(name))
            yield {
              path: [...path, "objects", i, "name"],
              message: `there is no resource ${name}`,
              fix: `write ${name.toLowerCase().replace(/ss$/, "sse")}s`,
            };
          else if (name !== name.toLowerCase() && !name.includes("$"))
            yield {
              path: [...path, "objects", i, "name"],
              message: `there is no resource ${name}`,
              fix: `write ${name.toLowerCase()}`,
            };
        }
    },
  },
  {
    id: "node-of-utilization",
    severity: "error",
    explain:
      "How much of its node a pod or container uses can be told with node alone, the name of that node: without it the receiver is refused.",
    bad: "receivers:\n  kubeletstats: {auth_type: serviceAccount, metrics: {k8s.pod.cpu.node.utilization: {enabled: true}}}\n",
    good: "receivers:\n  kubeletstats: {auth_type: serviceAccount, node: '${env:K8S_NODE_NAME}', k8s_api_config: {auth_type: serviceAccount}, metrics: {k8s.pod.cpu.node.utilization: {enabled: true}}}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "kubeletstats"))
        for (const [name, metric] of Object.entries(recordOf(settings.metrics)))
          if (/\.node\.utilization$/.test(name) && at(metric, "enabled") === true && !settings.node)
            yield {
              path: [...path, "metrics", name],
              message: `${name} needs node`,
              fix: "set node: '${env:K8S_NODE_NAME}'",
            };
    },
  },
  {
    id: "password-in-plain-kafka",
    severity: "warning",
    explain: "With PLAIN the password goes to the broker as it is: without tls anybody between can read it.",
    bad: "receivers:\n  kafka: {brokers: ['kafka.example.com:9092'], auth: {sasl: {mechanism: PLAIN, username: otel, password: '${env:P}'}}}\n",
    good: "receivers:\n  kafka: {brokers: ['kafka.example.com:9093'], tls: {}, auth: {sasl: {mechanism: PLAIN, username: otel, password: '${env:P}'}}}\n",
    *find(config) {
      for (const { settings, path } of [
        ...config.of("receiver", "kafka", "kafkametrics"),
        ...config.of("exporter", "kafka"),
      ])
        if (
          at(settings, "auth", "sasl", "mechanism") === "PLAIN" &&
          settings.tls === undefined &&
          at(settings, "auth", "tls") === undefined &&
          textsOf(settings.brokers).some(isPublic)
        )
          yield {
            path: [...path, "auth", "sasl"],
            message: "the password is sent without encryption",
            fix: "set tls: {}",
          };
    },
  },
  {
    id: "acknowledged-by-nobody",
    severity: "warning",
    explain:
      "With required_acks: 0 nothing is retried, because nobody says that it arrived: what a broker cannot take is lost.",
    bad: "exporters:\n  kafka: {brokers: ['k:9092'], producer: {required_acks: 0}}\n",
    good: "exporters:\n  kafka: {brokers: ['k:9092'], producer: {required_acks: -1}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter", "kafka"))
        if (/^0$/.test(wordOf(at(settings, "producer", "required_acks") ?? "")))
          yield {
            path: [...path, "producer", "required_acks"],
            message: "no broker acknowledges what it takes",
            fix: "write -1 (all) or 1",
          };
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
    id: "interval-of-deltas",
    severity: "warning",
    explain: "interval joins cumulative points, of which the last one counts; deltas pass through it as they are.",
    bad: "service:\n  pipelines:\n    metrics: {receivers: [otlp], processors: [cumulativetodelta, interval], exporters: [otlp]}\n",
    good: "service:\n  pipelines:\n    metrics: {receivers: [otlp], processors: [interval, cumulativetodelta], exporters: [otlp]}\n",
    *find(config) {
      for (const { processors, path } of config.pipelines) {
        const types = processors.map((id) => config.typeIn(id));
        const [delta, interval] = [types.indexOf("cumulativetodelta"), types.indexOf("interval")];
        if (delta >= 0 && interval > delta)
          yield {
            path: [...path, "processors", interval],
            message: `${processors[interval]} gets deltas, which it does not join`,
            fix: `name it before ${processors[delta]}`,
          };
      }
    },
  },
  {
    id: "sampled-twice",
    severity: "warning",
    explain:
      "A second probabilistic sampler with the same seed keeps what the first one kept, so that the lower share holds; with another seed the shares multiply.",
    bad: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [probabilistic_sampler/a, probabilistic_sampler/b], exporters: [otlp]}\n",
    good: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [probabilistic_sampler/a], exporters: [otlp]}\n",
    *find(config) {
      for (const { processors, path } of config.pipelines) {
        const all = processors.flatMap((id, i) => (config.typeIn(id) === "probabilisticsampler" ? [i] : []));
        const [, second] = all;
        if (second !== undefined)
          yield {
            path: [...path, "processors", second],
            message: "what is sampled here was sampled before",
            fix: "keep one of them",
          };
      }
    },
  },
  {
    id: "apm-without-connector",
    severity: "warning",
    explain:
      "The Datadog exporter makes no APM statistics of spans: without the connector datadog in the pipeline of traces there are no hits, errors and latencies there.",
    bad: "exporters:\n  datadog: {api: {key: '${env:DD}'}}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [datadog]}\n",
    good: "connectors:\n  datadog/connector: {}\nexporters:\n  datadog: {api: {key: '${env:DD}'}}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [datadog/connector, datadog]}\n    metrics: {receivers: [datadog/connector], exporters: [datadog]}\n",
    *find(config) {
      if (config.of("connector", "datadog").length > 0) return;
      for (const { id } of config.of("exporter", "datadog"))
        for (const { signal, path, exporters } of config.using("exporters", id))
          if (signal === "traces")
            yield {
              path: [...path, "exporters", exporters.indexOf(id)],
              message: `nothing counts the spans that ${id} sends`,
              fix: "name the connector datadog beside it, and as receiver of a pipeline of metrics",
            };
    },
  },
  {
    id: "route-behind-all",
    severity: "warning",
    explain:
      "The first line of a routing table that matches takes the data: lines behind one that matches everything get nothing.",
    bad: "connectors:\n  routing: {default_pipelines: [traces/a], table: [{context: resource, condition: 'true', pipelines: [traces/a]}, {context: resource, condition: 'attributes[\"env\"] == \"b\"', pipelines: [traces/b]}]}\n",
    good: 'connectors:\n  routing: {default_pipelines: [traces/a], table: [{context: resource, condition: \'attributes["env"] == "b"\', pipelines: [traces/b]}]}\n',
    *find(config) {
      for (const { settings, path } of config.of("connector", "routing")) {
        const table = listOf(settings.table);
        const conditions = table.map((item) => textOf(at(item, "condition") ?? at(item, "statement")).trim());
        const all = table.findIndex(
          (item, i) => /^(true|route\(\)( where true)?)$/.test(conditions[i] ?? "") && at(item, "action") !== "copy",
        );
        if (all >= 0 && all < table.length - 1)
          yield {
            path: [...path, "table", all],
            message: "this line takes everything, and those behind it nothing",
            fix: "write it as default_pipelines",
          };
        for (const [i, condition] of conditions.entries()) {
          const first = conditions.indexOf(condition);
          const isSame = first < i && condition !== "" && at(table[first], "context") === at(table[i], "context");
          if (isSame && at(table[first], "action") !== "copy")
            yield {
              path: [...path, "table", i],
              message: "a line before has the same condition, and takes all of it",
              fix: "name both pipelines in one line",
            };
        }
      }
      for (const { settings, path } of config.of("connector", "failover")) {
        const levels = listOf(settings.priority_levels).map((level) => textsOf(level).join());
        for (const [i, level] of levels.entries())
          if (level !== "" && levels.indexOf(level) < i)
            yield {
              path: [...path, "priority_levels", i],
              message: "this level is the same as one before",
              fix: "name other pipelines",
            };
      }
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
        const [, layout] = /\b(?:Time|FormatTime)\([^()]*,\s*"([^"%]+)"\s*(?:,|\))/.exec(value) ?? [];
        if (layout !== undefined)
          yield {
            path,
            message: `"${layout}" has no directive such as %Y`,
            fix: "write for example %Y-%m-%dT%H:%M:%S",
          };
      }
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
];
