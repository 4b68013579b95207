import type { Match } from "../model/expression.ts";

/**
 * How `target_info`, the series that says a service is there, names it: by the attributes themselves where the server is configured to keep them
 * (`otlp.keep_identifying_resource_attributes`, as ours is), else by `job` (namespace/name) and `instance` alone, as on Grafana Cloud
 * (grafana/mimir#11043).
 */
export type Identity = "attributes" | "job";

/** The condition on `job` that stands for one on the service's name. */
export function jobCondition(match: Match): string {
  const [how, names] = pattern(match);
  return `job${how}${JSON.stringify(`(.+/)?(${names})`)}`;
}

/** The series with the labels it would have, had they been kept. */
export const namedByJob = (series: string): string =>
  `label_replace(label_replace(${series}, "service_name", "$1", "job", "(?:.+/)?(.+)"), "service_instance_id", "$1", "instance", "(.+)")`;

function pattern(match: Match): readonly ["=~" | "!~", string] {
  if (typeof match === "string") return ["=~", escapeRegex(match)];
  if ("not" in match) return ["!~", escapeRegex(match.not)];
  if ("unlike" in match) return ["!~", match.unlike];
  if ("like" in match) return ["=~", match.like];
  if ("without" in match) return ["!~", `.*(${match.without.map(escapeRegex).join("|")}).*`];
  return ["=~", match.map(escapeRegex).join("|")];
}

export function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
