import type { ServiceConfig } from "../../../config-schema.ts";

/** A dataset that exists ahead of its data, with the columns that boards and triggers name. Pure. */
export interface DatasetPlan {
  readonly name: string;
  readonly holds: "spans and logs" | "metrics";
}

export interface ColumnPlan {
  readonly name: string;
  readonly type: "string" | "integer" | "float" | "boolean";
}

/** One dataset a service that sends telemetry, since Honeycomb files spans and logs by service.name, and one for all metrics. */
export function datasets(services: readonly ServiceConfig[], metricsDataset: string): readonly DatasetPlan[] {
  const senders = services.filter((service) => service.kind !== "other").map(({ name }) => name);
  return [
    ...senders.map((name) => ({ name, holds: "spans and logs" }) as const),
    { name: metricsDataset, holds: "metrics" },
  ];
}

const SPAN_COLUMNS: readonly ColumnPlan[] = [
  { name: "duration_ms", type: "float" },
  { name: "error", type: "boolean" },
  { name: "name", type: "string" },
  { name: "service.name", type: "string" },
  { name: "deployment.environment.name", type: "string" },
  { name: "http.route", type: "string" },
  { name: "http.request.method", type: "string" },
  { name: "http.response.status_code", type: "integer" },
  { name: "messaging.destination.name", type: "string" },
  { name: "db.system.name", type: "string" },
  { name: "severity_text", type: "string" },
  { name: "trace.parent_id", type: "string" },
];

const METRIC_COLUMNS: readonly ColumnPlan[] = [
  { name: "service.name", type: "string" },
  { name: "deployment.environment.name", type: "string" },
];

export const columnsOf = ({ holds }: DatasetPlan): readonly ColumnPlan[] =>
  holds === "metrics" ? METRIC_COLUMNS : SPAN_COLUMNS;
