import type { BackendExporter, ExporterProfile } from "./backend-profile.ts";
import type { Duration } from "./component.ts";
import type { Connector, Processor } from "./components.ts";
import { forwardIds } from "./delivery.ts";
import { metricsSeconds, type PipelineInput } from "./input.ts";
import { ottlString } from "./ottl.ts";
import { spansExpire, spansStart } from "./series-start.ts";
import type { Distribution } from "./versions.ts";

const buckets: readonly Duration[] = [
  "5ms",
  "10ms",
  "25ms",
  "50ms",
  "100ms",
  "250ms",
  "500ms",
  "1s",
  "2500ms",
  "5s",
  "10s",
];

/** 160 buckets resolve durations from 1 ms to a minute to 4 %; New Relic keeps as many. */
const exponential = { max_size: 160 };

/** One connector for each: deltas are counted as such, see `spanMetrics`. */
type SpanHistograms = "explicit" | "exponential" | "exponential-cumulative";

/** Whose the span metrics are. Not of one instance or version: without this, every restart of a service would begin a new set of series. */
const owner = ["service.name", "service.namespace", "deployment.environment.name"];

/** What an exporter gets its span-derived metrics as. */
function spanHistograms({ histograms, temporality }: ExporterProfile): SpanHistograms {
  if (histograms !== "exponential") return "explicit";
  return temporality === "delta" ? "exponential" : "exponential-cumulative";
}

/** Rate, errors and duration per operation, from every span, with exemplars that lead to a trace. */
export function spanMetrics(
  flushSeconds: number,
  histograms: SpanHistograms,
  distribution: Distribution,
): Connector<"spanmetrics"> {
  return {
    kind: "spanmetrics",
    ...(histograms === "explicit" ? {} : { name: histograms }),
    why: "Before any sampling: rates derived from sampled spans would be wrong by the sampling factor.",
    settings: {
      namespace: "traces.span.metrics",
      histogram: histograms === "explicit" ? { unit: "s", explicit: { buckets } } : { unit: "s", exponential },
      dimensions: [
        { name: "http.route" },
        { name: "http.request.method" },
        { name: "http.response.status_code" },
        { name: "messaging.system" },
        { name: "messaging.destination.name" },
        { name: "db.system.name" },
        { name: "span.root" },
        // of a visitor's browser, which nobody believes: its spans have the service of the page's nginx
        { name: "telemetry.source" },
      ],
      exclude_dimensions: ["collector.instance.id"],
      resource_metrics_key_attributes: owner,
      exemplars: { enabled: true, max_per_data_point: 5 },
      metrics_flush_interval: `${flushSeconds}s`,
      metrics_expiration: spansExpire(distribution),
      aggregation_cardinality_limit: 5000,
      // never converted later: a change of scale then gave exponential histograms a hundred thousand buckets (0.145, measured)
      aggregation_temporality:
        histograms === "exponential" ? "AGGREGATION_TEMPORALITY_DELTA" : "AGGREGATION_TEMPORALITY_CUMULATIVE",
    },
  };
}

/**
 * Leaves span metrics the attributes of their owner. The connector keeps the whole resource of the first span that it counted for an owner, so every
 * later instance, version or browser of the service would be shown under the first one's.
 */
function ownerOfSpanMetrics(): Processor<"transform"> {
  return {
    kind: "transform",
    name: "span-metrics",
    settings: {
      error_mode: "ignore",
      metric_statements: [
        {
          context: "resource",
          statements: [`keep_keys(resource.attributes, [${owner.map(ottlString).join(", ")}])`],
        },
      ],
    },
  };
}

/** Who calls whom. Databases and brokers send no spans; their nodes come from the attributes of the caller's span. */
function serviceGraph(flushSeconds: number): Connector<"servicegraph"> {
  return {
    kind: "servicegraph",
    settings: {
      latency_histogram_buckets: buckets,
      // SDKs send every 5 s: the two sides of a call may arrive that far apart
      store: { ttl: "10s", max_items: 10_000 },
      virtual_node_peer_attributes: ["peer.service", "db.system.name", "db.system", "messaging.system"],
      database_name_attributes: ["db.system.name", "db.system"],
      metrics_flush_interval: `${flushSeconds}s`,
    },
  };
}

/** A connector that derives metrics from spans, what its metrics go through first, and the connectors to the exporters that get them. */
export interface SpanDerived {
  readonly connector: Connector;
  readonly processors: readonly Processor[];
  readonly to: readonly string[];
}

/** One service graph, and span metrics once for each kind of histogram that a backend takes. Nothing without a backend for metrics. */
export function spanDerived(input: PipelineInput, exporters: readonly BackendExporter[]): readonly SpanDerived[] {
  if (!exporters.some(({ exporter }) => exporter.signals.includes("traces"))) return [];
  const flush = input.redFlushSeconds ?? metricsSeconds(input);
  const receiving = exporters.filter(({ exporter }) => exporter.signals.includes("metrics"));
  if (receiving.length === 0) return [];
  const { distribution } = input.collector;
  const start = spansStart(distribution, flush);
  const byHistogram = Map.groupBy(receiving, ({ exporter }) => spanHistograms(exporter));
  return [
    ...[...byHistogram].map(([kind, some]) => ({
      connector: spanMetrics(flush, kind, distribution),
      processors: [ownerOfSpanMetrics(), ...start],
      to: forwardIds(some),
    })),
    { connector: serviceGraph(flush), processors: start, to: forwardIds(receiving) },
  ];
}
