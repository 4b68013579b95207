import { Reader } from "../reader.ts";
import { readConditions, type Test, WORD } from "./conditions.ts";
import { wrongFunctions } from "./metric-types.ts";
import type { Row } from "./rows.ts";
import { readSelect, type Select } from "./select.ts";
import type { Stored } from "./stored.ts";

/** Values by the facets' values, in their order. Without FACET there is one, under no facet. */
export type Faceted = ReadonlyMap<string, number>;

/** A query of a dashboard, understood. */
export interface PanelQuery {
  readonly from: "Metric" | "Log" | "Span";
  readonly selects: readonly Select[];
  readonly where: Test;
  readonly facet: readonly string[];
  readonly limit: number | undefined;
  readonly text: string;
}

/** @throws Error for whatever our renderer does not write today */
export function readPanelQuery(query: string, environment: string): PanelQuery {
  const text = query.replaceAll("{{environment}}", `'${environment}'`);
  const reader = new Reader(text, WORD);
  reader.expect("FROM");
  const from = reader.take();
  if (from !== "Metric" && from !== "Log" && from !== "Span") return reader.fail(`no panel reads ${from}`);
  reader.expect("SELECT");
  const selects = reader.several(() => {
    const select = readSelect(reader);
    if (reader.maybe("AS")) reader.take();
    return select;
  });
  const where = reader.maybe("WHERE") ? readConditions(reader) : () => true;
  const facet = reader.maybe("FACET") ? reader.several(() => reader.take().replaceAll("`", "")) : [];
  if (reader.maybe("ORDER")) {
    reader.expect("BY");
    readSelect(reader);
  }
  const limit = reader.maybe("LIMIT") ? reader.number() : undefined;
  reader.maybe("TIMESERIES");
  if (!reader.done) reader.fail("expected the end");
  return { from, selects, where, facet, limit, text };
}

/**
 * What a query answers over the window that ends at a moment (milliseconds), as one point of TIMESERIES. A row takes part where it
 * has one of the metrics that are selected, and every facet: rows without a facet's attribute are left out
 * (https://docs.newrelic.com/docs/nrql/nrql-syntax-clauses-functions/#sel-facet).
 *
 * @throws Error where a function does not exist for the type of its metric
 */
export function answersOf(query: PanelQuery, stored: Stored, end: number, seconds: number): readonly Faceted[] {
  const wrong = wrongFunctions(query.text, stored.types);
  if (wrong.length > 0) throw new Error(`New Relic answers nothing to ${wrong.join(" and ")}.`);
  const metrics = query.selects.flatMap((select) => select.metrics);
  const all =
    metrics.length === 0
      ? stored[query.from]
      : [...new Set(metrics)].flatMap((metric) => stored.byMetric.get(metric) ?? []);
  const rows = all.filter(
    (row) =>
      row.timestamp > end - seconds * 1000 &&
      row.timestamp <= end &&
      query.facet.every((key) => row[key] !== undefined) &&
      query.where(row),
  );
  const groups = query.facet.length === 0 ? new Map([["", rows]]) : Map.groupBy(rows, (row) => keyOf(row, query.facet));
  return query.selects.map(
    (select) =>
      new Map(
        [...groups].flatMap(([key, group]) => {
          const value = select.value(group, seconds);
          return value === undefined ? [] : [[key, value] as const];
        }),
      ),
  );
}

/** Facets joined, as the comparison names a series. */
export const keyOf = (row: Row, facet: readonly string[]): string => facet.map((key) => String(row[key])).join("|");
