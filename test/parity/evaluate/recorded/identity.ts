import type { Metric } from "../../../../dashboards/model/metric.ts";
import type { Attributes } from "./recording.ts";

/** Only Prometheus makes a metric of a service's identity; elsewhere any metric of its SDK shows that it lives. */
export function sentName({ source, name }: Metric): string {
  return source === "presence" ? "process.cpu.time" : name;
}

/** What an SDK itself sends names its instance; what the collector counts from spans does not. */
export function instanceOf(source: string, attributes: Attributes): Attributes {
  const service = attributes["service.name"];
  const fromApplication = source === "presence" || source.startsWith("sdk:") || source.startsWith("instrumentation:");
  return fromApplication && service !== undefined ? { "service.instance.id": `${service}-1` } : {};
}
