import { ALLOY } from "../../../pipeline/alloy.ts";
import type { BackendProfile } from "../../../pipeline/backend-profile.ts";
import { buildPipeline } from "../../../pipeline/build.ts";
import type { Target } from "../../../pipeline/checks/index.ts";
import type { PipelineInput } from "../../../pipeline/input.ts";
import { secretsIn } from "../../../pipeline/reference.ts";

export const jaeger: BackendProfile = {
  name: "jaeger",
  exporters: [
    {
      signals: ["traces", "metrics", "logs"],
      endpoint: {
        traces: "http://jaeger:4318/v1/traces",
        metrics: "http://prometheus:9090/api/v1/otlp/v1/metrics",
        logs: "http://victorialogs:9428/insert/opentelemetry/v1/logs",
      },
    },
  ],
};

/** Headers, one exporter for traces and logs and one for metrics, an address known only after the backend was made. */
export const anyOtlp: BackendProfile = {
  name: "otlp",
  exporters: [
    {
      signals: ["traces", "logs"],
      endpoint: "https://otlp.example.org",
      headers: { authorization: { secret: "otlp-key", prefix: "ApiKey " }, "x-tenant": "games" },
      tls: { caSecret: "otlp-ca" },
    },
    {
      suffix: "metrics",
      signals: ["metrics"],
      endpoint: { secret: "otlp-metrics-endpoint" },
      headers: { "x-api-key": { secret: "otlp-key" } },
      compression: "zstd",
    },
  ],
};

export const cloud: BackendProfile = {
  name: "cloud",
  exporters: [
    {
      signals: ["traces", "metrics", "logs"],
      endpoint: { secret: "cloud-endpoint" },
      basicAuth: { user: { secret: "cloud-user" }, password: { secret: "cloud-token" } },
    },
  ],
};

export const deltaCloud: BackendProfile = {
  name: "delta-cloud",
  exporters: [
    {
      signals: ["traces", "metrics", "logs"],
      endpoint: "https://otlp.delta.example.org",
      headers: { "api-key": { secret: "delta-key" } },
      temporality: "delta",
      histograms: "exponential",
      maxRequestBytes: 1_000_000,
      maxAttributeLength: 4095,
    },
  ],
};

const labels = { "com.github.game-scheduler-otel.project": "game", "com.github.game-scheduler-otel.stack": "dev" };
const dockerApi = "unix:///run/docker-api/api.sock";

/** Without what only our own collector can do. */
export const measured: PipelineInput = {
  environment: "dev",
  namespace: "game-scheduler",
  collector: { memoryMiB: 256, version: "0.145.0", distribution: "own" },
  sources: [
    {
      kind: "postgres",
      endpoint: "postgres:5432",
      user: "otel_monitor",
      passwordSecret: "postgres-monitor-password",
      databases: ["game_scheduler"],
    },
    { kind: "redis", endpoint: "redis:6379", passwordSecret: "redis-password" },
    { kind: "rabbitmq", endpoint: "rabbitmq:15692" },
    { kind: "nginx", endpoint: "http://frontend:8081/stub_status" },
    {
      kind: "docker",
      endpoint: dockerApi,
      labels,
    },
    { kind: "host", hostName: "dev-machine" },
  ],
  backends: [jaeger],
  sampling: { mode: "all" },
  privacy: { patterns: [], keep: [] },
  outageBudgetSeconds: 600,
};

export const dev: PipelineInput = {
  ...measured,
  containerLogs: {
    endpoint: dockerApi,
    labels,
    containers: [
      { name: "game-dev-postgres", service: "postgres", version: "17.6", format: "postgresql" },
      { name: "game-dev-frontend", service: "frontend", version: "1.0", format: "nginx", streams: ["stderr"] },
    ],
  },
};

export const withHeaders: PipelineInput = {
  ...measured,
  environment: "staging",
  sources: [],
  backends: [anyOtlp],
  privacy: { patterns: ["\\bGS-\\d{6}\\$"], keep: ["discord.guild.id"] },
};

export const twoBackends: PipelineInput = {
  ...measured,
  environment: "production",
  collector: { memoryMiB: 512, version: "0.159.0", distribution: "upstream" },
  backends: [cloud, deltaCloud],
  sampling: { mode: "tail", baselinePercent: 10, slowMs: 1000 },
  privacy: { patterns: [], keep: [], hashKey: { secret: "privacy-hash-key" } },
  outageBudgetSeconds: 7200,
  expected: { spans: 200, metricPoints: 150, logRecords: 300 },
  redFlushSeconds: 30,
};

/** The same two backends, delivered by the collector this repository builds. */
export const twoBackendsOwn: PipelineInput = {
  ...twoBackends,
  collector: { memoryMiB: 512, version: "0.145.0", distribution: "own" },
  // its version has no hash yet
  privacy: dev.privacy,
};

/** What Grafana Alloy can do in the collector's place, all of it. */
export const onAlloy: PipelineInput = {
  ...twoBackends,
  collector: { memoryMiB: 512, version: ALLOY.collectorVersion, distribution: "alloy" },
  sources: measured.sources.filter(({ kind }) => kind === "rabbitmq" || kind === "nginx"),
  browser: true,
};

/** What a deployment that provides everything is checked against. */
export function targetOf(input: PipelineInput): Target {
  return {
    version: input.collector.version,
    distribution: input.collector.distribution,
    secrets: [...secretsIn(buildPipeline(input))],
    backends: input.backends,
    memoryMiB: input.collector.memoryMiB,
  };
}
