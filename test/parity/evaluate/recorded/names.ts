import { contentOf } from "../../../../dashboards/content.ts";
import { tracedDuration } from "../../../../dashboards/index.ts";
import { metricsOf } from "../../../../dashboards/model/expression.ts";
import { type Metric, prometheusLabel, prometheusName } from "../../../../dashboards/model/metric.ts";
import { SOURCES, type Source } from "../../../../dashboards/model/source.ts";

/** Everything a stack could have, so that every metric of the catalogue is known. */
const EVERYTHING = contentOf({
  environment: "any",
  namespace: "any",
  services: (["http", "worker", "bot", "daemon", "frontend"] as const).map((role) => ({
    name: role,
    role,
    container: role,
    stubStatus: true,
    browser: true,
    injected: true,
    traced: true,
    runtime: role === "frontend" ? "nginx" : "python",
  })),
  stores: ["postgres", "redis", "rabbitmq"],
  sources: Object.keys(SOURCES) as Source[],
  expected: { spans: 100, points: 100, records: 100 },
  redisEvicts: false,
  parkedQueues: [],
  targets: {},
  packs: [],
});

const METRICS: readonly Metric[] = [
  ...new Set([
    // for packs: a rule about a function of one's own
    tracedDuration,
    ...EVERYTHING.alerts.flatMap((alert) => metricsOf(alert.signal.value)),
    ...EVERYTHING.objectives.flatMap(({ valid, good }) => [...metricsOf(valid), ...metricsOf(good)]),
  ]),
];

const BY_NAME = new Map(METRICS.map((metric) => [prometheusName(metric), metric]));

const ATTRIBUTES = new Map(
  [
    ...METRICS.flatMap((metric) => metric.attributes),
    "deployment.environment.name",
    "http.request.method",
    "http.response.status_code",
  ].map((attribute) => [prometheusLabel(attribute), attribute]),
);

/** What a series in Prometheus was before it was stored there. */
export interface Origin {
  readonly metric: Metric;
  /** Which part of a histogram; empty for other metrics. */
  readonly part: "" | "bucket" | "count";
}

/** @throws Error for a name no alert or objective reads: a renamed metric has no case any more */
export function originOf(stored: string): Origin {
  const found = /^(.*)_(bucket|count)$/.exec(stored);
  const histogram = BY_NAME.get(found?.[1] ?? "");
  if (histogram?.kind === "histogram") return { metric: histogram, part: found?.[2] === "bucket" ? "bucket" : "count" };
  const metric = BY_NAME.get(stored);
  if (metric === undefined) throw new Error(`No alert and no objective reads a metric that is stored as ${stored}.`);
  return { metric, part: "" };
}

/** The OpenTelemetry attribute behind a label. */
export function attributeOf(label: string): string {
  const attribute = ATTRIBUTES.get(label);
  if (attribute === undefined) throw new Error(`No metric of the catalogue has an attribute stored as ${label}.`);
  return attribute;
}
