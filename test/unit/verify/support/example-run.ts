import { INFRASTRUCTURE } from "../../../../verify/infrastructure.ts";
import { list, object, text } from "../../../../verify/json.ts";
import { spansOfOtlp } from "../../../../verify/otlp-traces.ts";
import type { StoredPoint, Telemetry } from "../../../support/fakes/telemetry.ts";
import { recorded, since } from "./recordings.ts";

/** The services that send metrics in the recorded run. */
const senders = ["api", "bot", "notification", "status"];

/** The recorded run of the example application as a vendor would hold it: spans and log records as they were, metrics by their OpenTelemetry names. */
export function exampleRun(): Telemetry {
  const spans = Object.values(recorded.traces).flatMap((body) => spansOfOtlp(object(body).result));
  const once = new Map(spans.map((span) => [`${span.traceId}:${span.spanId}`, span]));
  const at = new Date(since.getTime() + 20_000);
  const points = [
    ...INFRASTRUCTURE.flatMap(({ metrics }) => metrics.map((metric): StoredPoint => ({ metric, at }))),
    ...senders.flatMap((service): StoredPoint[] => [
      { metric: "process.runtime.cpython.memory", service, at },
      { metric: "http.client.request.duration", service, at, histogram: true },
      // Made of its spans in the collector: these do not show that the service sends metrics.
      { metric: "traces.span.metrics.calls", service, at },
      { metric: "traces.span.metrics.duration", service, at, histogram: true },
    ]),
  ];
  return { spans: [...once.values()], logs: [...senders, "frontend"].flatMap(logsOf), points };
}

function logsOf(service: string): Telemetry["logs"] {
  const streams = list(object(object(recorded.logs[service]).data).result).map(object);
  return streams.flatMap((stream) => {
    const traceId = text(object(stream.stream).trace_id);
    return list(stream.values).map((value) => ({
      service,
      at: new Date(Number(text(list(value)[0]).slice(0, -6))),
      ...(traceId === "" ? {} : { traceId }),
    }));
  });
}

/** The same without what one service sent in one signal. */
export function without(run: Telemetry, service: string, signal: keyof Telemetry): Telemetry {
  return { ...run, [signal]: run[signal].filter((one) => one.service !== service) };
}
