import { createHash } from "node:crypto";

const LONGEST = 40;

/**
 * A text as Grafana takes it for a uid: letters, digits, dashes and underscores, at most 40. What does not fit is cut and marked with a hash
 * of the whole, so that two long names do not become one.
 */
export function grafanaUid(text: string): string {
  const safe = text.replace(/[^A-Za-z0-9_-]/g, "-");
  if (safe === text && text.length <= LONGEST) return text;
  const mark = createHash("sha256").update(text).digest("hex").slice(0, 8);
  return `${safe.slice(0, LONGEST - 9)}-${mark}`;
}
