/** What is written in one form and read in another; ports that speak another protocol. */
import { at, type Component, type Config, listOf, textOf, textsOf } from "../model.ts";
import type { Path } from "../read.ts";
import type { Rule } from "../rule.ts";

const SIGNALS = ["traces", "metrics", "logs"] as const;
const TOPICS: Readonly<Record<string, string>> = { traces: "otlp_spans", metrics: "otlp_metrics", logs: "otlp_logs" };

/** Topics of one signal, and the form of what is in them. */
function channelOf({ settings, path }: Component, signal: string) {
  const named = [
    ...textsOf(at(settings, signal, "topics")),
    textOf(at(settings, signal, "topic")) || textOf(settings.topic),
  ].filter((topic) => topic !== "");
  const own = at(settings, signal, "encoding");
  const encoding = textOf(own ?? settings.encoding) || "otlp_proto";
  const place: Path =
    own !== undefined ? [...path, signal, "encoding"] : settings.encoding !== undefined ? [...path, "encoding"] : path;
  return { topics: named.length > 0 ? named : [TOPICS[signal] ?? ""], encoding, place };
}

const brokersOf = ({ settings }: Component): readonly string[] =>
  typeof settings.brokers === "string" ? settings.brokers.split(",") : textsOf(settings.brokers);

/** Each topic that is written here and read here. */
function* sharedTopics(config: Config) {
  for (const writer of config.of("exporter", "kafka"))
    for (const reader of config.of("receiver", "kafka")) {
      const shared = brokersOf(writer).some((broker) => brokersOf(reader).includes(broker));
      if (!shared) continue;
      for (const signal of SIGNALS) {
        const into = config.using("exporters", writer.id).filter((one) => one.signal === signal);
        const from = config.using("receivers", reader.id).filter((one) => one.signal === signal);
        const [written, read] = [channelOf(writer, signal), channelOf(reader, signal)];
        const topic = written.topics.find((name) => read.topics.includes(name));
        if (topic !== undefined && into.length > 0 && from.length > 0)
          yield { writer, reader, written, read, topic, round: from.find((one) => into.includes(one)) };
      }
    }
}

function* differing(config: Config) {
  for (const { writer, reader, written, read, topic } of sharedTopics(config)) {
    const isKnown = [written, read].every(({ encoding }) => /^(otlp|jaeger|zipkin)_\w+$/.test(encoding));
    if (isKnown && written.encoding !== read.encoding)
      yield {
        path: written.place,
        message: `${writer.id} writes ${topic} as ${written.encoding}, and ${reader.id} reads it as ${read.encoding}`,
        fix: "write the same encoding on both sides",
      };
  }
}

function* goingRound(config: Config) {
  for (const { writer, reader, topic, round } of sharedTopics(config))
    if (round !== undefined)
      yield {
        path: round.path,
        message: `${writer.id} writes to ${topic}, which ${reader.id} of the same pipeline reads`,
        fix: "write to a topic of its own",
      };
}

/** Ports on which another protocol is spoken than the component's. */
const PORTS: readonly (readonly [
  role: "exporter" | "receiver",
  type: RegExp,
  key: string,
  wrong: RegExp,
  what: string,
  fix: string,
])[] = [
  ["exporter", /^otlp$/, "endpoint", /:3200\b/, "3200 is the port on which Tempo is asked", "write 4317"],
  ["exporter", /^otlp(http)?$/, "endpoint", /:14250\b/, "14250 is Jaeger's own protocol, not OTLP", "write 4317"],
  ["exporter", /^otlp(http)?$/, "endpoint", /:14268\b/, "14268 is Jaeger's own protocol, not OTLP", "write 4318"],
  ["exporter", /^otlp(http)?$/, "endpoint", /:16686\b/, "16686 is Jaeger's page", "write 4317, or 4318"],
  [
    "exporter",
    /^otlp(http)?$/,
    "endpoint",
    /:9200\/?$/,
    "9200 is Elasticsearch, which takes no OTLP",
    "use the exporter elasticsearch",
  ],
  [
    "exporter",
    /^otlp(http)?$/,
    "endpoint",
    /:9411\b/,
    "9411 is Zipkin, which takes no OTLP",
    "use the exporter zipkin",
  ],
  [
    "exporter",
    /^otlp(http)?$/,
    "endpoint",
    /:(3000|5601)\/?$/,
    "this is the page of Grafana or Kibana",
    "write the address of the store",
  ],
  [
    "exporter",
    /^otlp(http)?$/,
    "endpoint",
    /:(8086|24224|5044)\/?$/,
    "this port speaks another protocol than OTLP",
    "use the exporter of that store",
  ],
  [
    "exporter",
    /^otlphttp$/,
    "endpoint",
    /:3200\/?$/,
    "3200 is the port at which Tempo is asked",
    "write 4318, Tempo's receiver of OTLP",
  ],
  [
    "exporter",
    /^splunkhec$/,
    "endpoint",
    /:(8000|8089|9997)\b/,
    "this is Splunk's page, its management or its forwarders' port",
    "write 8088, that of the event collector",
  ],
  ["exporter", /^otlp$/, "endpoint", /:(3100|9090|9009)\b/, "this port speaks HTTP, not gRPC", "use otlphttp"],
  [
    "exporter",
    /^splunkhec$/,
    "endpoint",
    /\/services\/collector\/raw\/?$/,
    "at this path Splunk takes raw lines, and the exporter sends events",
    "write /services/collector, or set export_raw: true",
  ],
  [
    "exporter",
    /^elasticsearch$/,
    "endpoint",
    /:9300\b/,
    "9300 is the port between Elasticsearch's nodes",
    "write 9200",
  ],
  [
    "exporter",
    /^elasticsearch$/,
    "endpoints",
    /:9300\b/,
    "9300 is the port between Elasticsearch's nodes",
    "write 9200",
  ],
  [
    "receiver",
    /^elasticsearch$/,
    "endpoint",
    /:9300\b/,
    "9300 is the port between Elasticsearch's nodes",
    "write 9200",
  ],
  ["exporter", /^kafka$/, "brokers", /:2181$/, "2181 is ZooKeeper's port", "write a broker, port 9092"],
  ["receiver", /^kafka(metrics)?$/, "brokers", /:2181$/, "2181 is ZooKeeper's port", "write a broker, port 9092"],
  [
    "exporter",
    /^clickhouse$/,
    "endpoint",
    /^https?:.*:(9000|9440)\b/,
    "this is not ClickHouse's port of HTTP",
    "write 8123, 8443 with TLS, or tcp://",
  ],
  [
    "exporter",
    /^clickhouse$/,
    "endpoint",
    /^(tcp|clickhouse):.*:(8123|8443)\b/,
    "this is ClickHouse's port of HTTP",
    "write 9000, 9440 with TLS, or http(s)://",
  ],
  ["exporter", /^zipkin$/, "endpoint", /:941[02]\b/, "Zipkin listens on 9411", "write 9411"],
  ["exporter", /^prometheusremotewrite$/, "endpoint", /:9091\/api\/v1\/write/, "9091 is the Pushgateway", "write 9090"],
  ["receiver", /^kubeletstats$/, "endpoint", /^http:.*:10250$/, "10250 is encrypted", "write https://"],
  [
    "receiver",
    /^kubeletstats$/,
    "endpoint",
    /^https:.*:10255$/,
    "10255 is the kubelet's port without encryption",
    "write 10250",
  ],
];

