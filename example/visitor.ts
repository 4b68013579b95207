import { randomBytes } from "node:crypto";

/** A request as a page's script makes it, and what that script then reports of it (`instrumentation/browser`). */
export interface Visit {
  /** Of the request: its place in the visitor's trace. */
  readonly headers: Readonly<Record<string, string>>;
  /** For `/otel/v1/traces` of the same origin, once the request is answered. */
  readonly report: (status: number) => Readonly<Record<string, unknown>>;
}

/** A visitor's request, begun now. */
export function visit(method: string, url: URL): Visit {
  const [traceId, spanId, begun] = [randomBytes(16).toString("hex"), randomBytes(8).toString("hex"), Date.now()];
  const texts = { "http.request.method": method, "url.full": url.href };
  return {
    headers: { traceparent: `00-${traceId}-${spanId}-01` },
    report: (status) => {
      const attributes = [
        ...Object.entries(texts).map(([key, stringValue]) => ({ key, value: { stringValue } })),
        { key: "http.response.status_code", value: { intValue: status } },
      ];
      const times = { startTimeUnixNano: `${begun}000000`, endTimeUnixNano: `${Date.now()}000000` };
      const span = { traceId, spanId, flags: 1, name: method, kind: 3, ...times, attributes };
      const browser = { key: "browser.language", value: { stringValue: "en" } };
      return {
        resourceSpans: [
          { resource: { attributes: [browser] }, scopeSpans: [{ scope: { name: "drive" }, spans: [span] }] },
        ],
      };
    },
  };
}
