import { setting } from "../component.ts";
import { profiled } from "./graph.ts";
import type { Finding, Rule } from "./rule.ts";

/** Measured mean of a span is 1.2 KB; one with a stack trace is several times that. */
const BYTES_PER_ITEM = 1200;

export const requestTooLarge: Rule = {
  id: "request-too-large",
  severity: "error",
  explain: "A backend refuses requests above its limit for good: the collector drops the whole batch, retry or not.",
  find: (p, target) =>
    profiled(p, target).flatMap(({ exporter, profile, id }): readonly Finding[] => {
      const limit = profile.maxRequestBytes;
      if (limit === undefined) return [];
      const place = `exporters.${id}.sending_queue.batch`;
      const max = setting(exporter, "sending_queue", "batch", "max_size");
      const sizer = setting(exporter, "sending_queue", "batch", "sizer");
      const fix = `set sizer: bytes and max_size: ${Math.floor(limit * 0.9)}`;
      if (typeof max !== "number" || max === 0) {
        return [{ place, message: `requests have no upper size and the backend takes ${limit} bytes`, fix }];
      }
      const bytes = sizer === "bytes" ? max : max * BYTES_PER_ITEM;
      if (bytes <= limit) return [];
      return [{ place, message: `requests of ${max} ${String(sizer)} may exceed the backend's ${limit} bytes`, fix }];
    }),
};