export const formatRules: readonly Rule[] = [
  {
    id: "kafka-encodings-differ",
    severity: "error",
    explain: "What is written to a topic in one encoding cannot be read from it in another: every message is refused.",
    bad: "receivers:\n  kafka: {brokers: ['k:9092']}\nexporters:\n  kafka: {brokers: ['k:9092'], traces: {encoding: otlp_json}}\nservice:\n  pipelines:\n    traces/in: {receivers: [otlp], exporters: [kafka]}\n    traces/out: {receivers: [kafka], exporters: [debug]}\n",
    good: "receivers:\n  kafka: {brokers: ['k:9092'], traces: {encoding: otlp_json}}\nexporters:\n  kafka: {brokers: ['k:9092'], traces: {encoding: otlp_json}}\nservice:\n  pipelines:\n    traces/in: {receivers: [otlp], exporters: [kafka]}\n    traces/out: {receivers: [kafka], exporters: [debug]}\n",
    find: differing,
  },
  {
    id: "topic-goes-round",
    severity: "error",
    explain: "A pipeline that writes into the topic it reads gets each message again, and never ends.",
    bad: "receivers:\n  kafka: {brokers: ['k:9092'], logs: {topics: [app]}}\nexporters:\n  kafka: {brokers: ['k:9092'], logs: {topic: app}}\nservice:\n  pipelines:\n    logs: {receivers: [kafka], exporters: [kafka]}\n",
    good: "receivers:\n  kafka: {brokers: ['k:9092'], logs: {topics: [app]}}\nexporters:\n  kafka: {brokers: ['k:9092'], logs: {topic: app-enriched}}\nservice:\n  pipelines:\n    logs: {receivers: [kafka], exporters: [kafka]}\n",
    find: goingRound,
  },
  {
    id: "port-of-other-protocol",
    severity: "error",
    explain:
      "A well-known port where another protocol is spoken: ZooKeeper's for a broker, the nodes' own for a store.",
    bad: "exporters:\n  kafka: {brokers: ['zookeeper:2181']}\n",
    good: "exporters:\n  kafka: {brokers: ['kafka:9092']}\n",
    *find(config) {
      for (const [role, type, key, wrong, what, fix] of PORTS)
        for (const { settings, path, type: own } of config.of(role)) {
          if (!type.test(own)) continue;
          const value = settings[key];
          if (settings.export_raw === true && textOf(value).includes("/raw")) continue;
          const texts = Array.isArray(value)
            ? listOf(value).map((item, i) => [[...path, key, i], textOf(item)] as const)
            : [[[...path, key], textOf(value)] as const];
          for (const [place, text] of texts) if (wrong.test(text)) yield { path: place, message: what, fix };
        }
    },
  },
  {
    id: "kubelet-asks-for-credentials",
    severity: "error",
    explain:
      "The kubelet's port 10250 is encrypted and answers nobody without credentials; 10255, where it is open, is neither encrypted nor asks for any.",
    bad: "receivers:\n  kubeletstats: {auth_type: none, endpoint: '${env:K8S_NODE_NAME}:10250'}\n",
    good: "receivers:\n  kubeletstats: {auth_type: serviceAccount, endpoint: 'https://${env:K8S_NODE_NAME}:10250'}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "kubeletstats"))
        if (
          /^(serviceAccount|tls|kubeConfig)$/.test(textOf(settings.auth_type)) &&
          /^[^/]+:10255$/.test(textOf(settings.endpoint))
        )
          yield {
            path: [...path, "endpoint"],
            message: `with ${textOf(settings.auth_type)} the kubelet is asked by https, which 10255 does not speak`,
            fix: "write 10250",
          };
        else if (settings.auth_type === "none" && /:10250$/.test(textOf(settings.endpoint)))
          yield {
            path: [...path, "auth_type"],
            message: "none gives no credentials, and 10250 asks for them",
            fix: "write serviceAccount",
          };
    },
  },
];
