import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";

/**
 * A query of a data source that the foundation SDK has no builder for, in the shape that its plugin reads: Grafana's own annotations, Jaeger, VictoriaLogs
 * (https://github.com/VictoriaMetrics/victorialogs-datasource/blob/main/src/types.ts).
 */
export const plainQuery = (fields: Readonly<Record<string, unknown>>): Builder<Dataquery> => ({
  build: () => ({ ...fields, _implementsDataqueryVariant() {} }),
});
