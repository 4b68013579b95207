import type { BackendQuery } from "../../../../vendors/query.ts";
import { list, object, text } from "../../../../verify/json.ts";
import { parseMetrics } from "../../../support/collector-metrics.ts";
import { type FakeServer, type Reply, serve } from "./server.ts";

/** What a backend of kind `jaeger` holds. The bodies are recorded answers of the real programs, see recordings/README.md. */
export interface Held {
  /** Service -> answer of Jaeger's `GET /api/v3/traces`. */
  readonly traces: Readonly<Record<string, unknown>>;
  /** Series of Prometheus: name, job, and when the last sample came (ISO 8601). */
  readonly series: readonly { readonly name: string; readonly job: string; readonly at: string }[];
  /** The collector's own metrics, scrape by scrape: answers of its metrics address. Default: none. */
  readonly scrapes?: readonly { readonly at: string; readonly text: string }[];
  /** Service -> answer of Loki's `GET /loki/api/v1/query_range`. */
  readonly logs: Readonly<Record<string, unknown>>;
}

export interface FakeBackend {
  readonly query: Extract<BackendQuery, { kind: "jaeger" }>;
  /** The same records in a Loki. */
  readonly loki: string;
  readonly servers: readonly FakeServer[];
  close(): Promise<void>;
}

/** Jaeger, Prometheus, VictoriaLogs and Loki as strict servers: they refuse what the real ones refuse and know no other queries than ours. */
export async function fakeJaegerBackend(held: Held): Promise<FakeBackend> {
  const servers = await Promise.all([
    serve(jaeger(held)),
    serve(prometheus(held)),
    serve(victorialogs(held)),
    serve(loki(held)),
  ]);
  const [traces, metrics, logs, others] = servers;
  return {
    query: { kind: "jaeger", jaeger: traces.url, prometheus: metrics.url, victorialogs: logs.url },
    loki: others.url,
    servers,
    async close() {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

function jaeger({ traces }: Held): (method: string, url: URL) => Reply | undefined {
  const failure = (httpCode: number, message: string): Reply => ({
    status: httpCode,
    body: { error: { httpCode, message } },
  });
  const nothing = failure(404, "No traces found");
  return (method, url) => {
    if (method !== "GET") return undefined;
    if (url.pathname === "/") return { status: 200, body: "<title>Jaeger UI</title>" };
    const [, id] = /^\/api\/v3\/traces\/([0-9a-f]{32})$/.exec(url.pathname) ?? [];
    if (id !== undefined) {
      const holder = Object.values(traces).find((body) => JSON.stringify(body).includes(id));
      return holder === undefined
        ? nothing
        : { status: 200, body: onlySpans(holder, (span) => text(span.traceId) === id) };
    }
    if (url.pathname !== "/api/v3/traces") return undefined;
    const min = url.searchParams.get("query.start_time_min");
    const max = url.searchParams.get("query.start_time_max");
    if (min === null || max === null) {
      return failure(400, "query.start_time_min and query.start_time_max are required");
    }
    if (!/^\d+$/.test(url.searchParams.get("query.num_traces") ?? ""))
      return failure(400, "malformed parameter query.num_traces");
    const body = traces[url.searchParams.get("query.service_name") ?? ""];
    const within = onlySpans(body, (span) => {
      const start = Number(text(span.startTimeUnixNano).slice(0, -6));
      return start >= Date.parse(min) && start <= Date.parse(max);
    });
    return list(object(object(within).result).resourceSpans).length === 0 ? nothing : { status: 200, body: within };
  };
}

/** The same answer with fewer spans; empty scopes and resources go. */
export function onlySpans(body: unknown, keep: (span: Readonly<Record<string, unknown>>) => boolean): unknown {
  const resources = list(object(object(body).result).resourceSpans).map((resource) => ({
    ...object(resource),
    scopeSpans: list(object(resource).scopeSpans)
      .map((scope) => ({ ...object(scope), spans: list(object(scope).spans).filter((span) => keep(object(span))) }))
      .filter(({ spans }) => spans.length > 0),
  }));
  return { result: { resourceSpans: resources.filter(({ scopeSpans }) => scopeSpans.length > 0) } };
}

/** Raw samples of a range, as Prometheus stores what came by OTLP: counters end with `_total`, and every series says whose it is. */
function samplesOf(scrapes: Held["scrapes"] = [], seconds: number): unknown {
  const result = scrapes.flatMap(({ at, text: scrape }) =>
    Date.parse(at) < Date.now() - seconds * 1000
      ? []
      : parseMetrics(scrape).map(({ name, labels, value }) => ({
          metric: {
            ...labels,
            __name__: /queue_size|held_spans/.test(name) ? name : `${name}_total`,
            job: "game-scheduler/collector",
            deployment_environment_name: "dev",
          },
          values: [[Date.parse(at) / 1000, `${value}`]],
        })),
  );
  return { status: "success", data: { resultType: "matrix", result } };
}

function prometheus({ series, scrapes }: Held): (method: string, url: URL) => Reply | undefined {
  const shape = /^count by \(__name__\) \(last_over_time\(\{(.+)\}\[(\d+)s\]\)\)$/;
  return (method, url) => {
    if (method !== "GET" || url.pathname !== "/api/v1/query") return undefined;
    const [, range] =
      /^\{__name__=~"otelcol_.+"(?:,deployment_environment_name="dev")?\}\[(\d+)s\]$/.exec(
        url.searchParams.get("query") ?? "",
      ) ?? [];
    if (range !== undefined) return { status: 200, body: samplesOf(scrapes, Number(range)) };
    const [, matchers, seconds] = shape.exec(url.searchParams.get("query") ?? "") ?? [];
    const now = Number(url.searchParams.get("time") ?? Number.NaN);
    if (matchers === undefined || Number.isNaN(now)) {
      return { status: 400, body: { status: "error", errorType: "bad_data", error: "invalid parameter" } };
    }
    const tests = [...matchers.matchAll(/(\w+)(=~|!~)"((?:[^"\\]|\\.)*)"/g)].map(([, label, operator, pattern]) => {
      const expression = new RegExp(`^(?:${pattern})$`);
      return (one: Held["series"][number]) =>
        expression.test(label === "job" ? one.job : one.name) === (operator === "=~");
    });
    const hits = series.filter(
      (one) => tests.every((test) => test(one)) && Date.parse(one.at) / 1000 > now - Number(seconds),
    );
    const counts = Map.groupBy(hits, ({ name }) => name);
    const result = [...counts].map(([name, all]) => ({ metric: { __name__: name }, value: [now, `${all.length}`] }));
    return { status: 200, body: { status: "success", data: { resultType: "vector", result } } };
  };
}

