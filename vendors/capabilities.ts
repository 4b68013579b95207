import { CONTACT_KINDS, type ContactKind } from "./contacts.ts";
import type { BackendKind } from "./kinds.ts";

export type Support = "yes" | "no" | "paid plans";

/** What a backend takes and offers. One table for adapters, checks and the docs page; `undefined` is "not documented". */
export interface Capabilities {
  readonly title: string;
  readonly signals: readonly ("traces" | "metrics" | "logs" | "profiles")[];
  readonly protocols: readonly ("OTLP/HTTP" | "OTLP/gRPC")[];
  readonly temporality: "cumulative" | "delta" | "either";
  readonly compression: readonly ("gzip" | "zstd" | "none")[];
  /** Bytes of one request; the smallest limit where signals differ. */
  readonly maxRequestBytes?: number;
  /** Bytes of one attribute's value. */
  readonly maxAttributeLength?: number;
  readonly auth: string;
  readonly freeTier: string;
  /** What happens above the quota. */
  readonly overQuota?: string;
  readonly dashboards: Support;
  readonly alerts: Support;
  /** Whom its alerts can notify. */
  readonly contacts: readonly ContactKind[];
  /** Whether the dead-man's switch can be posted to an address of its own, whatever the contact is. */
  readonly heartbeat: boolean;
  readonly slos: Support;
  /** Triggers or alert rules the smallest plan allows. */
  readonly maxAlerts?: number;
  /** Where this was read, and when. */
  readonly source: string;
  readonly asOf: string;
}

/** Of a backend that telemetry is only sent to. */
const EXPORT_ONLY = { dashboards: "no", alerts: "no", contacts: [], heartbeat: false, slos: "no" } as const;

/** Of a backend whose boards, alerts and objectives are all made. */
const COMPLETE = { dashboards: "yes", alerts: "yes", contacts: CONTACT_KINDS, heartbeat: false, slos: "yes" } as const;

const LOCAL = {
  auth: "none",
  freeTier: "your own disk",
  overQuota: "the oldest data is deleted",
  asOf: "2026-11",
} as const;

export const capabilities = {
  "grafana-cloud": {
    title: "Grafana Cloud",
    signals: ["traces", "metrics", "logs", "profiles"],
    protocols: ["OTLP/HTTP"],
    temporality: "cumulative",
    compression: ["gzip", "none"],
    auth: "basic: stack id and access policy token",
    freeTier: "10 000 series, 50 GB each of logs, traces and profiles, 14 days, 3 users",
    overQuota: "the excess is discarded until the next month",
    ...COMPLETE,
    source: "Grafana Cloud documentation: OTLP gateway, format considerations, billing and usage",
    asOf: "2026-08",
  },
  "new-relic": {
    title: "New Relic",
    signals: ["traces", "metrics", "logs"],
    protocols: ["OTLP/HTTP", "OTLP/gRPC"],
    temporality: "delta",
    compression: ["gzip", "zstd", "none"],
    maxRequestBytes: 1_000_000,
    maxAttributeLength: 4095,
    auth: "header api-key: ingest license key",
    freeTier: "100 GB a month, one full user",
    overQuota: "ingest is switched off until the next month",
    ...COMPLETE,
    source: "New Relic documentation: OTLP endpoint, best practices; pricing",
    asOf: "2026-04",
  },
  honeycomb: {
    title: "Honeycomb",
    signals: ["traces", "metrics", "logs"],
    protocols: ["OTLP/HTTP", "OTLP/gRPC"],
    temporality: "either",
    compression: ["gzip", "zstd", "none"],
    maxRequestBytes: 20_971_520,
    maxAttributeLength: 65_535,
    auth: "header x-honeycomb-team: ingest key, x-honeycomb-dataset for metrics",
    freeTier: "20 million events and 100 million metric points a month, 60 days",
    ...COMPLETE,
    slos: "paid plans",
    maxAlerts: 2,
    source: "Honeycomb documentation: send data with OTLP, usage center; husky (limits)",
    asOf: "2026-08",
  },
  jaeger: {
    title: "Jaeger, Prometheus, VictoriaLogs",
    signals: ["traces", "metrics", "logs"],
    protocols: ["OTLP/HTTP"],
    temporality: "cumulative",
    compression: ["gzip", "none"],
    ...LOCAL,
    ...COMPLETE,
    heartbeat: true,
    source: "Jaeger 2.13, Prometheus 3.12 and VictoriaLogs 1.52, run",
  },
  lgtm: {
    title: "Grafana LGTM in one container",
    signals: ["traces", "metrics", "logs", "profiles"],
    protocols: ["OTLP/HTTP", "OTLP/gRPC"],
    temporality: "cumulative",
    compression: ["gzip", "none"],
    ...LOCAL,
    ...COMPLETE,
    // An e-mail takes an SMTP server, which its Grafana has none of.
    contacts: ["discord", "slack", "webhook"],
    source: "docker-otel-lgtm repository",
  },
  datadog: {
    title: "Datadog",
    signals: ["traces", "metrics", "logs"],
    protocols: ["OTLP/HTTP"],
    temporality: "delta",
    compression: ["gzip", "none"],
    maxRequestBytes: 500_000,
    auth: "header dd-api-key",
    freeTier: "none for OTLP; trial of 14 days",
    ...EXPORT_ONLY,
    source: "Datadog documentation: OTLP ingest of metrics, traces and logs",
    asOf: "2026-09",
  },
  elastic: {
    title: "Elastic",
    signals: ["traces", "metrics", "logs"],
    protocols: ["OTLP/HTTP", "OTLP/gRPC"],
    temporality: "either",
    compression: ["gzip", "none"],
    maxRequestBytes: 4_000_000,
    auth: "header authorization: ApiKey",
    freeTier: "none; trial of 14 days",
    ...EXPORT_ONLY,
    source: "elastic/opentelemetry: managed inputs",
    asOf: "2026-08",
  },
  otlp: {
    title: "Any OTLP/HTTP endpoint",
    signals: ["traces", "metrics", "logs"],
    protocols: ["OTLP/HTTP"],
    temporality: "either",
    compression: ["gzip", "zstd", "none"],
    auth: "a header of your choice, client certificates",
    freeTier: "does not apply",
    ...EXPORT_ONLY,
    source: "OpenTelemetry specification: OTLP",
    asOf: "2026-11",
  },
} satisfies Readonly<Record<BackendKind, Capabilities>>;
