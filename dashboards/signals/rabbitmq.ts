import { constant, increase, level, max, minus, per, plus, rate, ratio, unless } from "../model/build.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signal } from "../model/signal.ts";

function metric(name: string, kind: MetricKind, attributes: readonly string[] = []): Metric {
  return { name: `rabbitmq_${name}`, kind, unit: "", source: "scrape:rabbitmq", attributes };
}

const QUEUE = ["queue"];
const PER_QUEUE = ["vhost", "queue"];
const PROTOCOL = ["protocol"];
const DEAD = ["dead_letter_strategy", "queue_type"];

const ready = metric("detailed_queue_messages_ready", "gauge", PER_QUEUE);
const unacked = metric("detailed_queue_messages_unacked", "gauge", PER_QUEUE);
const queueConsumers = metric("detailed_queue_consumers", "gauge", PER_QUEUE);
const queueAcknowledged = metric("detailed_queue_messages_acked_total", "counter", PER_QUEUE);
const delivered = metric("global_messages_delivered_total", "counter", PROTOCOL);
const acknowledged = metric("global_messages_acknowledged_total", "counter", PROTOCOL);
const redelivered = metric("global_messages_redelivered_total", "counter", PROTOCOL);
const dropped = metric("global_messages_unroutable_dropped_total", "counter", PROTOCOL);
const returned = metric("global_messages_unroutable_returned_total", "counter", PROTOCOL);
const deadRejected = metric("global_messages_dead_lettered_rejected_total", "counter", DEAD);
const deadExpired = metric("global_messages_dead_lettered_expired_total", "counter", DEAD);
const deadMaxlen = metric("global_messages_dead_lettered_maxlen_total", "counter", DEAD);
const deadLimit = metric("global_messages_dead_lettered_delivery_limit_total", "counter", DEAD);
export const consumers = metric("consumers", "gauge");
const memory = metric("process_resident_memory_bytes", "gauge");
const memoryLimit = metric("resident_memory_limit_bytes", "gauge");
const diskFree = metric("disk_space_available_bytes", "gauge");
const diskLimit = metric("disk_space_available_limit_bytes", "gauge");
const openFiles = metric("process_open_fds", "gauge");
const maxFiles = metric("process_max_fds", "gauge");
const memoryAlarm = metric("alarms_memory_used_watermark", "gauge");
const diskAlarm = metric("alarms_free_disk_space_watermark", "gauge");
const filesAlarm = metric("alarms_file_descriptor_limit", "gauge");

