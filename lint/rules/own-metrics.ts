/** The collector's own metrics: where they are asked for. */
import { ownPort } from "../address.ts";
import { listenersOf } from "../listeners.ts";
import { at, type Config, listOf, recordOf, textOf, textsOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { jobsOf } from "../scraping.ts";

/** Ports on which the collector serves its own metrics; undefined where only a reference says it. */
function ownPorts(config: Config): readonly string[] | undefined {
  const metrics = recordOf(at(config.root, "service", "telemetry", "metrics"));
  if (metrics.level === "none") return [];
  if (metrics.readers === undefined) return [/:(\d+)$/.exec(textOf(metrics.address))?.[1] ?? "8888"];
  const readers = listOf(metrics.readers).map((reader) => at(reader, "pull", "exporter", "prometheus"));
  const ports = readers.filter((one) => one !== undefined).map((one) => wordOf(at(one, "port") ?? "8888"));
  return ports.some((port) => port.includes("$")) ? undefined : ports;
}

export const ownMetricsRules: readonly Rule[] = [
  {
    id: "own-metrics-elsewhere",
    severity: "warning",
    explain:
      "The collector serves its own metrics where service.telemetry.metrics says, on localhost:8888 unless it says anything, and nowhere at level none: a job that scrapes another port finds nobody.",
    bad: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: otel-collector, static_configs: [{targets: ['localhost:8888']}]}]}}\nservice:\n  telemetry: {metrics: {level: none}}\n  pipelines:\n    metrics: {receivers: [prometheus], exporters: [debug]}\n",
    good: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: otel-collector, static_configs: [{targets: ['localhost:8888']}]}]}}\nservice:\n  telemetry: {metrics: {level: normal}}\n  pipelines:\n    metrics: {receivers: [prometheus], exporters: [debug]}\n",
    *find(config) {
      const ports = ownPorts(config);
      if (ports === undefined || config.root.service === undefined) return;
      const others = listenersOf(config).map(({ port }) => port);
      for (const { job, path } of jobsOf(config)) {
        const isOwn = /otel|collector|self/i.test(wordOf(at(job, "job_name")));
        for (const [j, group] of listOf(at(job, "static_configs")).entries())
          for (const [k, target] of textsOf(at(group, "targets")).entries()) {
            // a job with several targets asks others as well
            if (k > 0) break;
            const port = ownPort(target);
            if (port === undefined || ports.includes(port) || others.includes(port)) continue;
            if (port !== "8888" && !isOwn) continue;
            yield {
              path: [...path, "static_configs", j, "targets", k],
              message:
                ports.length === 0
                  ? "the collector serves no metrics of its own"
                  : `the collector serves its own metrics on port ${ports.join(", ")}`,
              fix: ports.length === 0 ? "set service.telemetry.metrics" : `write localhost:${ports[0]}`,
            };
          }
      }
    },
  },
];
