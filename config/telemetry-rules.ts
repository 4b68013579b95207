import type { PlainConfig } from "./schema.ts";
import { sends } from "./services.ts";

/**
 * Variables of OpenTelemetry that a service brings along from where it ran before. They win over the program's own, and some would leave boards, alerts and
 * proof without anything to look at, which nobody would see before an alert is missing. Pure.
 */
export function telemetryProblems({ services }: PlainConfig): readonly string[] {
  return services.flatMap((service, i) => {
    // whoever names another receiver means something else
    if (!sends(service) || service.env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined) return [];
    return Object.entries(service.env).flatMap(([key, value]) => {
      const why = REASONS.find(([keys]) => keys.test(key))?.[1](value, service.name);
      return why === undefined ? [] : [`services[${i}].env.${key}: ${why}`];
    });
  });
}

type Reason = (value: string, service: string) => string | undefined;

const REASONS: readonly (readonly [keys: RegExp, reason: Reason])[] = [
  [
    /^OTEL_SERVICE_NAME$/,
    (value, service) =>
      value === service
        ? undefined
        : `its telemetry would be called ${JSON.stringify(value)}, and boards, alerts and the proof look for ${service}. Remove the variable, or give the service that name`,
  ],
  [
    /^OTEL_EXPORTER_OTLP_((TRACES|METRICS|LOGS)_)?PROTOCOL$/,
    (value) =>
      /^http\//.test(value)
        ? undefined
        : `${JSON.stringify(value)} does not reach the collector, which takes OTLP over HTTP. Remove the variable, or write http/protobuf`,
  ],
  [
    /^OTEL_(TRACES|METRICS)_EXPORTER$/,
    (value) =>
      value.split(",").includes("otlp")
        ? undefined
        : `with ${JSON.stringify(value)} nothing of it arrives, and an alert would call the service silent. Remove the variable, or leave its telemetry out with instrumentation: off`,
  ],
  [
    /^OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE$/,
    (value) =>
      value.toLowerCase() === "cumulative"
        ? undefined
        : `${JSON.stringify(value)} metrics are refused by a Prometheus, and the collector converts for the backends that want them. Remove the variable`,
  ],
  [
    /^OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION$/,
    (value) =>
      value === "explicit_bucket_histogram"
        ? undefined
        : `${JSON.stringify(value)} does not have the buckets that boards, alerts and objectives read. Remove the variable`,
  ],
  [
    /^OTEL_SEMCONV_STABILITY_OPT_IN$/,
    (value) =>
      value.split(",").some((part) => /^http(\/dup)?$/.test(part.trim()))
        ? undefined
        : `with ${JSON.stringify(value)} HTTP metrics have names of 2023, for which boards and alerts do not look. Remove the variable, or write http,database`,
  ],
];
