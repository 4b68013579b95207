import type { Processor } from "./components.ts";
import { ottlString } from "./ottl.ts";
import type { Statements } from "./processors.ts";
import type { EnvRef } from "./reference.ts";

/** Adds the environment to everything. */
export function deploymentResource(environment: string, namespace: string): Processor<"resource"> {
  return {
    kind: "resource",
    name: "deployment",
    settings: {
      attributes: [
        { key: "deployment.environment.name", value: environment, action: "upsert" },
        { key: "service.namespace", value: namespace, action: "insert" },
      ],
    },
  };
}

const INSTANCE = "collector.instance.id";

/** Says of metrics which of several collectors derived them, as a label of the points, since Prometheus makes series of those alone. */
export function instanceLabels(instance: EnvRef): readonly Processor<"resource" | "transform">[] {
  const attributes = [{ key: INSTANCE, value: instance, action: "upsert" as const }];
  return [{ kind: "resource", name: "instance", settings: { attributes } }, pointLabels("instance", [INSTANCE])];
}

/** Names the thing a receiver observes, as applications name themselves; `dropped` are attributes that have served their purpose. */
export function observedResource(
  name: string,
  attributes: Readonly<Record<string, string | EnvRef>> = {},
  dropped: readonly string[] = [],
): Processor<"resource"> {
  return {
    kind: "resource",
    name: `from-${name}`,
    settings: {
      attributes: [
        { key: "service.name", value: name, action: "upsert" },
        ...Object.entries(attributes).map(([key, value]) => ({ key, value, action: "upsert" as const })),
        ...dropped.map((key) => ({ key, action: "delete" as const })),
      ],
    },
  };
}

/**
 * Copies what distinguishes series (table, container, ...) from the resource to the points. Prometheus keeps resource attributes only
 * where configured; without this the tables of a database would be one series that each overwrites.
 */
export function pointLabels(name: string, keys: readonly string[]): Processor<"transform"> {
  return {
    kind: "transform",
    name: `from-${name}`,
    settings: {
      error_mode: "ignore",
      metric_statements: [
        {
          context: "datapoint",
          statements: keys.map(
            (key) =>
              `set(attributes["${key}"], resource.attributes["${key}"]) where resource.attributes["${key}"] != nil`,
          ),
        },
      ],
    },
  };
}

/** Old name, new name: the nginx module (0.1) still speaks the conventions of 2022. */
const renamedHttp = [
  ["http.method", "http.request.method"],
  ["http.status_code", "http.response.status_code"],
  ["http.scheme", "url.scheme"],
  ["http.user_agent", "user_agent.original"],
  ["http.request_content_length", "http.request.body.size"],
  ["http.response_content_length", "http.response.body.size"],
  ["net.host.name", "server.address"],
  ["net.host.port", "server.port"],
  ["net.sock.peer.addr", "client.address"],
  ["net.sock.peer.port", "client.port"],
] as const;

/** aio-pika's destination is `exchange,routing key` where it publishes, and the exchange alone (or the queue) where it consumes. */
const published = ottlString("^([^,]*),(.*)$");
const isAioPika = 'attributes["messaging.system"] == "rabbitmq" and attributes["messaging.destination"] != nil';

/**
 * Brings the spans of older instrumentations to today's conventions, so that one query finds all of them. Most spans need nothing of it:
 * statements stand in groups whose condition is looked at first.
 */
export function normaliseSpans(): Processor<"transform"> {
  return {
    kind: "transform",
    name: "conventions",
    settings: { error_mode: "ignore", trace_statements: [general, olderServer, olderMessaging] },
  };
}

const general: Statements<"span"> = {
  context: "span",
  statements: [
    // work that nobody called begins a trace: a scheduled run, which span-derived metrics no longer know
    `set(attributes["span.root"], "true") where IsRootSpan() and kind.string != "Server" and kind.string != "Consumer"`,
    `set(attributes["db.system.name"], attributes["db.system"]) where attributes["db.system"] != nil and attributes["db.system.name"] == nil`,
    `set(attributes["url.path"], attributes["http.target"]) where attributes["http.target"] != nil and attributes["url.path"] == nil`,
    `replace_pattern(attributes["url.path"], ${ottlString("\\?.*$")}, "")`,
  ],
};

const olderServer: Statements<"span"> = {
  context: "span",
  conditions: ['kind.string == "Server"'],
  statements: renamedHttp.flatMap(([old, current]) => [
    `set(attributes["${current}"], attributes["${old}"]) where attributes["${old}"] != nil and attributes["${current}"] == nil`,
    `delete_key(attributes, "${old}")`,
  ]),
};

const olderMessaging: Statements<"span"> = {
  context: "span",
  conditions: ['attributes["messaging.destination"] != nil', 'attributes["messaging.rabbitmq.routing_key"] != nil'],
  statements: [
    // Celery, kafka-python and others of before the conventions were stable
    `set(attributes["messaging.destination.name"], attributes["messaging.destination"]) where attributes["messaging.destination.name"] == nil and attributes["messaging.destination"] != nil`,
    `set(attributes["messaging.rabbitmq.destination.routing_key"], attributes["messaging.destination"]) where ${isAioPika} and kind.string == "Producer" and IsMatch(attributes["messaging.destination"], ${published})`,
    `replace_pattern(attributes["messaging.rabbitmq.destination.routing_key"], ${published}, "$2") where ${isAioPika}`,
    `replace_pattern(attributes["messaging.destination.name"], ${ottlString("^,(.*)$")}, "$1") where ${isAioPika}`,
    `replace_pattern(attributes["messaging.destination.name"], ${published}, "$1") where ${isAioPika} and kind.string == "Producer"`,
    // Node's amqplib names the exchange, and the default one, which hands a message to the queue of its routing key, has no name
    `set(attributes["messaging.rabbitmq.destination.routing_key"], attributes["messaging.rabbitmq.routing_key"]) where attributes["messaging.rabbitmq.routing_key"] != nil`,
    `set(attributes["messaging.destination.name"], attributes["messaging.rabbitmq.routing_key"]) where attributes["messaging.destination.name"] == "" and attributes["messaging.rabbitmq.routing_key"] != nil`,
    `delete_key(attributes, "messaging.rabbitmq.routing_key")`,
    // a routing key may hold an id, and a span name with ids in it makes a new series for each
    `set(name, Concat([attributes["messaging.destination.name"], "send"], " ")) where ${isAioPika} and kind.string == "Producer"`,
    `set(attributes["messaging.operation.type"], "send") where ${isAioPika} and kind.string == "Producer"`,
    `set(attributes["messaging.operation.type"], "process") where ${isAioPika} and kind.string == "Consumer"`,
    `delete_key(attributes, "messaging.destination") where attributes["messaging.destination.name"] != nil`,
  ],
};
