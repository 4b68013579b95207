/** Which part of the deployed pipeline makes a number. What a stack does not deploy is on no board and in no rule. */
export const SOURCES = {
  "sdk:http-server": "HTTP server metrics of an SDK (stable conventions)",
  "sdk:runtime": "runtime metrics of an SDK (Python: system-metrics, Node: runtime-node)",
  "sdk:libraries": "metrics of what is put into a Python service (discord.py, aio-pika, schedulers, traced functions)",
  "span-metrics": "spanmetrics connector, before any sampling",
  "service-graph": "servicegraph connector, before any sampling",
  "receiver:postgresql": "postgresql receiver",
  "receiver:redis": "redis receiver",
  "scrape:rabbitmq": "RabbitMQ's Prometheus plugin",
  "receiver:nginx": "nginx receiver on stub_status",
  "receiver:docker_stats": "docker_stats receiver",
  "receiver:hostmetrics": "hostmetrics receiver",
  "collector:self": "the collector's own telemetry",
  "collector:sampling": "the collector's own telemetry while traces are sampled",
  presence: "any metric of a service (Prometheus' target_info)",
  logs: "log records by OTLP",
  traces: "spans by OTLP",
} as const;

/** One of these parts. */
export type Source = keyof typeof SOURCES;
