import { componentId, setting } from "../component.ts";
import type { Finding, Rule } from "./rule.ts";

export const batchSizes: Rule = {
  id: "batch-sizes",
  severity: "error",
  explain:
    "The collector refuses a smallest batch above the largest or above the queue; and before 0.145 a batch does not inherit the queue's unit, whatever the documentation says.",
  find: (p) =>
    p.exporters.flatMap((exporter) => {
      const batch = setting(exporter, "sending_queue", "batch");
      if (typeof batch !== "object" || batch === null) return [];
      const place = `exporters.${componentId(exporter)}.sending_queue.batch`;
      const min = setting(exporter, "sending_queue", "batch", "min_size");
      const max = setting(exporter, "sending_queue", "batch", "max_size");
      const sizer = setting(exporter, "sending_queue", "batch", "sizer");
      const queue = setting(exporter, "sending_queue", "queue_size");
      const findings: Finding[] = [];
      if (sizer === undefined) findings.push({ place, message: "sizer is not written", fix: "set sizer: items" });
      if (typeof min === "number" && typeof max === "number" && max !== 0 && min > max) {
        findings.push({
          place,
          message: `min_size ${min} exceeds max_size ${max}`,
          fix: `set min_size to ${max} or less`,
        });
      }
      if (
        typeof min === "number" &&
        typeof queue === "number" &&
        sizer === setting(exporter, "sending_queue", "sizer") &&
        min > queue
      ) {
        findings.push({ place, message: `min_size ${min} exceeds queue_size ${queue}`, fix: "enlarge the queue" });
      }
      return findings;
    }),
};
