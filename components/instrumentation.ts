import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BROWSER_INTAKE } from "../pipeline/intake.ts";
import { HEALTH_PATHS } from "../pipeline/noise.ts";
import type { ContainerFile } from "./docker/container.ts";

/** The environment of an instrumented service, and the files that are put into it. */
export interface InstrumentationArgs {
  readonly service: string;
  readonly version: string;
  readonly namespace: string;
  readonly environment: string;
  /** Where it sends OTLP/HTTP. */
  readonly intake: string;
  /** Seconds between two points of a metric. */
  readonly metricsInterval: number;
}

/**
 * OpenTelemetry's environment variables for a Python service under `opentelemetry-instrument`.
 * - Small, frequent batches: one large batch holds the interpreter while it is encoded, which triples the 95th percentile (measured).
 * - Measures of the whole host are the collector's business, not every service's.
 * - Health checks make no spans and count as no requests: objectives are about what people asked for.
 * - asyncpg stays off, since SQLAlchemy's spans are the same calls once more.
 */
export function pythonEnvironment(args: InstrumentationArgs): Record<string, string> {
  return {
    ...sender(args),
    OTEL_PYTHON_DISABLED_INSTRUMENTATIONS: "asyncpg",
    OTEL_PYTHON_SYSTEM_METRICS_EXCLUDED_METRICS: "system.*,process.runtime.*",
    // instrumentations look for it in a whole address, or in a path with its query
    OTEL_PYTHON_EXCLUDED_URLS: `/health$,^(https?://[^/]+)?${HEALTH_PATHS}([?]|$)`,
    OTEL_BSP_SCHEDULE_DELAY: "250",
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "64",
    OTEL_BLRP_SCHEDULE_DELAY: "250",
    OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: "64",
  };
}

/**
 * OpenTelemetry's environment variables for a Node.js service that loads `@opentelemetry/auto-instrumentations-node/register`.
 * Spans of files, sockets, name look-ups and Express' inner router would outnumber all others and say nothing new.
 */
export const nodeEnvironment = (args: InstrumentationArgs): Record<string, string> => ({
  ...sender(args),
  OTEL_NODE_DISABLED_INSTRUMENTATIONS: "fs,net,dns,router",
});

/** OpenTelemetry's environment variables for the SDK of any other language, which its image brings: Go, Java, .NET, Ruby, Rust. */
export const otherEnvironment = (args: InstrumentationArgs): Record<string, string> => sender(args);

/** What every SDK needs. Its default protocol may be gRPC; protobuf over HTTP is what every backend and proxy takes. */
const sender = (args: InstrumentationArgs): Record<string, string> => ({
  ...identity(args),
  OTEL_EXPORTER_OTLP_ENDPOINT: args.intake,
  OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
  OTEL_TRACES_EXPORTER: "otlp",
  OTEL_METRICS_EXPORTER: "otlp",
  OTEL_LOGS_EXPORTER: "otlp",
  OTEL_PROPAGATORS: "tracecontext,baggage",
  OTEL_SEMCONV_STABILITY_OPT_IN: "http,database",
  OTEL_METRIC_EXPORT_INTERVAL: String(args.metricsInterval * 1000),
});

/** What the launcher of `nginxFiles` needs to know; `browser` where pages get a script for their visitors. */
export const nginxEnvironment = (args: InstrumentationArgs, browser?: { readonly consent: string }) => ({
  ...identity(args),
  OTEL_EXPORTER_OTLP_ENDPOINT: args.intake,
  ...(browser && {
    OTEL_BROWSER_CONSENT: browser.consent,
    OTEL_BROWSER_INTAKE: BROWSER_INTAKE,
  }),
});

/** Stands before the image's own nginx in PATH, so neither entrypoint nor command changes. */
const NGINX_LAUNCHER = "/usr/local/sbin/nginx";
const NGINX_FOLDER = "/usr/local/share/opentelemetry-nginx";

/** What makes an nginx send spans and access records: a launcher that starts it from a copy of its configuration. */
export function nginxFiles(): readonly ContainerFile[] {
  const content = (file: string): string => readFileSync(join(NGINX_SOURCES, file), "utf8");
  return [
    { path: NGINX_LAUNCHER, content: content("nginx.sh"), mode: "0755" },
    ...["otel.js", "http.conf", "browser.conf", "browser-intake.conf", "rewrite.awk"].map((file) => ({
      path: `${NGINX_FOLDER}/${file}`,
      content: content(file),
    })),
  ];
}

const NGINX_SOURCES = join(import.meta.dirname, "../instrumentation/nginx");

/** Who the service is. */
const identity = (args: InstrumentationArgs): Record<string, string> => ({
  OTEL_SERVICE_NAME: args.service,
  OTEL_RESOURCE_ATTRIBUTES: [
    `service.namespace=${args.namespace}`,
    `service.version=${args.version}`,
    `deployment.environment.name=${args.environment}`,
  ].join(","),
});
