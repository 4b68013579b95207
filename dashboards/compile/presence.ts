import type { Match } from "../model/expression.ts";
import { escapeRegex, matcherOf } from "./matcher.ts";

/**
 * How `target_info`, the series that says a service is there, names it: by the attributes themselves where the server is configured to keep them
 * (`otlp.keep_identifying_resource_attributes`, as ours is), else by `job` (namespace/name) and `instance` alone, as on Grafana Cloud
 * (grafana/mimir#11043).
 */
export type Identity = "attributes" | "job";

/** The condition on `job` that stands for one on the service's name. */
export function jobCondition(match: Match): string {
  const [op, text] = matcherOf(match);
  const names = op.endsWith("~") ? text : escapeRegex(text);
  return `job${op.charAt(0)}~${JSON.stringify(`(.+/)?(${names})`)}`;
}

/** The series with the labels it would have, had they been kept. */
export const namedByJob = (series: string): string =>
  `label_replace(label_replace(${series}, "service_name", "$1", "job", "(?:.+/)?(.+)"), "service_instance_id", "$1", "instance", "(.+)")`;
