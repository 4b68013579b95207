import type { Metric } from "../../../../../dashboards/model/metric.ts";
import type { Measured, Recording } from "../recorded/recording.ts";

/** A row of New Relic's tables Metric and Log: attributes under the names they have there. */
export interface Row {
  /** Milliseconds. */
  readonly timestamp: number;
  readonly [attribute: string]: string | number | readonly Measured[];
}

export interface Tables {
  readonly Metric: readonly Row[];
  readonly Log: readonly Row[];
}

/**
 * A recording as New Relic stores it. Counters and histograms arrive as what was added (the adapter converts to delta), everything
 * else as it is; that a service lives shows in whatever its SDK sends.
 */
export function storedByNewRelic(recording: Recording): {
  readonly Metric: readonly Row[];
  readonly Log: readonly Row[];
} {
  return {
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

/** Only Prometheus makes a metric of a service's identity; elsewhere any metric of its SDK shows that it lives. */
export function sentName({ source, name }: Metric): string {
  return source === "presence" ? "process.cpu.time" : name;
}

/** What an SDK itself sends names its instance; what the collector counts from spans does not. */
export function instanceOf(
  source: string,
  attributes: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const service = attributes["service.name"];
  const fromApplication = source === "presence" || source.startsWith("sdk:") || source.startsWith("instrumentation:");
  return fromApplication && service !== undefined ? { "service.instance.id": `${service}-1` } : {};
}
