import { isNumeric } from "../../../../dashboards/model/attribute.ts";
import { instanceOf, sentName } from "../recorded/identity.ts";
import type { Attributes, Measured, Recording } from "../recorded/recording.ts";
import type { Distribution } from "./metric-types.ts";

/** A row of New Relic's tables Metric and Log: attributes under the names they have there. */
export interface Row {
  /** Milliseconds. */
  readonly timestamp: number;
  readonly [attribute: string]: string | number | readonly Measured[] | Distribution;
}

export interface Tables {
  readonly Metric: readonly Row[];
  readonly Log: readonly Row[];
}

/**
 * A recording as New Relic stores it. Counters and histograms arrive as what was added (the exporter converts to delta), uptimes and
 * everything else as they are; that a service lives shows in whatever its SDK sends.
 */
export function storedByNewRelic(recording: Recording): Tables {
  return {
    Metric: recording.reports.map(({ at, metric, attributes, value, delta, measured }) => {
      const name = sentName(metric);
      const added = metric.kind === "counter" && !/[._]uptime$/.test(name);
      return {
        ...typed(attributes),
        ...instanceOf(metric.source, attributes),
        timestamp: at * 1000,
        metricName: name,
        [name]: metric.kind === "histogram" ? measured : added ? delta : value,
      };
    }),
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

/** Attributes keep the type they were sent with. */
function typed(attributes: Attributes): Readonly<Record<string, string | number>> {
  const values = Object.entries(attributes).map(([key, value]) => [key, isNumeric(key) ? Number(value) : value]);
  return Object.fromEntries(values);
}