export const rabbitmqSignals = {
  queueDepth: signal("queue-depth", "Waiting", "count", {
    meaning: "Messages waiting for a consumer, by queue",
    value: level(ready, { by: QUEUE }),
  }),
  queueDepthTotal: signal("queue-depth-total", "Waiting messages", "count", {
    meaning: "Messages waiting for a consumer, all queues together",
    value: level(ready),
  }),
  queueUnacked: signal("queue-unacked", "Unacknowledged", "count", {
    meaning: "Messages handed to a consumer that has not confirmed them, by queue; growing means a consumer hangs",
    value: level(unacked, { by: QUEUE }),
  }),
  queueWithoutConsumer: signal("queue-consumers", "Consumers", "count", {
    meaning: "Consumers by queue; 0 means nobody takes its messages",
    value: level(queueConsumers, { by: QUEUE }),
  }),
  published: signal("messages-published", "Published", "messages/s", {
    meaning: "Messages the broker received per second",
    value: rate(metric("global_messages_received_total", "counter", PROTOCOL)),
  }),
  deliveredRate: signal("messages-delivered", "Delivered", "messages/s", {
    meaning: "Messages handed to consumers per second",
    value: rate(delivered),
  }),
  acknowledgedRate: signal("messages-acknowledged", "Acknowledged", "messages/s", {
    meaning: "Messages consumers confirmed per second",
    value: rate(acknowledged),
  }),
  redeliveredRate: signal("messages-redelivered", "Delivered again", "messages/s", {
    meaning: "Messages delivered more than once per second; consumers fail or disconnect",
    value: rate(redelivered),
  }),
  unroutable: signal("messages-unroutable", "Unroutable", "messages/s", {
    meaning: "Messages per second that no queue wanted: dropped or returned",
    value: plus(rate(dropped), rate(returned)),
  }),
  deadLetters: signal("messages-dead-lettered", "Dead letters", "messages/s", {
    meaning: "Messages per second given up: rejected, expired, too many or too often delivered",
    value: plus(plus(rate(deadRejected), rate(deadExpired)), plus(rate(deadMaxlen), rate(deadLimit))),
  }),
  queueAge: signal("queue-age", "Time to drain", "s", {
    meaning: "How old the oldest waiting message is, estimated: waiting messages over the rate they are confirmed at",
    value: per(level(ready), plus(rate(acknowledged), constant(0.001))),
  }),
  connections: signal("rabbitmq-connections", "Connections", "count", {
    meaning: "Open connections to the broker",
    value: level(metric("connections", "gauge")),
  }),
  channels: signal("rabbitmq-channels", "Channels", "count", {
    meaning: "Open channels",
    value: level(metric("channels", "gauge")),
  }),
  consumers: signal("rabbitmq-consumers", "Consumers", "count", {
    meaning: "Consumers of all queues",
    value: level(consumers),
  }),
  queues: signal("rabbitmq-queues", "Queues", "count", {
    meaning: "Declared queues",
    value: level(metric("queues", "gauge")),
  }),
  connectionChurn: signal("rabbitmq-connection-churn", "Connections opened", "operations/s", {
    meaning: "Connections opened per second; steady opening means clients do not keep theirs",
    value: rate(metric("connections_opened_total", "counter")),
  }),
  connectionsClosed: signal("rabbitmq-connections-closed", "Connections closed", "operations/s", {
    meaning: "Connections closed per second",
    value: rate(metric("connections_closed_total", "counter")),
  }),
  memoryShare: signal("rabbitmq-memory-share", "Memory used", "share", {
    meaning: "Share of the memory watermark in use; at 1 publishers are blocked",
    value: per(max(memory), max(memoryLimit)),
  }),
  memory: signal("rabbitmq-memory", "Resident memory", "bytes", {
    meaning: "Memory of the broker's process",
    value: max(memory),
  }),
  diskHeadroom: signal("rabbitmq-disk-headroom", "Disk above the alarm", "bytes", {
    meaning: "Free disk space above the mark at which publishers are blocked",
    value: minus(level(diskFree, { aggregate: "min" }), max(diskLimit)),
  }),
  fileShare: signal("rabbitmq-file-share", "Open files", "share", {
    meaning: "Share of the broker's file descriptors in use",
    value: per(max(openFiles), max(maxFiles)),
  }),
  alarms: signal("rabbitmq-alarms", "Alarms", "count", {
    meaning: "Resource alarms in effect (memory, disk, files); any of them blocks publishers",
    value: plus(plus(max(memoryAlarm), max(diskAlarm)), max(filesAlarm)),
  }),
  redeliveredShare: signal("messages-redelivered-share", "Delivered again", "share", {
    meaning: "Share of deliveries that were repeats",
    value: ratio(rate(redelivered), rate(delivered)),
  }),
};

/** What is judged of queues: those that hold messages on purpose (dead letters, parked ones) are left out. */
export function judgedQueues(parked: readonly string[]) {
  const where = parked.length === 0 ? {} : { queue: { without: parked } };
  const drained = plus(rate(acknowledged), constant(0.001));
  return {
    age: signal("queue-age-judged", "Time to drain", "s", {
      meaning: rabbitmqSignals.queueAge.meaning,
      value: per(level(ready, { where }), drained),
    }),
    depth: signal("queue-depth-judged", "Waiting", "count", {
      meaning: rabbitmqSignals.queueDepth.meaning,
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
