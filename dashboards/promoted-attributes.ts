/**
 * Resource attributes the boards filter and group by. A Prometheus server keeps resource attributes only where configured to
 * (`otlp.promote_resource_attributes`), and `target_info` names its service only with `otlp.keep_identifying_resource_attributes: true`.
 */
export const PROMOTED_ATTRIBUTES = [
  "container.name",
  "deployment.environment.name",
  "host.name",
  "postgresql.database.name",
  "postgresql.index.name",
  "postgresql.table.name",
  "service.instance.id",
  "service.name",
  "service.namespace",
  "service.version",
] as const;

/** The `otlp` section of a Prometheus configuration under which every board works. */
export const PROMETHEUS_OTLP_SECTION = {
  promote_resource_attributes: PROMOTED_ATTRIBUTES,
  keep_identifying_resource_attributes: true,
  translation_strategy: "UnderscoreEscapingWithSuffixes",
} as const;
