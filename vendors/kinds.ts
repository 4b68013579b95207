/** Backends this program can send to; each has a file or folder in `components/backends/`. */
export const BACKENDS = [
  "grafana-cloud",
  "new-relic",
  "honeycomb",
  "jaeger",
  "lgtm",
  "datadog",
  "elastic",
  "otlp",
] as const;
export type BackendKind = (typeof BACKENDS)[number];
