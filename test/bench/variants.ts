import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Document, parse } from "yaml";
import type { BackendProfile } from "../../pipeline/backend-profile.ts";
import { buildPipeline } from "../../pipeline/build.ts";
import type { PipelineInput, Sampling } from "../../pipeline/input.ts";
import { renderCollector } from "../../pipeline/render/collector.ts";
import { OWN_DISTRIBUTION_VERSION } from "../../pipeline/versions.ts";

/** Where a collector under test listens, writes and sends; all of it on this machine. */
export interface Place {
  readonly intakePort: number;
  readonly metricsPort: number;
  readonly healthPort: number;
  readonly folder: string;
  readonly sink: string;
}

/** A configuration to compare, and what the reader of the table must know of it. */
export interface Variant {
  readonly name: string;
  readonly about: string;
  readonly config: (place: Place) => string;
}

const tail = (baselinePercent: number): Sampling => ({ mode: "tail", baselinePercent, slowMs: 1000 });

export const VARIANTS: readonly Variant[] = [
  { name: "bare", about: "otlp -> otlphttp, queue in memory", config: (place) => bare(place, false) },
  {
    name: "bare-disk",
    about: "the same, queue on disk: what everything is compared with",
    config: (place) => bare(place, true),
  },
  ours("all", "ours, every trace", { mode: "all" }),
  ours("tail", "ours, tail sampling, baseline 10", tail(10)),
  ours("tail-99", "ours, tail sampling, baseline 99: everything is held and nearly everything delivered", tail(99)),
  ours("tail-100", "ours, tail sampling, baseline 100", tail(100)),
  peer("demo", "OpenTelemetry demo's processors, queue on disk"),
  peer("lgtm", "docker-otel-lgtm's processors, queue on disk"),
  peer("k8s-monitoring", "k8s-monitoring-helm's application observability, queue on disk"),
];

/** What this repository renders for a stack without stores, with one backend: privacy, conventions, span metrics, service graph, queue on disk. */
function ours(name: string, about: string, sampling: Sampling): Variant {
  return {
    name,
    about,
    config: (place) => {
      const config = parse(renderCollector(buildPipeline(inputOf(place, sampling)), OWN_DISTRIBUTION_VERSION));
      return written(place, config);
    },
  };
}

const MEMORY_MIB = 240;

function inputOf({ sink }: Place, sampling: Sampling): PipelineInput {
  const backend: BackendProfile = {
    name: "sink",
    exporters: [{ signals: ["traces", "metrics", "logs"], endpoint: sink, sampleRateAttribute: "SampleRate" }],
  };
  return {
    environment: "bench",
    namespace: "game-scheduler",
    collector: { memoryMiB: MEMORY_MIB, version: OWN_DISTRIBUTION_VERSION, distribution: "own" },
    sources: [],
    backends: [backend],
    sampling,
    privacy: { patterns: [], keep: [] },
    outageBudgetSeconds: 7200,
  };
}

type Section = Record<string, Record<string, unknown> | null>;

interface Config {
  receivers: Section;
  processors?: Section;
  connectors?: Section;
  exporters: Section;
  extensions?: Section;
  service: { extensions?: string[]; telemetry?: object; pipelines: Record<string, object> };
}

/** Receiver, exporter and queue exactly as in ours, with nothing between. */
function bare(place: Place, onDisk: boolean): string {
  const pipeline = { receivers: ["otlp"], processors: [], exporters: ["otlp_http/sink"] };
  const pipelines = { traces: pipeline, metrics: pipeline, logs: pipeline };
  return written(place, withQueue(place, { receivers: {}, exporters: {}, service: { pipelines } }, onDisk));
}

function withQueue(place: Place, config: Config, onDisk: boolean): Config {
  const own: Config = parse(renderCollector(buildPipeline(inputOf(place, { mode: "all" })), OWN_DISTRIBUTION_VERSION));
  const exporter = own.exporters["otlp_http/sink"] as { sending_queue: Record<string, unknown> };
  if (!onDisk) delete exporter.sending_queue.storage;
  return {
    ...config,
    receivers: { otlp: { protocols: { http: {} } } },
    exporters: { "otlp_http/sink": exporter },
    extensions: onDisk ? { ...own.extensions } : { health_check: own.extensions?.health_check ?? null },
    service: {
      ...config.service,
      extensions: onDisk ? ["health_check", "file_storage/queue"] : ["health_check"],
      telemetry: own.service.telemetry ?? {},
    },
  };
}

/** The processors and connectors of a public configuration between our receiver and our queue. */
function peer(name: string, about: string): Variant {
  const text = readFileSync(join(import.meta.dirname, "peers", `${name}.yaml`), "utf8");
  return { name, about, config: (place) => written(place, withQueue(place, parse(text), true)) };
}

/** Ports, folders and addresses of this run. */
function written(place: Place, config: Config): string {
  const { telemetry } = config.service;
  const document = new Document(config);
  document.deleteIn(["receivers", "otlp", "protocols", "grpc"]);
  document.setIn(["receivers", "otlp", "protocols", "http", "endpoint"], `127.0.0.1:${place.intakePort}`);
  document.setIn(["extensions", "health_check", "endpoint"], `127.0.0.1:${place.healthPort}`);
  document.setIn(["exporters", "otlp_http/sink", "endpoint"], place.sink);
  for (const id of Object.keys(config.extensions ?? {}).filter((id) => id.startsWith("file_storage"))) {
    document.setIn(["extensions", id, "directory"], place.folder);
    document.setIn(["extensions", id, "compaction", "directory"], place.folder);
  }
  if (telemetry !== undefined) {
    document.setIn(
      ["service", "telemetry", "metrics", "readers", 0, "pull", "exporter", "prometheus", "port"],
      place.metricsPort,
    );
  }
  const scrape = config.receivers["prometheus/collector"];
  if (scrape !== undefined) {
    document.setIn(
      ["receivers", "prometheus/collector", "config", "scrape_configs", 0, "static_configs", 0, "targets"],
      [`127.0.0.1:${place.metricsPort}`],
    );
  }
  return document.toString({ lineWidth: 0 });
}

export const memoryMiB = MEMORY_MIB;
