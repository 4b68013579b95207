/** What goes to Kafka, and how it is guarded on the way. */
import { isPublic } from "../address.ts";
import { at, textsOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";

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
];
