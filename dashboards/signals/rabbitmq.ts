import { constant, increase, level, minus, per, plus, rate, ratio, unless } from "../model/build.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signal } from "../model/signal.ts";

function metric(name: string, kind: MetricKind, attributes: readonly string[] = []): Metric {
  return { name: `rabbitmq_${name}`, kind, unit: "", source: "scrape:rabbitmq", attributes };
}

const QUEUE = ["queue"];
const PER_QUEUE = ["vhost", "queue"];
const PROTOCOL = ["protocol"];
const DEAD = ["dead_letter_strategy", "queue_type"];

export const ready = metric("detailed_queue_messages_ready", "gauge", PER_QUEUE);
export const unacked = metric("detailed_queue_messages_unacked", "gauge", PER_QUEUE);
export const queueConsumers = metric("detailed_queue_consumers", "gauge", PER_QUEUE);
export const queueAcknowledged = metric("detailed_queue_messages_acked_total", "counter", PER_QUEUE);
export const received = metric("global_messages_received_total", "counter", PROTOCOL);
export const delivered = metric("global_messages_delivered_total", "counter", PROTOCOL);
export const acknowledged = metric("global_messages_acknowledged_total", "counter", PROTOCOL);
export const redelivered = metric("global_messages_redelivered_total", "counter", PROTOCOL);
export const dropped = metric("global_messages_unroutable_dropped_total", "counter", PROTOCOL);
export const returned = metric("global_messages_unroutable_returned_total", "counter", PROTOCOL);
export const deadRejected = metric("global_messages_dead_lettered_rejected_total", "counter", DEAD);
export const deadExpired = metric("global_messages_dead_lettered_expired_total", "counter", DEAD);
export const deadMaxlen = metric("global_messages_dead_lettered_maxlen_total", "counter", DEAD);
export const deadLimit = metric("global_messages_dead_lettered_delivery_limit_total", "counter", DEAD);
export const connections = metric("connections", "gauge");
export const channels = metric("channels", "gauge");
export const consumers = metric("consumers", "gauge");
export const queues = metric("queues", "gauge");
export const opened = metric("connections_opened_total", "counter");
export const closed = metric("connections_closed_total", "counter");
export const memory = metric("process_resident_memory_bytes", "gauge");
export const memoryLimit = metric("resident_memory_limit_bytes", "gauge");
export const diskFree = metric("disk_space_available_bytes", "gauge");
export const diskLimit = metric("disk_space_available_limit_bytes", "gauge");
export const openFiles = metric("process_open_fds", "gauge");
export const maxFiles = metric("process_max_fds", "gauge");
export const memoryAlarm = metric("alarms_memory_used_watermark", "gauge");
export const diskAlarm = metric("alarms_free_disk_space_watermark", "gauge");
export const filesAlarm = metric("alarms_file_descriptor_limit", "gauge");

export const queueDepth = signal("queue-depth", "Waiting", "count", {
  meaning: "Messages waiting for a consumer, by queue",
  value: level(ready, { by: QUEUE }),
});

export const queueDepthTotal = signal("queue-depth-total", "Waiting messages", "count", {
  meaning: "Messages waiting for a consumer, all queues together",
  value: level(ready),
});

export const queueUnacked = signal("queue-unacked", "Unacknowledged", "count", {
  meaning: "Messages handed to a consumer that has not confirmed them, by queue; growing means a consumer hangs",
  value: level(unacked, { by: QUEUE }),
});

export const queueWithoutConsumer = signal("queue-consumers", "Consumers", "count", {
  meaning: "Consumers by queue; 0 means nobody takes its messages",
  value: level(queueConsumers, { by: QUEUE }),
});

export const published = signal("messages-published", "Published", "messages/s", {
  meaning: "Messages the broker received per second",
  value: rate(received),
});

export const deliveredRate = signal("messages-delivered", "Delivered", "messages/s", {
  meaning: "Messages handed to consumers per second",
  value: rate(delivered),
});

export const acknowledgedRate = signal("messages-acknowledged", "Acknowledged", "messages/s", {
  meaning: "Messages consumers confirmed per second",
  value: rate(acknowledged),
});

export const redeliveredRate = signal("messages-redelivered", "Delivered again", "messages/s", {
  meaning: "Messages delivered more than once per second; consumers fail or disconnect",
  value: rate(redelivered),
});

