/** Batches: made once, by the exporter, of a size that its queue and its backend take. */
import { kindOf, setting } from "../component.ts";
import { componentsIn, paths, profiled } from "./graph.ts";
import type { Rule } from "./rule.ts";

export const batchedTwice: Rule = {
  id: "batched-twice",
  severity: "error",
  explain:
    "A batch processor accepts data before it is safe on disk and hides the queue's errors; the exporter batches by itself. It belongs behind tail sampling only, which holds data in memory anyway.",
  *find(p) {
    const batching = new Set(
      componentsIn(p, "exporters")
        .filter(({ component }) => setting(component, "sending_queue", "batch") !== undefined)
        .map(({ id }) => id),
    );
    for (const { end, processors } of paths(p)) {
      if (!batching.has(end)) continue;
      const sampled = processors.findIndex(({ id }) => kindOf(id) === "tail_sampling");
      for (const { id, pipeline } of processors.slice(0, sampled === -1 ? undefined : sampled)) {
        if (kindOf(id) !== "batch") continue;
        const message = `"${id}" batches in front of "${end}", which batches itself`;
        yield { place: `service.pipelines.${pipeline}.processors`, message, fix: `remove "${id}" from the pipeline` };
      }
    }
  },
};

export const batchSizes: Rule = {
  id: "batch-sizes",
  severity: "error",
  explain:
    "The collector refuses a smallest batch above the largest or above the queue; and before 0.145 a batch does not inherit the queue's unit, whatever the documentation says.",
  *find(p) {
    for (const { place: exporter, component } of componentsIn(p, "exporters")) {
      const batch = setting(component, "sending_queue", "batch");
      if (typeof batch !== "object" || batch === null) continue;
      const place = `${exporter}.sending_queue.batch`;
      const min = setting(component, "sending_queue", "batch", "min_size");
      const max = setting(component, "sending_queue", "batch", "max_size");
      const sizer = setting(component, "sending_queue", "batch", "sizer");
      const queue = setting(component, "sending_queue", "queue_size");
      const sameUnit = sizer === setting(component, "sending_queue", "sizer");
      if (sizer === undefined) yield { place, message: "sizer is not written", fix: "set sizer: items" };
      if (typeof min !== "number") continue;
      if (typeof max === "number" && max !== 0 && min > max) {
        yield { place, message: `min_size ${min} exceeds max_size ${max}`, fix: `set min_size to ${max} or less` };
      }
      if (typeof queue === "number" && sameUnit && min > queue) {
        yield { place, message: `min_size ${min} exceeds queue_size ${queue}`, fix: "enlarge the queue" };
      }
    }
  },
};

/** Measured mean of a span is 1.2 KB; one with a stack trace is several times that. */
const BYTES_PER_ITEM = 1200;

export const requestTooLarge: Rule = {
  id: "request-too-large",
  severity: "error",
  explain: "A backend refuses requests above its limit for good: the collector drops the whole batch, retry or not.",
  *find(p, target) {
    for (const { exporter, profile, id } of profiled(p, target)) {
      const limit = profile.maxRequestBytes;
      if (limit === undefined) continue;
      const place = `exporters.${id}.sending_queue.batch`;
      const max = setting(exporter, "sending_queue", "batch", "max_size");
      const sizer = setting(exporter, "sending_queue", "batch", "sizer");
      const fix = `set sizer: bytes and max_size: ${Math.floor(limit * 0.9)}`;
      if (typeof max !== "number" || max === 0) {
        yield { place, message: `requests have no upper size and the backend takes ${limit} bytes`, fix };
      } else if ((sizer === "bytes" ? max : max * BYTES_PER_ITEM) > limit) {
        yield { place, message: `requests of ${max} ${String(sizer)} may exceed the backend's ${limit} bytes`, fix };
      }
    }
  },
};
