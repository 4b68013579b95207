/** Addresses of what is scraped, and paths of other protocols. */
import { at, type Component, listOf, textOf } from "../model.ts";
import type { Path } from "../read.ts";
import type { Rule } from "../rule.ts";

/** Receivers that connect to host:port. */
const HOST_AND_PORT = ["postgresql", "mysql", "redis", "memcached", "zookeeper", "aerospike"];
/** Receivers that send requests over HTTP. */
const OVER_HTTP = [
  "rabbitmq",
  "nginx",
  "apache",
  "elasticsearch",
  "couchdb",
  "httpcheck",
  "flinkmetrics",
  "riak",
  "vcenter",
];

function addressesOf({ type, settings, path }: Component): readonly { readonly path: Path; readonly text: string }[] {
  const own = [{ path: [...path, "endpoint"], text: textOf(settings.endpoint) }];
  if (type !== "httpcheck") return own.filter(({ text }) => text !== "");
  return listOf(settings.targets)
    .flatMap((target, i) => [
      { path: [...path, "targets", i, "endpoint"], text: textOf(at(target, "endpoint")) },
      ...listOf(at(target, "endpoints")).map((text, j) => ({
        path: [...path, "targets", i, "endpoints", j],
        text: textOf(text),
      })),
    ])
    .filter(({ text }) => text !== "");
}

/** Paths of other protocols than OTLP. */
const FOREIGN: readonly (readonly [path: RegExp, what: string, fix: string])[] = [
  [/\/loki\/api\/v1\/push\/?$/, "Loki's own protocol", "write …/otlp, where Loki takes OTLP"],
  [
    /\/api\/v1\/(push|write|remote_write)\/?$|\/api\/prom\/push\/?$/,
    "remote write",
    "use the exporter prometheusremotewrite, or the store's path for OTLP",
  ],
  [/\/api\/v2\/spans\/?$/, "Zipkin", "use the exporter zipkin"],
  [
    /(:14268|jaeger[^/]*)\/api\/traces\/?$/i,
    "Jaeger's Thrift",
    "write the address alone: Jaeger takes OTLP on port 4318",
  ],
  [/\/services\/collector(\/event)?\/?$/, "Splunk's HEC", "use the exporter splunk_hec"],
];

export const addressRules: readonly Rule[] = [
  {
    id: "receiver-address",
    severity: "error",
    explain:
      "PostgreSQL, MySQL, Redis and Memcached are reached by host and port; RabbitMQ's management, Elasticsearch, nginx and checks of pages by an address with http://.",
    bad: "receivers:\n  redis: {endpoint: 'redis://cache:6379'}\n",
    good: "receivers:\n  redis: {endpoint: 'cache:6379'}\n",
    *find(config) {
      for (const component of config.of("receiver", ...HOST_AND_PORT, ...OVER_HTTP))
        for (const { path, text } of addressesOf(component)) {
          if (text.startsWith("$") || text.includes("{{") || text.startsWith("`")) continue;
          const [, scheme] = /^([a-z][a-z0-9+]*):\/\//i.exec(text) ?? [];
          if (HOST_AND_PORT.includes(component.type)) {
            if (scheme !== undefined)
              yield {
                path,
                message: `${text} has a scheme`,
                fix: `write ${text.replace(/^\w+:\/\/(.*@)?/, "").replace(/\/.*$/, "")}`,
              };
          } else if (scheme === undefined)
            yield { path, message: `${text} has no scheme`, fix: `write http://${text}, or https://` };
          else if (!/^https?$/i.test(scheme))
            yield {
              path,
              message: `${text} is not reached over HTTP`,
              fix:
                component.type === "rabbitmq"
                  ? "write the management's address, http://host:15672"
                  : "write http:// or https://",
            };
        }
    },
  },
  {
    id: "management-port",
    severity: "error",
    explain: "RabbitMQ is asked by its management plugin, port 15672; 5672 speaks AMQP.",
    bad: "receivers:\n  rabbitmq: {endpoint: 'http://rabbit:5672', username: otel, password: '${env:P}'}\n",
    good: "receivers:\n  rabbitmq: {endpoint: 'http://rabbit:15672', username: otel, password: '${env:P}'}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "rabbitmq"))
        if (/^https?:.*:567[12]\/?$/.test(textOf(settings.endpoint)))
          yield { path: [...path, "endpoint"], message: "this is the port of AMQP", fix: "write port 15672" };
    },
  },
  {
    id: "foreign-path",
    severity: "error",
    explain: "otlphttp appends /v1/traces and so on to its endpoint; at the path of another protocol nobody takes it.",
    bad: "exporters:\n  otlphttp: {endpoint: 'http://loki:3100/loki/api/v1/push'}\n",
    good: "exporters:\n  otlphttp: {endpoint: 'http://loki:3100/otlp'}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter", "otlphttp"))
        for (const key of ["endpoint", "traces_endpoint", "metrics_endpoint", "logs_endpoint"]) {
          const text = textOf(settings[key]);
          for (const [pattern, what, fix] of FOREIGN)
            if (pattern.test(text)) yield { path: [...path, key], message: `${text} is the path of ${what}`, fix };
        }
    },
  },
];
