import { type Component, componentId, setting } from "../component.ts";
import type { Finding, Rule } from "./rule.ts";

const WITHOUT_RETRY = new Set(["debug", "file", "nop", "prometheus", "prometheusremotewrite"]);

export const retryGivesUp: Rule = {
  id: "retry-gives-up",
  severity: "error",
  explain:
    "An exporter that stops retrying drops what a longer outage of its backend left in the queue; the default is five minutes.",
  find: (p) => p.exporters.filter((exporter) => !WITHOUT_RETRY.has(exporter.kind)).flatMap(inspect),
};

function inspect(exporter: Component): readonly Finding[] {
  const place = `exporters.${componentId(exporter)}.retry_on_failure`;
  if (setting(exporter, "retry_on_failure", "enabled") === false) {
    return [{ place, message: "failed requests are not retried", fix: "set enabled: true and max_elapsed_time: 0s" }];
  }
  const longest = setting(exporter, "retry_on_failure", "max_elapsed_time");
  if (longest !== undefined && /^0\D*$/.test(String(longest))) return [];
  return [
    {
      place: `${place}.max_elapsed_time`,
      message: `data is dropped after ${longest === undefined ? "300s, the default" : String(longest)}`,
      fix: "set max_elapsed_time: 0s",
    },
  ];
}