export const unroutable = signal("messages-unroutable", "Unroutable", "messages/s", {
  meaning: "Messages per second that no queue wanted: dropped or returned",
  value: plus(rate(dropped), rate(returned)),
});

export const deadLetters = signal("messages-dead-lettered", "Dead letters", "messages/s", {
  meaning: "Messages per second given up: rejected, expired, too many or too often delivered",
  value: plus(plus(rate(deadRejected), rate(deadExpired)), plus(rate(deadMaxlen), rate(deadLimit))),
});

export const queueAge = signal("queue-age", "Time to drain", "s", {
  meaning: "How old the oldest waiting message is, estimated: waiting messages over the rate they are confirmed at",
  value: per(level(ready), plus(rate(acknowledged), constant(0.001))),
});

export const brokerConnections = signal("rabbitmq-connections", "Connections", "count", {
  meaning: "Open connections to the broker",
  value: level(connections),
});

export const brokerChannels = signal("rabbitmq-channels", "Channels", "count", {
  meaning: "Open channels",
  value: level(channels),
});

export const brokerConsumers = signal("rabbitmq-consumers", "Consumers", "count", {
  meaning: "Consumers of all queues",
  value: level(consumers),
});

export const brokerQueues = signal("rabbitmq-queues", "Queues", "count", {
  meaning: "Declared queues",
  value: level(queues),
});

export const connectionChurn = signal("rabbitmq-connection-churn", "Connections opened", "operations/s", {
  meaning: "Connections opened per second; steady opening means clients do not keep theirs",
  value: rate(opened),
});

export const connectionsClosed = signal("rabbitmq-connections-closed", "Connections closed", "operations/s", {
  meaning: "Connections closed per second",
  value: rate(closed),
});

export const brokerMemoryShare = signal("rabbitmq-memory-share", "Memory used", "share", {
  meaning: "Share of the memory watermark in use; at 1 publishers are blocked",
  value: per(level(memory, { aggregate: "max" }), level(memoryLimit, { aggregate: "max" })),
});

export const brokerMemory = signal("rabbitmq-memory", "Resident memory", "bytes", {
  meaning: "Memory of the broker's process",
  value: level(memory, { aggregate: "max" }),
});

export const diskHeadroom = signal("rabbitmq-disk-headroom", "Disk above the alarm", "bytes", {
  meaning: "Free disk space above the mark at which publishers are blocked",
  value: minus(level(diskFree, { aggregate: "min" }), level(diskLimit, { aggregate: "max" })),
});

export const fileShare = signal("rabbitmq-file-share", "Open files", "share", {
  meaning: "Share of the broker's file descriptors in use",
  value: per(level(openFiles, { aggregate: "max" }), level(maxFiles, { aggregate: "max" })),
});

export const alarms = signal("rabbitmq-alarms", "Alarms", "count", {
  meaning: "Resource alarms in effect (memory, disk, files); any of them blocks publishers",
  value: plus(
    plus(level(memoryAlarm, { aggregate: "max" }), level(diskAlarm, { aggregate: "max" })),
    level(filesAlarm, { aggregate: "max" }),
  ),
});

export const redeliveredShare = signal("messages-redelivered-share", "Delivered again", "share", {
  meaning: "Share of deliveries that were repeats",
  value: ratio(rate(redelivered), rate(delivered)),
});

/** What is judged of queues: those that hold messages on purpose (dead letters, parked ones) are left out. */
export function judgedQueues(parked: readonly string[]) {
  const where = parked.length === 0 ? {} : { queue: { without: parked } };
  const drained = plus(rate(acknowledged), constant(0.001));
  return {
    age: signal("queue-age-judged", "Time to drain", "s", {
      meaning: queueAge.meaning,
      value: per(level(ready, { where }), drained),
    }),
    depth: signal("queue-depth-judged", "Waiting", "count", {
      meaning: queueDepth.meaning,
      value: level(ready, { where, by: QUEUE }),
    }),
    hung: signal("queue-hung", "Unacknowledged", "count", {
      meaning: "Messages handed to consumers of a queue of which none was confirmed for five minutes",
      value: unless(level(unacked, { where, by: QUEUE }), increase(queueAcknowledged, 300, { where, by: QUEUE }), 1),
    }),
    unattended: signal("queue-unattended", "Waiting without a consumer", "count", {
      meaning: "Messages that wait in a queue to which nobody listens",
      value: unless(level(ready, { where, by: QUEUE }), level(queueConsumers, { where, by: QUEUE }), 1),
    }),
  };
}
