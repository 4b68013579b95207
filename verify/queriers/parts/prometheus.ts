import { type Access, at, getJson } from "../../http.ts";
import { type Json, list, object, text } from "../../json.ts";
import { LEDGER_LABELS, LEDGER_METRICS, type Reading, type Sample } from "../../ledger/reading.ts";
import { metricsOf } from "../../metric-names.ts";
import type { Querier } from "../../query.ts";
import { workIn, workQuery } from "./work.ts";

/**
 * Metrics computed in the collector out of a service's spans, or added by the OTLP receiver: they carry the service's name
 * but do not show that the service itself sends metrics (they go on while its metric exporter is dead).
 */
const NOT_FROM_THE_SERVICE = "traces_.*|target_info";

/** Metrics out of any Prometheus HTTP API that received them by OTLP (job = service.namespace/service.name). */
export function prometheusMetrics(
  prometheus: string,
  access: Access = {},
): Pick<
  Querier,
  | "serviceMetrics"
  | "presentMetrics"
  | "countMetrics"
  | "countPoints"
  | "collectorReadings"
  | "serviceReadings"
  | "work"
> {
  const namesWithData = async (selector: string, from: Date, to: Date): Promise<string[]> => {
    const seconds = Math.max(1, Math.ceil((to.getTime() - from.getTime()) / 1000));
    // A range selector sees samples of this window only; a plain one would also show what is up to five minutes older.
    const query = `count by (__name__) (last_over_time(${selector}[${seconds}s]))`;
    const answer = await getJson(at(prometheus, "/api/v1/query", { query, time: String(to.getTime() / 1000) }), access);
    return list(object(object(answer).data).result)
      .map((series) => text(object(object(series).metric).__name__))
      .sort();
  };
  const samples = (names: string, environment: string | undefined, since: Date): Promise<unknown> => {
    const scope = environment === undefined ? "" : `,deployment_environment_name=${JSON.stringify(environment)}`;
    const seconds = Math.max(1, Math.ceil((Date.now() - since.getTime()) / 1000));
    return getJson(at(prometheus, "/api/v1/query", { query: `{__name__=~"${names}"${scope}}[${seconds}s]` }), access);
  };
  const ownMetrics = (service: string, from: Date, to: Date): Promise<string[]> =>
    namesWithData(`{job=~"(.+/)?${service}",__name__!~"${NOT_FROM_THE_SERVICE}"}`, from, to);
  return {
    serviceMetrics: ({ service, since }) => ownMetrics(service, since, new Date()),
    async presentMetrics({ names, since }) {
      const patterns = names.map((name) => ({ name, pattern: prometheusPattern(name) }));
      const any = `{__name__=~"${patterns.map(({ pattern }) => pattern).join("|")}"}`;
      const stored = await namesWithData(any, since, new Date());
      return patterns
        .filter(({ pattern }) => stored.some((name) => new RegExp(`^(?:${pattern})$`).test(name)))
        .map(({ name }) => name);
    },
    async countMetrics({ service, window }) {
      return { count: metricsOf(await ownMetrics(service, window.from, window.to), "_").size };
    },
    async work({ environment, since }) {
      // a reading from before, to count from
      const seconds = Math.max(1, Math.ceil((Date.now() - since.getTime()) / 1000)) + 60;
      const query = workQuery(environment, seconds);
      return workIn(await getJson(at(prometheus, "/api/v1/query", { query }), access), since);
    },
    async countPoints({ from, to }) {
      const counts = new Map<string, number>();
      // minute by minute, and sample by sample: PromQL's own count forgets a series' name, and then refuses two that differ in nothing else
      for (let minute = from.getTime(); minute < to.getTime(); minute += 60_000) {
        // the beginning of a range does not belong to it and its end does: a millisecond earlier, it is the other way round
        const time = String((minute + 59_999) / 1000);
        const answer = await getJson(at(prometheus, "/api/v1/query", { query: `${POINTS}[60s]`, time }), access);
        for (const { metric, values, histograms } of list(object(object(answer).data).result).map(object)) {
          const service = serviceOf(object(metric));
          counts.set(service, (counts.get(service) ?? 0) + list(values).length + list(histograms).length);
        }
      }
      return counts;
    },
    async collectorReadings({ environment, since }) {
      return readingsIn(await samples(`${LEDGER_METRICS}(_total)?`, environment, since), "collector");
    },
    async serviceReadings({ environment, since }) {
      return readingsIn(await samples("telemetry_made_items", environment, since), "service");
    },
  };
}

/** One sample a point: of the series that a histogram or a summary becomes only the count, none that is made of a resource, and none that rules write. */
const POINTS = '{__name__=~".+",__name__!~"target_info|otel_scope_info|.+_bucket|.+_sum|ALERTS.*|.+:.+",quantile=""}';

/** Of the resource that a series is of: its job is `service.namespace/service.name`. */
const serviceOf = ({ job }: Json): string => text(job ?? "").replace(/^.*\//, "");

/** Samples of one scrape carry its time. @param whose of a service, every sample names it; the collector counts several */
function readingsIn(answer: unknown, whose: "collector" | "service"): readonly Reading[] {
  const samples = list(object(object(answer).data).result).flatMap((series) => {
    const { __name__: name, ...labels } = object(object(series).metric);
    const own = LEDGER_LABELS.flatMap((label) => (label in labels ? [[label, text(labels[label])]] : []));
    const of = Object.fromEntries([...(whose === "service" ? [["service", serviceOf(labels)]] : []), ...own]);
    const collector = text(labels.instance ?? "");
    return list(object(series).values).map((point): Sample & { at: number; collector: string } => {
      const [at, value] = list(point);
      return {
        at: Number(at) * 1000,
        collector,
        name: text(name).replace(/_total$/, ""),
        labels: of,
        value: Number(value),
      };
    });
  });
  const scrapes = [...Map.groupBy(samples, ({ at, collector }) => `${at} ${collector}`).values()].flatMap((all) => {
    const [first] = all;
    if (first === undefined) return [];
    const { at, collector } = first;
    return [{ at: new Date(at), collector, samples: all.map(({ at: _, collector: __, ...sample }) => sample) }];
  });
  return scrapes.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

/** An OpenTelemetry name as Prometheus may store it: dots become underscores; unit and `_total` may follow. */
export function prometheusPattern(name: string): string {
  return `${name.replaceAll(/[^a-zA-Z0-9_]/g, "_")}(_[a-z]+)*`;
}
