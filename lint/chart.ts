/** Helm's charts for the collector: what a file of values is merged into before a collector sees it. */
import { isRecord, merged, type Path, valueAt } from "./record.ts";

/** A configuration out of values, and what the chart has besides. */
export function withChart(
  config: Record<string, unknown>,
  values: unknown,
  prefix: Path,
): { readonly config: Record<string, unknown>; readonly defaults: Record<string, unknown> } {
  const isPreset = hasPresets(values, prefix);
  const chart = isPreset ? merged(CHART, PRESETS) : CHART;
  return { config: withReceivers(withoutNulls(config, chart), isPreset), defaults: withoutNulls(chart, config) };
}

/** What the collector's chart has in `config` before a file of values is merged into it. */
const CHART: Record<string, unknown> = {
  exporters: { debug: {} },
  extensions: { health_check: { endpoint: "${env:MY_POD_IP}:13133" } },
  processors: {
    batch: {},
    memory_limiter: { check_interval: "5s", limit_percentage: 80, spike_limit_percentage: 25 },
  },
  receivers: {
    jaeger: { protocols: { grpc: { endpoint: "${env:MY_POD_IP}:14250" } } },
    otlp: {
      protocols: { grpc: { endpoint: "${env:MY_POD_IP}:4317" }, http: { endpoint: "${env:MY_POD_IP}:4318" } },
    },
    prometheus: { config: { scrape_configs: [{ job_name: "opentelemetry-collector" }] } },
    zipkin: { endpoint: "${env:MY_POD_IP}:9411" },
  },
  service: {
    extensions: ["health_check"],
    pipelines: {
      logs: { exporters: ["debug"], processors: ["memory_limiter", "batch"], receivers: ["otlp"] },
      metrics: { exporters: ["debug"], processors: ["memory_limiter", "batch"], receivers: ["otlp", "prometheus"] },
      traces: {
        exporters: ["debug"],
        processors: ["memory_limiter", "batch"],
        receivers: ["otlp", "jaeger", "zipkin"],
      },
    },
  },
};

/** What the chart's presets add where they are switched on. */
const PRESETS: Record<string, unknown> = {
  processors: {
    k8sattributes: { filter: { node_from_env_var: "K8S_NODE_NAME" } },
    k8s_attributes: { filter: { node_from_env_var: "K8S_NODE_NAME" } },
    resourcedetection: {},
    "resourcedetection/env": {},
    resource: { attributes: [] },
  },
  receivers: {
    filelog: { include: ["/var/log/pods/*/*/*.log"], exclude: ["/var/log/pods/*collector*/*/*.log"] },
    file_log: { include: ["/var/log/pods/*/*/*.log"], exclude: ["/var/log/pods/*collector*/*/*.log"] },
    hostmetrics: { root_path: "/hostfs", scrapers: { cpu: {} } },
    host_metrics: { root_path: "/hostfs", scrapers: { cpu: {} } },
    kubeletstats: {},
    k8s_cluster: { k8s_leader_elector: "${env:LEADER}" },
    k8sobjects: { k8s_leader_elector: "${env:LEADER}" },
    k8s_events: {},
  },
};

/** Whether the values switch presets on: beside the configuration, or for all collectors. */
function hasPresets(value: unknown, prefix: Path): boolean {
  const holder = valueAt(value, prefix.slice(0, -1));
  return isRecord(holder) && (isRecord(holder.presets) || prefix[0] === "collectors");
}

/** A pipeline whose receivers a preset will add is not empty. */
function withReceivers(config: Record<string, unknown>, isPreset: boolean): Record<string, unknown> {
  const service = isRecord(config.service) ? config.service : {};
  if (!isPreset || !isRecord(service.pipelines)) return config;
  const pipelines = Object.entries(service.pipelines).map(([id, pipeline]) => {
    const receivers = isRecord(pipeline) ? (pipeline.receivers ?? []) : undefined;
    const isEmpty = isRecord(pipeline) && Array.isArray(receivers) && receivers.length === 0;
    return [id, isEmpty ? { ...pipeline, receivers: ["otlp"] } : pipeline];
  });
  return { ...config, service: { ...service, pipelines: Object.fromEntries(pipelines) } };
}

/** As Helm merges: what is null in the values and stands in the chart is removed from both. */
function withoutNulls(
  value: Readonly<Record<string, unknown>>,
  by: Readonly<Record<string, unknown>>,
  depth = 0,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const other = Object.hasOwn(by, name) ? by[name] : undefined;
      if ((inner === null && other !== undefined) || other === null) return [];
      return [[name, isRecord(inner) && isRecord(other) && depth < 3 ? withoutNulls(inner, other, depth + 1) : inner]];
    }),
  );
}
