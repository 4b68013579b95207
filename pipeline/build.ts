import { type BackendProfile, type ExporterProfile, exitName } from "./backend-profile.ts";
import { delivery, exitConnectorId } from "./delivery.ts";
import { deploymentResource, normaliseSpans, observedResource } from "./enrich.ts";
import type { Fragment } from "./fragment.ts";
import { type PipelineInput, sourceName } from "./input.ts";
import { otlpReceiver } from "./intake.ts";
import { memoryLimiter } from "./memory.ts";
import { type Connector, componentId, type Pipeline } from "./model.ts";
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
    ...wanted.map((signal) => intakeOf(signal, input, exits)),
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

function connectorsTo(exits: readonly Exit[]): readonly string[] {
  return exits.map(({ backend, exporter }) => exitConnectorId(backend, exporter));
}

/** What is counted from spans, and the exits that get it. */
interface Counting {
  readonly connector: Connector;
  readonly exits: readonly string[];
}

/** One service graph, and one span metrics for each kind of histogram that some backend wants. Nothing without a backend for metrics. */
function countings(input: PipelineInput, exits: readonly Exit[]): readonly Counting[] {
  const flush = input.redFlushSeconds ?? 15;
  const takers = exits.filter(({ exporter }) => exporter.signals.includes("metrics"));
  if (takers.length === 0) return [];
  const kinds = Map.groupBy(takers, ({ exporter }) => exporter.histograms ?? "explicit");
  return [
    ...[...kinds].map(([kind, those]) => ({ connector: spanMetrics(flush, kind), exits: connectorsTo(those) })),
    { connector: serviceGraph(flush), exits: connectorsTo(takers) },
  ];
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

function intakeOf(signal: Signal, input: PipelineInput, exits: readonly Exit[]): Fragment {
  const here = exits.filter(({ exporter }) => exporter.signals.includes(signal));
  const counted = exits.some(({ exporter }) => exporter.signals.includes("traces")) ? countings(input, exits) : [];
  switch (signal) {
    case "traces":
      return tracesIn(input, connectorsTo(here), counted);
    case "metrics":
      return metricsIn(input, connectorsTo(here), counted);
    case "logs":
      return logsIn(input, connectorsTo(here));
    default:
      return signal satisfies never;
  }
}

function tracesIn(input: PipelineInput, exits: readonly string[], counted: readonly Counting[]): Fragment {
  const noise = noiseFilter();
  const conventions = normaliseSpans();
  const privacy = privacyTransform(input.privacy);
  const connectors = counted.map(({ connector }) => connector);
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

const metricsSteps = ["memory_limiter", "resource/deployment", "redaction/privacy"];

function metricsIn(input: PipelineInput, exits: readonly string[], counted: readonly Counting[]): Fragment {
  const forSome = counted.filter((counting) => counting.exits.length < exits.length);
  const forAll = counted.filter((counting) => !forSome.includes(counting));
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
        receivers: [componentId(gather), ...forAll.map(({ connector }) => componentId(connector))],
        processors: metricsSteps,
        exporters: exits,
      },
      ...forSome.map(({ connector, exits: some }) => ({
        signal: "metrics" as const,
        name: `in-${componentId(connector).replace("/", "-")}`,
        receivers: [componentId(connector)],
        processors: metricsSteps,
        exporters: some,
      })),
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
