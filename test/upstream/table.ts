import { readFileSync } from "node:fs";
import { join } from "node:path";
import { atLeast } from "../../pipeline/versions.ts";

/** What the sources of each upstream version have of one component. */
export interface Known {
  /** In which versions: "" all, "0.146-" since, "-0.142" up to and with, else a list. */
  readonly names: Readonly<Record<string, string>>;
  readonly keys: Readonly<Record<string, string>>;
  /** Versions whose source could not be had. */
  readonly unread?: readonly string[];
}

export const { to: NEWEST, components } = JSON.parse(readFileSync(join(import.meta.dirname, "table.json"), "utf8")) as {
  readonly to: string;
  readonly components: Readonly<Record<string, Known>>;
};

export function isIn(span: string, version: string): boolean {
  if (/ |^\d+\.\d+\.\d+$/.test(span)) return span.split(" ").includes(version);
  const [first = "", last = ""] = span.split("-");
  return (first === "" || atLeast(version, `${first}.0`)) && (last === "" || atLeast(`${last}.0`, version));
}