function victorialogs({ logs }: Held): (method: string, url: URL) => Reply | undefined {
  return (method, url) => {
    const query = url.searchParams.get("query") ?? "";
    const [from, to] = ["start", "end"].map((key) => Date.parse(url.searchParams.get(key) ?? ""));
    const [, service = "", traced, rest] =
      /^"service\.name":="(\w+)"( trace_id:~"\^\[0-9a-f\]\{32\}\$")? \| (fields _time, trace_id|stats count\(\) as value)$/.exec(
        query,
      ) ?? [];
    if (method !== "GET" || from === undefined || to === undefined) return undefined;
    if (rest === undefined) return { status: 400, body: `cannot parse \`query\` arg [${query}]` };
    const records = list(object(object(logs[service]).data).result)
      .map(object)
      .flatMap(({ stream, values }) =>
        list(values).map((value) => ({
          id: text(object(stream).trace_id),
          at: Number(text(list(value)[0]).slice(0, -6)),
        })),
      )
      .filter(({ id, at }) => at >= from && at < to && (traced === undefined || id !== ""));
    if (url.pathname === "/select/logsql/stats_query") {
      const result = [{ metric: { __name__: "value" }, value: [to / 1000, `${records.length}`] }];
      return { status: 200, body: { status: "success", data: { resultType: "vector", result } } };
    }
    if (url.pathname !== "/select/logsql/query") return undefined;
    const rows = records.map(({ id, at }) =>
      JSON.stringify({ _time: new Date(at).toISOString(), ...(id !== "" && { trace_id: id }) }),
    );
    return { status: 200, body: rows.join("\n") };
  };
}

function loki(held: Held): (method: string, url: URL) => Reply | undefined {
  const { logs } = held;
  return (method, url) => {
    if (method === "GET" && url.pathname === "/loki/api/v1/query") return lokiCount(held, url);
    if (method !== "GET" || url.pathname !== "/loki/api/v1/query_range") return undefined;
    const [, service, filter] =
      /^\{service_name="(\w+)"\}( \| trace_id != "")?$/.exec(url.searchParams.get("query") ?? "") ?? [];
    if (service === undefined) return { status: 400, body: "parse error : syntax error: unexpected IDENTIFIER" };
    const start = BigInt(url.searchParams.get("start") ?? "");
    const end = BigInt(url.searchParams.get("end") ?? "");
    const streams = list(object(object(logs[service]).data).result)
      .map(object)
      .filter((stream) => filter === undefined || text(object(stream.stream).trace_id) !== "")
      .map((stream) => ({
        ...stream,
        values: list(stream.values).filter((value) => {
          const at = BigInt(text(list(value)[0]));
          return at >= start && at < end;
        }),
      }))
      .filter(({ values }) => values.length > 0);
    return { status: 200, body: { status: "success", data: { resultType: "streams", result: streams, stats: {} } } };
  };
}

/** How many records a service wrote within a range that ends at `time`. */
function lokiCount({ logs }: Held, url: URL): Reply {
  const query = url.searchParams.get("query") ?? "";
  const [, service = "", seconds] = /^sum\(count_over_time\(\{service_name="(\w+)"\}\[(\d+)s\]\)\)$/.exec(query) ?? [];
  if (seconds === undefined) return { status: 400, body: "parse error : syntax error: unexpected IDENTIFIER" };
  const end = BigInt(url.searchParams.get("time") ?? "");
  const values = list(object(object(logs[service]).data).result).flatMap((stream) => list(object(stream).values));
  const within = values.filter((value) => {
    const at = BigInt(text(list(value)[0]));
    return at > end - BigInt(seconds) * 1_000_000_000n && at <= end;
  });
  const result = within.length === 0 ? [] : [{ metric: {}, value: [Number(end / 1_000_000_000n), `${within.length}`] }];
  return { status: 200, body: { status: "success", data: { resultType: "vector", result, stats: {} } } };
}
