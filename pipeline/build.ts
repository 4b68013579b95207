import { assemble, ids } from "./assemble.ts";
import { type BackendExporter, exporterName } from "./backend-profile.ts";
import { browserForward, browserIn } from "./browser.ts";
import { clockGuard } from "./clock.ts";
import { type Component, componentId } from "./component.ts";
import { dockerLogs } from "./container-logs.ts";
import { delivery, droppingSteps, forwardIds } from "./delivery.ts";
import { deploymentResource, instanceLabels, normaliseSpans } from "./enrich.ts";
import { metricsSeconds, type PipelineInput } from "./input.ts";
import { intakeLimit, otlpReceiver } from "./intake.ts";
import { itemCounter, ledger } from "./ledger.ts";
import { logDedup, seriesLimit } from "./limits.ts";
import { memoryLimiter } from "./memory.ts";
import type { Fragment, Pipeline } from "./model.ts";
import { refuseAmbiguousNames } from "./names.ts";
import { appHostMetricsFilter, noiseFilter } from "./noise.ts";
import { privacyProcessors } from "./privacy.ts";
import { profiles } from "./profiles.ts";
import { queueStorage } from "./queue.ts";
import { type SpanDerived, spanDerived } from "./red-metrics.ts";
import { sampledTraces } from "./sampling.ts";
import { type Scraper, scraper } from "./scrapers.ts";
import { healthCheck, selfScraper } from "./self-telemetry.ts";
import { applicationsStart } from "./series-start.ts";
import { RECEIVED, SIGNALS, type TelemetrySignal } from "./signal.ts";

/**
 * The whole pipeline of a deployment. Every signal takes the same path: received, redacted, span metrics derived, spans sampled, then by one
 * `forward` connector to the pipeline of each exporter. Throws when two sources or two exporters share a name.
 */
export function buildPipeline(input: PipelineInput): Pipeline {
  refuseAmbiguousNames(input);
  const exporters = input.backends.flatMap((backend) => backend.exporters.map((exporter) => ({ backend, exporter })));
  const shared = sharedComponents(input, exporters);
  const wanted = SIGNALS.filter((signal) => exporters.some(({ exporter }) => exporter.signals.includes(signal)));
  const { otlp, limiter, deployment, privacy } = shared;
  const { distribution } = input.collector;
  return assemble([
    {
      receivers: [otlp],
      processors: [limiter, deployment, ...privacy.points],
      extensions: [
        ...healthCheck(distribution),
        ...intakeLimit(distribution, input.collector.memoryMiB),
        queueStorage(distribution),
      ],
    },
    ...(input.browser ? [browserIn(componentId(limiter), wanted, distribution)] : []),
    ...wanted.flatMap((signal) => intakeOf(signal, input, shared, exporters)),
    ...exporters.map(({ backend, exporter }) => delivery(backend, exporter, input)),
    ...profiles(input, shared, exporters),
  ]);
}

/** Components that several pipelines use. */
function sharedComponents(input: PipelineInput, exporters: readonly BackendExporter[]) {
  const otlp = otlpReceiver(input.collector.distribution);
  return {
    otlp,
    /** Where spans and records of applications come from, and of browsers once they are limited to what is allowed. */
    senders: input.browser ? [otlp, browserForward] : [otlp],
    limiter: memoryLimiter(input.collector.memoryMiB),
    received: itemCounter(input.collector.distribution, RECEIVED),
    books: ledger(input.collector.distribution, [
      noiseFilter(),
      ...exporters.flatMap(({ backend, exporter }) => droppingSteps(exporterName(backend, exporter), exporter)),
    ]),
    clock: (signal: TelemetrySignal) => clockGuard(input.collector.distribution, signal),
    deployment: deploymentResource(input.environment, input.namespace),
    privacy: privacyProcessors(input),
  };
}

type Shared = ReturnType<typeof sharedComponents>;

function intakeOf(
  signal: TelemetrySignal,
  input: PipelineInput,
  shared: Shared,
  exporters: readonly BackendExporter[],
): readonly Fragment[] {
  const to = forwardIds(exporters.filter(({ exporter }) => exporter.signals.includes(signal)));
  switch (signal) {
    case "traces":
      return tracesIn(shared, spanDerived(input, exporters), sampledTraces(input, to));
    case "metrics":
      return [metricsIn(input, shared, to, spanDerived(input, exporters))];
    case "logs":
      return [logsIn(input, shared, to)];
    default:
      return signal satisfies never;
  }
}

