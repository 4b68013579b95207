import type { Telemetry } from "../../../support/fakes/telemetry.ts";
import { type FakeServer, type Reply, serve } from "./server.ts";

/** Tempo over `spans`: search, traces by id, and TraceQL metrics unless they are switched off. It knows no other TraceQL than ours. */
export function fakeTempo({ spans }: Pick<Telemetry, "spans">, { metrics = true } = {}): Promise<FakeServer> {
  const asked = (url: URL, shape: RegExp): { readonly own: typeof spans; readonly limit: number } | undefined => {
    const [, service] = shape.exec(url.searchParams.get("q") ?? "") ?? [];
    const range = ["start", "end"].map((name) => Number(url.searchParams.get(name) ?? "x") * 1000);
    const [from = Number.NaN, to = Number.NaN] = range;
    if (service === undefined || Number.isNaN(from + to)) return undefined;
    const own = spans.filter(
      (one) => one.service === service && one.start.getTime() >= from && one.start.getTime() < to,
    );
    return { own, limit: Number(url.searchParams.get("limit") ?? 20) };
  };
  const bad: Reply = { status: 400, body: "invalid TraceQL query" };
  return serve((_, url) => {
    const [, id] = /^\/api\/v2\/traces\/([0-9a-f]{32})$/.exec(url.pathname) ?? [];
    if (id !== undefined) {
      const own = spans.filter(({ traceId }) => traceId === id);
      return own.length === 0 ? undefined : { status: 200, body: { trace: { resourceSpans: own.map(resourceSpan) } } };
    }
    if (url.pathname === "/api/search") {
      const found = asked(url, /^\{ resource\.service\.name = "(\w+)" \}$/);
      if (found === undefined) return bad;
      const ids = [...new Set(found.own.map(({ traceId }) => traceId.replace(/^0+/, "")))].slice(0, found.limit);
      return { status: 200, body: { traces: ids.map((traceID) => ({ traceID })), metrics: {} } };
    }
    if (url.pathname === "/api/metrics/query" && metrics) {
      const found = asked(url, /^\{ resource\.service\.name = "(\w+)" \} \| count_over_time\(\)$/);
      if (found === undefined) return bad;
      const series = found.own.length === 0 ? [] : [{ labels: [], promLabels: "{}", value: found.own.length }];
      return { status: 200, body: { series, metrics: {} } };
    }
    return undefined;
  });
}

function resourceSpan(span: Telemetry["spans"][number]) {
  const attributes = (given: Readonly<Record<string, string>>) =>
    Object.entries(given).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const { traceId, spanId, parentId, links = [], name, kind, start } = span;
  const own = {
    traceId,
    spanId,
    parentSpanId: parentId ?? "",
    links,
    name,
    kind: `SPAN_KIND_${kind.toUpperCase()}`,
    startTimeUnixNano: `${start.getTime()}000000`,
    attributes: attributes(span.attributes),
  };
  return { resource: { attributes: attributes({ "service.name": span.service }) }, scopeSpans: [{ spans: [own] }] };
}
