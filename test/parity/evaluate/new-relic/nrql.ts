import { Reader } from "../reader.ts";
import { readConditions, type Test, WORD } from "./conditions.ts";
import { readSelect, type Select } from "./select.ts";

/** A query of an alert condition, understood. */
export interface Query {
  readonly from: "Metric" | "Log";
  readonly select: Select;
  readonly where: Test;
  readonly facet: readonly string[];
}

/** @throws Error for whatever our compiler does not write today: a changed query has to be understood anew */
export function readNrql(text: string): Query {
  const reader = new Reader(text, WORD);
  reader.expect("FROM");
  const from = reader.take();
  if (from !== "Metric" && from !== "Log") return reader.fail(`no alert reads ${from}`);
  reader.expect("SELECT");
  const select = readSelect(reader);
  reader.expect("WHERE");
  const where = readConditions(reader);
  const facet = reader.maybe("FACET") ? reader.several(() => reader.take()) : [];
  if (!reader.done) reader.fail("expected the end");
  return { from, select, where, facet };
}
