import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { FetchInstrumentation } from "@opentelemetry/instrumentation-fetch";
import { XMLHttpRequestInstrumentation } from "@opentelemetry/instrumentation-xml-http-request";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, WebTracerProvider } from "@opentelemetry/sdk-trace-web";
import { type MetricType, onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals";
import { Records } from "./records.ts";

const INTAKE = "/otel/v1";
const OWN_REQUESTS = [/\/otel\/v1\//];

interface Running {
  readonly provider: WebTracerProvider;
  readonly stop: readonly (() => void)[];
}

let running: Running | undefined;
let measured = false;

/** Begins to measure and send. A second call does nothing. `page` is the traceparent of the request that brought the page, or empty. */
export function start(page: string): void {
  if (running !== undefined) return;
  const resource = describeBrowser();
  const provider = new WebTracerProvider({
    resource: resourceFromAttributes(resource),
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url: `${INTAKE}/traces` }), {
        scheduledDelayMillis: 2000,
        maxExportBatchSize: 32,
        maxQueueSize: 256,
      }),
    ],
    spanLimits: { attributeCountLimit: 32, attributeValueLengthLimit: 1024, eventCountLimit: 0 },
  });
  // Adds traceparent to requests of the same origin only, which is both instrumentations' default.
  provider.register();
  const options = { ignoreUrls: OWN_REQUESTS, ignoreNetworkEvents: true, semconvStabilityOptIn: "http" } as const;
  const requests = [new FetchInstrumentation(options), new XMLHttpRequestInstrumentation(options)];
  for (const each of requests) {
    each.setTracerProvider(provider);
    each.enable();
  }
  const tracer = provider.getTracer("browser");
  const records = new Records(`${INTAKE}/logs`, resource);
  const load = pageLoad(tracer, page);
  const errors = watchErrors(records, load.span);
  running = { provider, stop: [errors, () => records.stop(), ...requests.map((each) => () => each.disable())] };
  // The library observes a page once; after a withdrawal there is nothing new to report.
  if (!measured) watchVitals(tracer, load.context);
  measured = true;
  addEventListener("visibilitychange", flush);
}

/** Ends both; what was measured and not yet sent is thrown away. */
export function stop(): void {
  if (running === undefined) return;
  for (const each of running.stop) each();
  removeEventListener("visibilitychange", flush);
  running = undefined;
}

function flush(): void {
  if (document.visibilityState === "hidden") void running?.provider.forceFlush();
}

/** Low-entropy facts only: no user agent string, no screen size. */
function describeBrowser(): Record<string, string | boolean> {
  const data = (
    navigator as { userAgentData?: { brands: { brand: string; version: string }[]; mobile: boolean; platform: string } }
  ).userAgentData;
  const brands = data?.brands.filter(({ brand }) => !/not.?a.?brand/i.test(brand)) ?? [];
  const brand = brands.find(({ brand }) => brand !== "Chromium") ?? brands[0];
  return {
    "browser.language": navigator.language,
    ...(data && { "browser.mobile": data.mobile, "browser.platform": data.platform }),
    ...(brand && { "browser.brands": `${brand.brand} ${brand.version}` }),
  };
}

/** The span of the page's load, below the request that brought it where that was this load's own; and one of fetching the document. */
function pageLoad(tracer: Tracer, page: string): { readonly span: Span; readonly context: Context } {
  const [timing] = performance.getEntriesByType("navigation");
  const at = (ms: number): number => performance.timeOrigin + ms;
  // From a cache the page brings the ids of somebody's earlier visit.
  const fresh = timing !== undefined && timing.transferSize > 0;
  const [, traceId = "", spanId = ""] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(page) ?? [];
  const parent =
    fresh && traceId !== ""
      ? trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true })
      : ROOT_CONTEXT;
  const attributes = { "url.path": location.pathname, "browser.navigation": timing?.type ?? "navigate" };
  const span = tracer.startSpan("page load", { startTime: at(0), attributes }, parent);
  const context = trace.setSpan(ROOT_CONTEXT, span);
  const done = (): void => {
    const end = timing?.loadEventEnd || performance.now();
    if (timing !== undefined)
      tracer.startSpan("page fetch", { startTime: at(timing.fetchStart) }, context).end(at(timing.responseEnd));
    span.end(at(end));
  };
  if (document.readyState === "complete") done();
  else addEventListener("load", () => setTimeout(done), { once: true });
  return { span, context };
}

/** A vital is a span as long as its value, so that every backend has percentiles of it; a layout shift of 0.1 is one of 100 ms. */
function watchVitals(tracer: Tracer, context: Context): void {
  const report = ({ name, value, rating }: MetricType): void => {
    if (running === undefined) return;
    const milliseconds = name === "CLS" ? value * 1000 : value;
    const attributes = {
      "web_vital.name": name,
      "web_vital.value": value,
      "web_vital.rating": rating,
      "url.path": location.pathname,
    };
    tracer
      .startSpan(`web vital ${name}`, { startTime: performance.timeOrigin, attributes }, context)
      .end(performance.timeOrigin + milliseconds);
    // Most vitals are final only when the page is left.
    void running.provider.forceFlush();
  };
  for (const observe of [onCLS, onFCP, onINP, onLCP, onTTFB]) observe(report);
}

function watchErrors(records: Records, page: Span): () => void {
  const { traceId, spanId } = page.spanContext();
  const report = (error: unknown, where: Record<string, string | number>): void => {
    const thrown = error instanceof Error ? error : undefined;
    records.add({
      body: thrown?.message ?? String(error),
      ids: { traceId, spanId },
      attributes: {
        "exception.type": thrown?.name ?? typeof error,
        "exception.message": thrown?.message ?? String(error),
        ...(thrown?.stack !== undefined && { "exception.stacktrace": thrown.stack }),
        "url.path": location.pathname,
        ...where,
      },
    });
    page.setStatus({ code: SpanStatusCode.ERROR });
  };
  const onError = ({ error, message, filename, lineno, colno }: ErrorEvent): void =>
    report(error ?? message, {
      "code.file.path": filename,
      "code.line.number": lineno,
      "code.column.number": colno,
    });
  const onRejection = ({ reason }: PromiseRejectionEvent): void => report(reason, positionIn(reason));
  addEventListener("error", onError);
  addEventListener("unhandledrejection", onRejection);
  return () => {
    removeEventListener("error", onError);
    removeEventListener("unhandledrejection", onRejection);
  };
}

/** File, line and column of the first frame of a stack, as Chromium, Firefox and Safari write them. */
function positionIn(reason: unknown): Record<string, string | number> {
  const [, file, line, column] =
    /(https?:\/\/[^\s()]+?):(\d+):(\d+)/.exec(reason instanceof Error ? (reason.stack ?? "") : "") ?? [];
  return file === undefined
    ? {}
    : { "code.file.path": file, "code.line.number": Number(line), "code.column.number": Number(column) };
}
