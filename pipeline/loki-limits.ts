import type { Processor } from "./components.ts";
import { shortenStackTrace } from "./delivery.ts";
import { ottlString } from "./ottl.ts";

/** Attribute of a log record that was made to fit: counting it counts what was cut. */
export const CUT = "log.cut";

/** Bytes of a record's attributes as JSON: Loki refuses structured metadata above 64 KB, and the resource's attributes count as well. */
const MOST_BYTES = 48_000;
/** Loki refuses 128 and more entries of structured metadata; the resource's, the scope's and the trace's ids count as well. */
const MOST_ATTRIBUTES = 90;
/** Loki refuses a line above 256 KB. */
const LONGEST_LINE = 250_000;

const KEPT = [CUT, "exception.type", "exception.message", "exception.stacktrace"]
  .map((key) => ottlString(key))
  .join(", ");
const measure = 'set(cache["size"], Len(String(attributes)))';
const large = `cache["size"] > ${MOST_BYTES}`;
const many = `Len(attributes) > ${MOST_ATTRIBUTES}`;
const long = `IsString(body) and Len(body) > ${LONGEST_LINE}`;
const gap = ottlString("\n... cut ...");

/**
 * Makes a log record fit into Loki, which refuses one that is too large as a whole. One that fits is not touched. Defaults of Loki 3:
 * `max_structured_metadata_size`, `max_structured_metadata_entries_count`, `max_line_size`.
 */
export const lokiLimits: Processor<"transform"> = {
  kind: "transform",
  name: "fit-loki",
  why: "Loki refuses a record with more than 64 KB or 128 entries of metadata, or a line above 256 KB: it would be lost whole.",
  settings: {
    error_mode: "ignore",
    log_statements: [
      {
        context: "log",
        statements: [
          measure,
          `set(attributes["${CUT}"], true) where ${large} or ${many} or (${long})`,
          // Loki counts what is inside maps and lists
          `flatten(attributes) where ${large} or ${many}`,
          `set(attributes["${CUT}"], true) where ${many}`,
          `limit(attributes, ${MOST_ATTRIBUTES}, [${KEPT}]) where ${many}`,
          ...shortenStackTrace(16_000).map((statement) => `${statement} and ${large}`),
          ...[16_000, 4000, 400].flatMap((most) => [`truncate_all(attributes, ${most}) where ${large}`, measure]),
          `set(body, String(body)) where not IsString(body) and Len(String(body)) > ${LONGEST_LINE}`,
          `set(attributes["${CUT}"], true) where ${long}`,
          `set(body, Concat([Substring(body, 0, ${LONGEST_LINE - 20}), ""], ${gap})) where ${long}`,
          `replace_pattern(body, ${ottlString("\\x{FFFD}")}, "") where IsString(body) and attributes["${CUT}"] == true`,
        ],
      },
    ],
  },
};
