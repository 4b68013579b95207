import { describe, expect, test } from "vitest";
import { panelsOf, signalsOf } from "../../../dashboards/model/board.ts";
import { metricsOf } from "../../../dashboards/model/expression.ts";
import { type Metric, prometheusName } from "../../../dashboards/model/metric.ts";
import { spanMetrics } from "../../../pipeline/red-metrics.ts";
import { scraper } from "../../../pipeline/scrapers.ts";
import { fullContent } from "../../support/content.ts";

const signals = [
  ...fullContent.boards.flatMap(panelsOf).flatMap(signalsOf),
  ...fullContent.alerts.map((alert) => alert.signal),
];
const metrics = [...new Set(signals.flatMap((signal) => metricsOf(signal.value)))];

function named(name: string, kind: Metric["kind"], unit: string): string {
  return prometheusName({ name, kind, unit });
}

describe("a metric's name in Prometheus", () => {
  test("follows the rules of its OTLP receiver", () => {
    expect(named("http.server.request.duration", "histogram", "s")).toBe("http_server_request_duration_seconds");
    expect(named("container.cpu.usage.total", "counter", "ns")).toBe("container_cpu_usage_nanoseconds_total");
    expect(named("container.memory.usage.total", "updown", "By")).toBe("container_memory_usage_total_bytes");
    expect(named("container.network.io.usage.rx_bytes", "counter", "By")).toBe(
      "container_network_io_usage_rx_bytes_total",
    );
    expect(named("system.memory.utilization", "gauge", "1")).toBe("system_memory_utilization_ratio");
    expect(named("postgresql.backends", "updown", "1")).toBe("postgresql_backends");
    expect(named("redis.uptime", "counter", "s")).toBe("redis_uptime_seconds_total");
    expect(named("redis.cmd.usec", "counter", "us")).toBe("redis_cmd_usec_microseconds_total");
    expect(named("rabbitmq_global_messages_received_total", "counter", "")).toBe(
      "rabbitmq_global_messages_received_total",
    );
    expect(named("system.cpu.load_average.1m", "gauge", "{thread}")).toBe("system_cpu_load_average_1m");
    expect(named("nginx.connections_current", "updown", "connections")).toBe("nginx_connections_current");
  });
});

describe("the pipeline makes what the boards show", () => {
  test("names span metrics and splits them as the boards do", () => {
    const { settings } = spanMetrics(15, "explicit", "own");
    const made = [
      "service.name",
      "span.name",
      "span.kind",
      "status.code",
      ...settings.dimensions.map((dimension) => dimension.name),
    ];
    const own = metrics.filter((metric) => metric.source === "span-metrics");
    expect([...new Set(own.map((metric) => metric.name))].sort()).toEqual([
      `${settings.namespace}.calls`,
      `${settings.namespace}.duration`,
    ]);
    expect(settings.histogram.unit).toBe("s");
    for (const used of new Set(own.flatMap(({ attributes }) => attributes))) expect(made).toContain(used);
  });

  test("switches on every metric of PostgreSQL and Redis that is off by default", () => {
    const OFF_BY_DEFAULT = [
      "postgresql.blks_hit",
      "postgresql.blks_read",
      "postgresql.deadlocks",
      "postgresql.sequential_scans",
      "postgresql.temp_files",
      "postgresql.tup_deleted",
      "postgresql.tup_fetched",
      "postgresql.tup_inserted",
      "postgresql.tup_updated",
      "redis.cmd.calls",
      "redis.cmd.usec",
      "redis.maxmemory",
    ];
    const postgres = scraper(
      { kind: "postgres", endpoint: "postgres:5432", user: "otel_monitor", passwordSecret: "p", databases: [] },
      15,
    );
    const redis = scraper({ kind: "redis", endpoint: "redis:6379" }, 15);
    const settings = [postgres, redis].map((one) => JSON.stringify(one.receiver.settings)).join();
    const needed = metrics.map((metric) => metric.name).filter((name) => OFF_BY_DEFAULT.includes(name));
    expect(needed.sort()).toEqual(OFF_BY_DEFAULT);
    for (const name of needed) expect(settings, name).toContain(`"${name}":{"enabled":true}`);
  });

  test("switches on the restarts of containers", () => {
    const docker = scraper({ kind: "docker", endpoint: "http://docker-api:2375" }, 15);
    expect(JSON.stringify(docker.receiver.settings)).toContain('"container.restarts":{"enabled":true}');
  });
});
