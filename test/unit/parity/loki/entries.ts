import { prometheusLabel } from "../../../../dashboards/model/metric.ts";
import type { Recording } from "../../../parity/evaluate/recorded/recording.ts";

/** A log line with its stream labels and structured metadata, which LogQL reads alike. */
export interface Entry {
  readonly at: number;
  readonly line: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A recording as Loki stores it when it takes OTLP. */
export function storedByLoki(recording: Recording): readonly Entry[] {
  return recording.logs.map(({ at, service, severity, body, attributes }) => ({
    at,
    line: body,
    labels: {
      deployment_environment_name: "test",
      service_name: service,
      severity_number: String(severity),
      ...Object.fromEntries(
        Object.entries(attributes ?? {}).map(([key, value]) => [prometheusLabel(key), String(value)]),
      ),
    },
  }));
}
