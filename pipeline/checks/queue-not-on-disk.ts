import { componentId, setting } from "../component.ts";
import type { Rule } from "./rule.ts";

const WITHOUT_QUEUE = new Set(["debug", "file", "nop", "prometheus", "prometheusremotewrite"]);

export const queueNotOnDisk: Rule = {
  id: "queue-not-on-disk",
  severity: "error",
  explain:
    "A queue in memory, or none, loses everything undelivered when the collector restarts while a backend is away.",
  find: (p) =>
    p.exporters
      .filter((exporter) => !WITHOUT_QUEUE.has(exporter.kind))
      .flatMap((exporter) => {
        const place = `exporters.${componentId(exporter)}.sending_queue`;
        if (setting(exporter, "sending_queue", "enabled") === false) {
          return [
            {
              place,
              message: "the queue is switched off",
              fix: "set enabled: true and storage: file_storage/queue",
            },
          ];
        }
        if (setting(exporter, "sending_queue", "storage") === undefined) {
          return [{ place, message: "the queue is in memory only", fix: "set storage: file_storage/queue" }];
        }
        return [];
      }),
};
