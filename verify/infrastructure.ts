/** INFRASTRUCTURE: what the collector itself must measure, by a few OpenTelemetry metric names that only that source sends. */
import { type Check, found, missing } from "./check.ts";

export interface InfrastructureSource {
  readonly source: string;
  /** All of them must have a data point. */
  readonly metrics: readonly string[];
}

export const INFRASTRUCTURE: readonly InfrastructureSource[] = [
  { source: "PostgreSQL", metrics: ["postgresql.backends", "postgresql.commits", "postgresql.db_size"] },
  { source: "Redis", metrics: ["redis.uptime", "redis.memory.used", "redis.clients.connected"] },
  {
    source: "RabbitMQ",
    metrics: ["rabbitmq_queue_messages", "rabbitmq_connections", "rabbitmq_alarms_memory_used_watermark"],
  },
  { source: "nginx", metrics: ["nginx.requests", "nginx.connections_current"] },
  { source: "containers", metrics: ["container.memory.usage.total", "container.cpu.utilization"] },
  { source: "container logs", metrics: ["otelcol_dockerlogs_followed_containers"] },
  { source: "host", metrics: ["system.cpu.load_average.1m", "system.filesystem.usage"] },
  { source: "collector", metrics: ["otelcol_process_uptime", "otelcol_exporter_queue_size"] },
];

/** Those that are deployed. */
export const infrastructureOf = (sources: readonly string[]): readonly InfrastructureSource[] =>
  INFRASTRUCTURE.filter(({ source }) => sources.includes(source));

/** One check per source that is deployed. */
export function infrastructureChecks(sources: readonly string[]): Check[] {
  return infrastructureOf(sources).map(
    ({ source, metrics }): Check => ({
      id: `infrastructure/${source.toLowerCase()}`,
      group: "infrastructure",
      label: source.endsWith("logs") ? source : `${source} metrics`,
      required: true,
      needs: { metricNames: metrics },
      judge({ presentMetrics }) {
        const absent = metrics.filter((name) => !presentMetrics.has(name));
        return absent.length === 0 ? found(metrics.join(", ")) : missing(`no data point of ${absent.join(", ")}`);
      },
    }),
  );
}
