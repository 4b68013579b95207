/** What goes to Kafka, and how it is guarded on the way. */
import { isPublic } from "../address.ts";
import { at, textOf, textsOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { largestBatch } from "./delivery.ts";

/** Brokers that are encrypted, by their name and port. */
const ENCRYPTED =
  /\.kafka(-serverless)?\.[\w-]+\.amazonaws\.com:(9094|9096|9098|919[468])$|\.confluent\.cloud:9092$|\.servicebus\.windows\.net:9093$/;

/** What a span, record or point takes at least in a batch: those of one resource share its attributes. */
const LEAST_BYTES = 80;

export const brokerRules: readonly Rule[] = [
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
    id: "topic-of-two-signals",
    severity: "error",
    explain:
      "A message of Kafka does not say which signal it holds: who reads logs from a topic that has spans too cannot decode these, and the other way round. Each signal has a topic of its own.",
    bad: "receivers:\n  kafka: {brokers: ['k:9092'], logs: {topic: telemetry}, traces: {topic: telemetry}}\n",
    good: "receivers:\n  kafka: {brokers: ['k:9092'], logs: {topic: telemetry_logs}, traces: {topic: telemetry_spans}}\n",
    *find(config) {
      for (const { settings, path } of [...config.of("receiver", "kafka"), ...config.of("exporter", "kafka")]) {
        const signalOf = new Map<string, string>();
        for (const signal of ["logs", "metrics", "traces", "profiles"]) {
          const given = at(settings, signal, "topic");
          if (given === undefined) continue;
          const [topic, first] = [textOf(given), signalOf.get(textOf(given))];
          if (first !== undefined)
            yield {
              path: [...path, signal, "topic"],
              message: `${topic} has ${first} already: ${signal} in the same topic cannot be told from them`,
              fix: `give ${signal} a topic of their own, for example ${topic}_${signal}`,
            };
          else if (topic !== "") signalOf.set(topic, signal);
        }
      }
    },
  },
  {
    id: "messages-above-broker",
    severity: "warning",
    explain:
      "A batch is one message of Kafka, and a producer sends none above max_message_bytes, which are 1 000 000 unless it is told otherwise: a batch of ten thousands is above, and dropped.",
    bad: "processors:\n  batch: {send_batch_size: 50000}\nexporters:\n  kafka: {brokers: ['k:9092']}\nservice:\n  pipelines:\n    logs: {receivers: [otlp], processors: [batch], exporters: [kafka]}\n",
    good: "processors:\n  batch: {send_batch_size: 1000, send_batch_max_size: 2000}\nexporters:\n  kafka: {brokers: ['k:9092']}\nservice:\n  pipelines:\n    logs: {receivers: [otlp], processors: [batch], exporters: [kafka]}\n",
    *find(config) {
      for (const { id, settings, path } of config.of("processor", "batch")) {
        const { key, most } = largestBatch(settings);
        for (const exporter of config.using("processors", id).flatMap(({ exporters }) => exporters)) {
          const kafka = config.find("exporter", exporter);
          if (kafka?.type !== "kafka") continue;
          const given = at(kafka.settings, "producer", "max_message_bytes");
          const bytes = typeof given === "number" && given > 0 ? given : 1_000_000;
          if (most * LEAST_BYTES > bytes)
            yield {
              path: [...path, key],
              message: `batches of ${most} are above the ${bytes} bytes that ${exporter} sends in a message`,
              fix: "set send_batch_max_size: 2000, or raise producer.max_message_bytes here and at the broker",
            };
        }
      }
    },
  },
  {
    id: "topic-as-pattern",
    severity: "error",
    explain:
      "A topic is a pattern where it begins with ^; without that it is a name, and names have letters, digits, points, hyphens and underscores alone.",
    bad: "receivers:\n  kafka: {brokers: ['k:9092'], logs: {topics: ['logs-.*']}}\n",
    good: "receivers:\n  kafka: {brokers: ['k:9092'], logs: {topics: ['^logs-.*']}}\n",
    *find(config) {
      for (const role of ["receiver", "exporter"] as const)
        for (const { settings, path } of config.of(role, "kafka")) {
          const places = [
            ["topic"],
            ...["traces", "metrics", "logs"].flatMap((signal) => [
              [signal, "topic"],
              [signal, "topics"],
            ]),
          ];
          for (const place of places) {
            const value = at(settings, ...place);
            for (const [i, topic] of (Array.isArray(value) ? value : [value]).entries()) {
              const text = textOf(topic);
              // several names in one text are several topics
              const isName = text.split(",").every((one) => /^\s*[\w.-]*\s*$/.test(one));
              if (isName || text.includes("${") || (role === "receiver" && text.startsWith("^"))) continue;
              yield {
                path: [...path, ...place, ...(Array.isArray(value) ? [i] : [])],
                message: `no topic has the name ${text}`,
                fix: role === "receiver" && /[*+|([]/.test(text) ? `write ^${text}` : "write the name of a topic",
              };
            }
          }
        }
    },
  },
  {
    id: "traces-in-pieces",
    severity: "warning",
    explain:
      "Where several samplers take from a topic, or from a connector in turn, all spans of a trace must reach the same one: kafka puts them under one key with partition_traces_by_id: true, and roundrobin never does. Said where the file speaks of sampling behind it.",
    bad: "# Kafka, then 6 collectors with tail_sampling\nexporters:\n  kafka: {brokers: ['k:9092'], traces: {topic: spans}}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [kafka]}\n",
    good: "# Kafka, then 6 collectors with tail_sampling\nexporters:\n  kafka: {brokers: ['k:9092'], traces: {topic: spans}, partition_traces_by_id: true}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [kafka]}\n",
    *find(config) {
      const samples = (id: string): boolean => /^(tailsampling|groupbytrace)$/.test(config.typeIn(id));
      for (const { id, settings, path } of config.of("exporter", "kafka")) {
        const pipelines = config.using("exporters", id).filter(({ signal }) => signal === "traces");
        const topic = wordOf(at(settings, "traces", "topic") ?? settings.topic ?? "");
        const encoding = textOf(at(settings, "traces", "encoding") ?? settings.encoding);
        const isKeyed = (settings.partition_traces_by_id ?? false) !== false || encoding.startsWith("jaeger");
        const isSaid = /tail[ _-]?sampl|\bsamplers?\b/i.test(`${config.comments.all} ${topic} ${id}`);
        // what was sampled before is whole already
        const isWhole = pipelines.every(({ processors }) => processors.some(samples));
        if (pipelines.length > 0 && isSaid && !isKeyed && !isWhole)
          yield {
            path,
            message: "spans of one trace go to several partitions, and so to several samplers",
            fix: "set partition_traces_by_id: true",
          };
      }
      for (const { id, path } of config.of("connector", "roundrobin"))
        if (
          config
            .using("receivers", id)
            .some(({ signal, processors }) => signal === "traces" && processors.some(samples))
        )
          yield {
            path,
            message: `${id} gives each batch to the next pipeline, and a trace to several samplers`,
            fix: "sample before it, or spread by loadbalancing (routing_key: traceID)",
          };
    },
  },
  {
    id: "broker-wants-encryption",
    severity: "warning",
    explain:
      "Brokers of MSK on 9094, 9096 and 9098, of Confluent Cloud and of Event Hubs take encrypted connections alone: without tls none comes about.",
    bad: "exporters:\n  kafka: {brokers: ['b-1.shop.abc.c2.kafka.eu-west-1.amazonaws.com:9098'], auth: {sasl: {mechanism: AWS_MSK_IAM_OAUTHBEARER, aws_msk: {region: eu-west-1}}}}\n",
    good: "exporters:\n  kafka: {brokers: ['b-1.shop.abc.c2.kafka.eu-west-1.amazonaws.com:9098'], tls: {}, auth: {sasl: {mechanism: AWS_MSK_IAM_OAUTHBEARER, aws_msk: {region: eu-west-1}}}}\n",
    *find(config) {
      for (const { settings, path } of [
        ...config.of("receiver", "kafka", "kafkametrics"),
        ...config.of("exporter", "kafka"),
      ]) {
        const broker = textsOf(settings.brokers).find((one) => ENCRYPTED.test(one));
        if (broker !== undefined && settings.tls === undefined && at(settings, "auth", "tls") === undefined)
          yield { path, message: `${broker} takes no connection without encryption`, fix: "set tls: {}" };
      }
    },
  },
];
