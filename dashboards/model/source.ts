/**
 * Which part of the deployed pipeline makes a number. A board asks only for what its sources can give:
 * a panel on a source that is not deployed is a diagnostic at preview, never an empty panel at night.
 */
export const SOURCES = {
  "sdk:http-server": "HTTP server metrics of the Python SDK (stable conventions)",
  "sdk:db-client": "connection pool metrics of the SQLAlchemy instrumentation",
  "sdk:runtime": "interpreter metrics of the system-metrics instrumentation",
  "span-metrics": "spanmetrics connector, before any sampling",
  "service-graph": "servicegraph connector, before any sampling",
  "receiver:postgresql": "postgresql receiver, or the postgres exporter",
  "exporter:postgres-wraparound": "the wraparound collector of the postgres exporter (Alloy)",
  "receiver:redis": "redis receiver, or the redis exporter",
  "scrape:rabbitmq": "RabbitMQ's Prometheus plugin",
  "receiver:nginx": "nginx receiver on stub_status",
  "receiver:docker_stats": "docker_stats receiver, or cAdvisor",
  "receiver:hostmetrics": "hostmetrics receiver, or the node exporter",
  "collector:self": "the collector's own telemetry",
  "collector:sampling": "the collector's own telemetry while tail sampling is on",
  presence: "any metric of a service (Prometheus' target_info)",
  logs: "log records by OTLP",
  traces: "spans by OTLP",
  "instrumentation:discord": "our discord.py instrumentation (gateway, commands, interactions)",
  "instrumentation:daemon": "our instrumentation of scheduled work (runs, lateness)",
  "instrumentation:browser": "browser telemetry (Faro or OpenTelemetry web)",
  "instrumentation:nginx": "spans of nginx' OpenTelemetry module",
} as const;

export type Source = keyof typeof SOURCES;

/** What the dev stack's pipeline contains on its first day; issue by issue the rest joins. */
export const BASE_SOURCES: readonly Source[] = [
  "sdk:http-server",
  "sdk:db-client",
  "span-metrics",
  "service-graph",
  "receiver:postgresql",
  "receiver:redis",
  "scrape:rabbitmq",
  "receiver:nginx",
  "receiver:docker_stats",
  "receiver:hostmetrics",
  "collector:self",
  "presence",
  "logs",
  "traces",
];