function tracesIn(
  shared: Shared,
  derived: readonly SpanDerived[],
  sampled: ReturnType<typeof sampledTraces>,
): readonly Fragment[] {
  const { senders, limiter, received, deployment, privacy } = shared;
  const clock = shared.clock("traces");
  const noise = noiseFilter();
  const conventions = normaliseSpans();
  const connectors = derived.map(({ connector }) => connector);
  return [
    {
      processors: [...received, ...clock, noise, conventions, ...privacy.records],
      connectors,
      pipelines: [
        {
          signal: "traces",
          name: "in",
          receivers: ids(...senders),
          processors: ids(limiter, ...received, ...clock, noise, deployment, conventions, ...privacy.records),
          exporters: [...ids(...connectors), ...sampled.entrance],
        },
      ],
    },
    sampled.part,
  ];
}

/** Metrics of applications, of what is scraped and of spans are gathered, then redacted and sent as one stream. */
function metricsIn(
  input: PipelineInput,
  shared: Shared,
  to: readonly string[],
  derived: readonly SpanDerived[],
): Fragment {
  const { otlp, limiter, received, books, deployment, privacy } = shared;
  const clock = shared.clock("metrics");
  const { instance } = input.collector;
  const gather = { kind: "forward", name: "metrics", settings: {} } as const;
  const appNoise = appHostMetricsFilter();
  const limit = seriesLimit(input);
  const start = applicationsStart(input.collector.distribution);
  const processors = ids(...clock, deployment, ...privacy.points);
  const self = selfScraper(input.collector.distribution, books, metricsSeconds(input), instance);
  const scrapers: readonly Scraper[] = [...input.sources.map((source) => scraper(source, metricsSeconds(input))), self];
  const ofSpans = spanSeries(derived, { instance, to, gather, processors });
  return {
    receivers: scrapers.map((s) => s.receiver),
    processors: [
      ...received,
      ...clock,
      ...limit,
      appNoise,
      ...start,
      ...ofSpans.place,
      ...scrapers.flatMap((s) => s.processors),
      ...derived.flatMap((one) => one.processors),
    ],
    connectors: [gather],
    pipelines: [
      {
        signal: "metrics",
        name: "apps",
        receivers: ids(otlp),
        processors: ids(limiter, appNoise, ...start),
        exporters: ids(gather),
      },
      ...scrapers.map((s) => ({
        signal: "metrics" as const,
        name: `from-${s.name}`,
        receivers: ids(s.receiver),
        processors: ids(limiter, ...s.processors),
        exporters: ids(gather),
      })),
      ...ofSpans.treated,
      {
        signal: "metrics",
        name: "in",
        receivers: [...ids(gather), ...ofSpans.untreated],
        processors: [...ids(...received), ...processors, ...ids(...limit)],
        exporters: to,
      },
      ...ofSpans.apart,
    ],
  };
}

interface SpanSeriesPlace {
  /** This collector among several; each counts spans for itself, so its series are told apart. */
  readonly instance: PipelineInput["collector"]["instance"];
  /** Where all metrics are sent. */
  readonly to: readonly string[];
  readonly gather: Component;
  /** What all metrics pass through, by id. */
  readonly processors: readonly string[];
}

/**
 * By which pipelines the metrics that are counted from spans are sent: those for every exporter are gathered with the others, by a pipeline of
 * their own where they need processors (`treated`), directly where not (`untreated`); those for some exporters only have a pipeline each (`apart`).
 */
function spanSeries(derived: readonly SpanDerived[], { instance, to, gather, processors }: SpanSeriesPlace) {
  const place = instance === undefined ? [] : instanceLabels(instance);
  const forSome = derived.filter((one) => instance !== undefined || one.to.length < to.length);
  const forAll = derived.filter((one) => !forSome.includes(one));
  return {
    place,
    treated: forAll
      .filter((one) => one.processors.length > 0)
      .map(({ connector, processors: own }) => ({
        signal: "metrics" as const,
        // at most one of a kind: two kinds of histograms lead to some exporters only
        name: `from-${connector.kind}`,
        receivers: ids(connector),
        processors: ids(...own),
        exporters: ids(gather),
      })),
    untreated: ids(...forAll.filter((one) => one.processors.length === 0).map(({ connector }) => connector)),
    apart: forSome.map(({ connector, processors: own, to: some }) => ({
      signal: "metrics" as const,
      name: `in-${componentId(connector).replace("/", "-")}`,
      receivers: ids(connector),
      processors: [...ids(...own, ...place), ...processors],
      exporters: some,
    })),
  };
}

function logsIn(input: PipelineInput, shared: Shared, to: readonly string[]): Fragment {
  const { senders, limiter, received, deployment, privacy } = shared;
  const clock = shared.clock("logs");
  const { containerLogs } = input;
  const containers = containerLogs === undefined ? [] : [dockerLogs(containerLogs)];
  const dedup = logDedup(input);
  return {
    receivers: containers,
    processors: [...received, ...clock, ...privacy.records, ...dedup],
    pipelines: [
      {
        signal: "logs",
        name: "in",
        receivers: ids(...senders, ...containers),
        processors: ids(limiter, ...received, ...clock, deployment, ...privacy.records, ...dedup),
        exporters: to,
      },
    ],
  };
}
