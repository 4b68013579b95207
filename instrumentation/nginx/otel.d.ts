/** For tests: what njs shows of a request, as far as it is looked at. */
interface NginxRequest {
  readonly method: string;
  readonly headersIn: Readonly<Record<string, string>>;
  readonly variables: Record<string, string>;
  warn(text: string): void;
}

declare const otel: Readonly<
  Record<
    "ids" | "traceparent" | "page" | "traceId" | "spanId" | "acceptEncoding" | "request" | "span",
    (r: NginxRequest) => string
  >
> &
  Readonly<Record<"send" | "sendSlowly", () => Promise<void>>>;
export default otel;
