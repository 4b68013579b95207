import { type Event, storedByHoneycomb } from "../honeycomb/events.ts";
import { instanceOf, sentName } from "../recorded/identity.ts";
import type { Measured, Recording } from "../recorded/recording.ts";

/** A row of New Relic's tables Metric and Log: attributes under the names they have there. */
export interface Row {
  /** Milliseconds. */
  readonly timestamp: number;
  readonly [attribute: string]: string | number | readonly Measured[];
}

export interface Tables {
  /** As many rows as spans; `count` says for how many alike one stands here. */
  readonly Span: readonly Row[];
  readonly Metric: readonly Row[];
  readonly Log: readonly Row[];
}

/**
 * A recording as New Relic stores it. Counters and histograms arrive as what was added (the adapter converts to delta), everything
 * else as it is; that a service lives shows in whatever its SDK sends.
 */
export function storedByNewRelic(recording: Recording): Tables {
  return {
    Span: storedByHoneycomb(recording)
      .filter(({ place }) => place === "spans")
      .map(spanRow),
    Metric: recording.reports.map(({ at, metric, attributes, value, delta, measured }) => ({
      ...attributes,
      ...instanceOf(metric.source, attributes),
      timestamp: at * 1000,
      metricName: sentName(metric),
      [sentName(metric)]: metric.kind === "histogram" ? measured : metric.kind === "counter" ? delta : value,
    })),
    Log: recording.logs.map(({ at, service, severity, body, attributes }) => ({
      ...attributes,
      timestamp: at * 1000,
      "deployment.environment.name": "test",
      "service.name": service,
      "severity.number": severity,
      message: body,
    })),
  };
}

/** Both vendors store the same spans, with a few columns under other names. */
function spanRow({ at, weight, columns }: Event): Row {
  const { error, duration_ms, ...same } = columns;
  const kept = Object.entries(same).map(([key, value]) => [key, typeof value === "boolean" ? String(value) : value]);
  return {
    ...Object.fromEntries(kept),
    timestamp: at * 1000,
    count: weight,
    "duration.ms": Number(duration_ms),
    "otel.status_code": error === true ? "ERROR" : "UNSET",
  };
}
