import { type BackendProfile, type ExporterProfile, exitName } from "./backend-profile.ts";
import { delivery, exitConnectorId } from "./delivery.ts";
import { deploymentResource, normaliseSpans, observedResource } from "./enrich.ts";
import type { Fragment } from "./fragment.ts";
import { type PipelineInput, sourceName } from "./input.ts";
import { otlpReceiver } from "./intake.ts";
import { memoryLimiter } from "./memory.ts";
import { componentId, type Pipeline } from "./model.ts";
import { appHostMetricsFilter, noiseFilter } from "./noise.ts";
import { privacyTransform, redaction } from "./privacy.ts";
import { queueStorage } from "./queue.ts";
import { serviceGraph, spanMetrics } from "./red-metrics.ts";
import { type Scraper, scraper } from "./scrapers.ts";
import { collectorServiceName, healthCheck, selfScrape, selfTelemetry } from "./self-telemetry.ts";
import { type Signal, signals } from "./signal.ts";

/**
 * The whole pipeline of a deployment. Every signal takes the same way: in, made safe, counted, then by one `forward` connector to each
 * exporter's own chain. Throws when two sources or two exporters share a name.
 */
export function buildPipeline(input: PipelineInput): Pipeline {
  refuseAmbiguousNames(input);
  const exits = input.backends.flatMap((backend) => backend.exporters.map((exporter) => ({ backend, exporter })));
  const wanted = signals.filter((signal) => exits.some(({ exporter }) => exporter.signals.includes(signal)));
  return assemble([
    common(input),
    ...wanted.map((signal) => intakeOf(signal, input, wanted, exitsOf(signal, exits))),
    ...exits.map(({ backend, exporter }) => delivery(backend, exporter, input)),
  ]);
}

/** Names become component ids: two things of one name would silently become one. */
function refuseAmbiguousNames(input: PipelineInput): void {
  const names = {
    source: [...input.sources.map(sourceName), collectorServiceName],
    "backend exporter": input.backends.flatMap((b) => b.exporters.map((e) => exitName(b, e))),
  };
  for (const [what, list] of Object.entries(names)) {
    const bad = list.find((name) => !/^[a-z0-9][a-z0-9_-]*$/.test(name));
    if (bad !== undefined) {
      throw new Error(`${what} "${bad}" cannot be part of a component id: use small letters, digits, "-" and "_".`);
    }
    const twice = list.find((name, i) => list.indexOf(name) !== i);
    if (twice !== undefined) throw new Error(`Two times ${what} "${twice}": give one of them another name.`);
  }
}

interface Exit {
  readonly backend: BackendProfile;
  readonly exporter: ExporterProfile;
}

function exitsOf(signal: Signal, exits: readonly Exit[]): readonly string[] {
  return exits
    .filter(({ exporter }) => exporter.signals.includes(signal))
    .map(({ backend, exporter }) => exitConnectorId(backend, exporter));
}

function common(input: PipelineInput): Fragment {
  return {
    receivers: [otlpReceiver()],
    processors: [
      memoryLimiter(input.collector.memoryMiB),
      deploymentResource(input.environment, input.namespace),
      redaction(input.privacy, input.collector.version),
    ],
    extensions: [healthCheck(), queueStorage()],
  };
}

function intakeOf(signal: Signal, input: PipelineInput, wanted: readonly Signal[], exits: readonly string[]): Fragment {
  switch (signal) {
    case "traces":
      return tracesIn(input, exits, wanted.includes("metrics"));
    case "metrics":
      return metricsIn(input, exits, wanted.includes("traces"));
    case "logs":
      return logsIn(input, exits);
    default:
      return signal satisfies never;
  }
}

function tracesIn(input: PipelineInput, exits: readonly string[], counted: boolean): Fragment {
  const flush = input.redFlushSeconds ?? 15;
  const noise = noiseFilter();
  const conventions = normaliseSpans();
  const privacy = privacyTransform(input.privacy);
  const connectors = counted ? [spanMetrics(flush), serviceGraph(flush)] : [];
  return {
    processors: [noise, conventions, privacy],
    connectors,
    pipelines: [
      {
        signal: "traces",
        name: "in",
        receivers: ["otlp"],
        processors: [
          "memory_limiter",
          componentId(noise),
          "resource/deployment",
          componentId(conventions),
          componentId(privacy),
          "redaction/privacy",
        ],
        exporters: [...connectors.map(componentId), ...exits],
      },
    ],
  };
}

function metricsIn(input: PipelineInput, exits: readonly string[], counted: boolean): Fragment {
  const gather = { kind: "forward", name: "metrics", settings: {} } as const;
  const appNoise = appHostMetricsFilter();
  const scrapers: readonly Scraper[] = [
    ...input.sources.map(scraper),
    { name: collectorServiceName, receiver: selfScrape(), processors: [observedResource(collectorServiceName)] },
  ];
  return {
    receivers: scrapers.map((s) => s.receiver),
    processors: [appNoise, ...scrapers.flatMap((s) => s.processors)],
    connectors: [gather],
    pipelines: [
      {
        signal: "metrics",
        name: "apps",
        receivers: ["otlp"],
        processors: ["memory_limiter", componentId(appNoise)],
        exporters: [componentId(gather)],
      },
      ...scrapers.map((s) => ({
        signal: "metrics" as const,
        name: `from-${s.name}`,
        receivers: [componentId(s.receiver)],
        processors: ["memory_limiter", ...s.processors.map(componentId)],
        exporters: [componentId(gather)],
      })),
      {
        signal: "metrics",
        name: "in",
        receivers: [componentId(gather), ...(counted ? ["spanmetrics", "servicegraph"] : [])],
        processors: ["memory_limiter", "resource/deployment", "redaction/privacy"],
        exporters: exits,
      },
    ],
  };
}

function logsIn(input: PipelineInput, exits: readonly string[]): Fragment {
  return {
    processors: [privacyTransform(input.privacy)],
    pipelines: [
      {
        signal: "logs",
        name: "in",
        receivers: ["otlp"],
        processors: ["memory_limiter", "resource/deployment", "transform/privacy", "redaction/privacy"],
        exporters: exits,
      },
    ],
  };
}

/** Parts in their order; a component two parts name alike is one component. */
function assemble(parts: readonly Fragment[]): Pipeline {
  const extensions = distinct(parts.flatMap((part) => part.extensions ?? []));
  return {
    receivers: distinct(parts.flatMap((part) => part.receivers ?? [])),
    processors: distinct(parts.flatMap((part) => part.processors ?? [])),
    connectors: distinct(parts.flatMap((part) => part.connectors ?? [])),
    exporters: distinct(parts.flatMap((part) => part.exporters ?? [])),
    extensions,
    service: {
      extensions: extensions.map(componentId),
      telemetry: selfTelemetry(),
      pipelines: parts.flatMap((part) => part.pipelines ?? []),
    },
  };
}

function distinct<C extends { readonly kind: string; readonly name?: string }>(components: readonly C[]): readonly C[] {
  return [...new Map(components.map((component) => [componentId(component), component])).values()];
}
