import { indexSpans, type SpanIndex } from "../../../../verify/evidence.ts";
import type { Span } from "../../../../verify/query.ts";

let serial = 0;

/** A span with what matters to a test; everything else is filled in. */
export function span(given: Partial<Omit<Span, "parentId">> & { readonly below?: Span } = {}): Span {
  const { below, ...fields } = given;
  serial += 1;
  return {
    traceId: below?.traceId ?? serial.toString(16).padStart(32, "0"),
    spanId: serial.toString(16).padStart(16, "0"),
    links: [],
    service: below?.service ?? "api",
    name: "work",
    kind: "internal",
    start: new Date("2026-01-01T00:00:10Z"),
    attributes: {},
    ...(below === undefined ? {} : { parentId: below.spanId }),
    ...fields,
  };
}

export function index(...spans: readonly Span[]): SpanIndex {
  return indexSpans(spans);
}

export const sql = (below: Span, text = "SELECT games.id FROM games WHERE games.id = $1::UUID"): Span =>
  span({
    below,
    kind: "client",
    name: "SELECT",
    attributes: { "db.system.name": "postgresql", "db.query.text": text },
  });

export const redis = (below: Span): Span =>
  span({ below, kind: "client", name: "GET", attributes: { "db.system.name": "redis", "db.query.text": "GET ?" } });

export const publish = (service: string, below?: Span): Span =>
  span({
    service,
    kind: "producer",
    name: "games,created send",
    attributes: { "messaging.system": "rabbitmq" },
    ...(below && { below }),
  });

export const consume = (service: string, given: Partial<Span> & { below?: Span } = {}): Span =>
  span({ kind: "consumer", name: "games receive", attributes: { "messaging.system": "rabbitmq" }, ...given, service });

export const httpCall = (service: string, below?: Span): Span =>
  span({
    service,
    kind: "client",
    name: "POST",
    attributes: { "http.request.method": "POST" },
    ...(below && { below }),
  });
