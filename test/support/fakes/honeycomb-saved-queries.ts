import { checkFields, type Fields, jsonFields, text } from "./fields.ts";
import {
  bodyOf,
  checkColumns,
  checkLength,
  checkPlace,
  columnsIn,
  type Desk,
  demand,
  found,
  gone,
  list,
  ok,
  type Routes,
  refusal,
  shown,
  unprocessable,
} from "./honeycomb-desk.ts";
import type { Asked } from "./server.ts";

const QUERY_FIELDS = [
  ...[
    "calculations",
    "calculated_fields",
    "formulas",
    "filters",
    "filter_combination",
    "breakdowns",
    "orders",
    "havings",
  ],
  ...["limit", "time_range", "start_time", "end_time", "granularity", "compare_time_offset_seconds"],
];
const OPS =
  /^(COUNT|CONCURRENCY|SUM|AVG|COUNT_DISTINCT|MAX|MIN|P001|P01|P05|P10|P20|P25|P50|P75|P80|P90|P95|P99|P999|HEATMAP|RATE_AVG|RATE_SUM|RATE_MAX|COUNT_DATAPOINTS|HISTOGRAM_COUNT)$/;
const FILTERS =
  /^(=|!=|>|>=|<|<=|starts-with|does-not-start-with|ends-with|does-not-end-with|exists|does-not-exist|contains|does-not-contain|in|not-in)$/;
/** Over time, series by series: functions that only metrics have. */
const TEMPORAL = /\b(RATE|INCREASE|LAST|SUMMARIZE)\(/;

/**
 * A query is known operations on columns that exist, ordered by what it calculates or breaks down by.
 * https://github.com/honeycombio/terraform-provider-honeycombio/blob/bde0d12e592304b8d2e35ba3343849a8f8718a94/client/query_spec.go
 */
export function checkQuery(desk: Desk, slug: string, query: Fields): void {
  const unknown = Object.keys(query).find((field) => !QUERY_FIELDS.includes(field));
  if (unknown !== undefined) unprocessable(`unknown field ${unknown}`);
  const calculations = list(query.calculations);
  for (const calculation of calculations) {
    const fields = ["op", "column", "name", "filters", "filter_combination"];
    checkFields(calculation, { required: ["op"], optional: fields }, unprocessable);
    const { op, column } = calculation;
    if (!OPS.test(text(op))) unprocessable(`unknown op ${text(op)}`);
    if (op === "CONCURRENCY" && column !== undefined) unprocessable("CONCURRENCY: column");
    if (!/^(COUNT|CONCURRENCY|COUNT_DATAPOINTS)$/.test(text(op)) && column === undefined)
      unprocessable(`${text(op)}: column`);
  }
  checkKind(slug === desk.metricsDataset, query);
  const filters = [...list(query.filters), ...calculations.flatMap((one) => list(one.filters))];
  for (const { op, value } of filters) {
    if (!FILTERS.test(text(op))) unprocessable(`unknown filter op ${text(op)}`);
    if ((op === "in" || op === "not-in") !== Array.isArray(value)) unprocessable(`${text(op)}: value`);
    if ((op === "exists" || op === "does-not-exist") !== (value === undefined)) unprocessable(`${text(op)}: value`);
  }
  const formulas = checkFormulas(query);
  const breakdowns = Array.isArray(query.breakdowns) ? query.breakdowns.map(text) : [];
  if (breakdowns.length > 100 || filters.length > 100) unprocessable("more than 100 items");
  for (const { op, column } of list(query.orders)) {
    const calculated = calculations.some((one) => one.op === op && one.column === column);
    const named = op === undefined && [...breakdowns, ...formulas].includes(text(column));
    if (!calculated && !named) unprocessable("orders: only by a calculation, a formula or a breakdown of the query");
  }
  if (typeof query.limit === "number" && (query.limit < 1 || query.limit > 1000)) unprocessable("limit: 1 to 1000");
  const { time_range: range = 7200, granularity } = query;
  if (granularity !== undefined && (Number(granularity) > Number(range) || Number(granularity) < Number(range) / 1000))
    unprocessable("granularity: between a 1000th of the time range and all of it");
  const fields = list(query.calculated_fields);
  const own = fields.map(({ name }) => text(name));
  if (new Set(own).size < own.length) unprocessable("calculated_fields: names are unique");
  const named = [
    ...[calculations, filters].flatMap((all) => all.map(({ column }) => text(column))),
    ...fields.flatMap(({ expression }) => columnsIn(text(expression))),
    ...breakdowns,
  ];
  checkColumns(
    desk,
    slug,
    named.filter((name) => !own.includes(name)),
  );
}

/**
 * Metrics are time series: their points are not counted as events, and RATE_* is a function of fields there.
 * https://github.com/honeycombio/agent-skill/blob/main/honeycomb/skills/metrics-queries/SKILL.md#allowed-vs-forbidden-operations-on-metrics-datasets
 */
function checkKind(isMetrics: boolean, query: Fields): void {
  const calculations = list(query.calculations);
  if (isMetrics && calculations.length === 0) unprocessable("a query of metrics has a calculation");
  for (const { op, column } of calculations) {
    const forbidden = /^(RATE_|CONCURRENCY)/.test(text(op)) || (op === "COUNT" && column === undefined);
    if (isMetrics && forbidden) unprocessable(`${text(op)} is not allowed on a metrics dataset`);
    if (!isMetrics && /^(COUNT_DATAPOINTS|HISTOGRAM_COUNT)$/.test(text(op)))
      unprocessable(`${text(op)} is only for metrics datasets`);
  }
  const temporal = list(query.calculated_fields).find(({ expression }) => TEMPORAL.test(text(expression)));
  if (!isMetrics && temporal !== undefined) unprocessable(`${text(temporal.expression)}: only for metrics datasets`);
}

/** Formulas use calculations by their names, which nothing else has. */
function checkFormulas(query: Fields): readonly string[] {
  const calculations = list(query.calculations).flatMap(({ name }) => (name === undefined ? [] : [text(name)]));
  const formulas = list(query.formulas);
  const all = [...calculations, ...formulas.map(({ name }) => text(name))];
  if (new Set(all).size < all.length) unprocessable("names of calculations and formulas are unique");
  for (const { expression } of formulas) {
    const stranger = columnsIn(text(expression)).find((name) => !calculations.includes(name));
    if (stranger !== undefined) unprocessable(`formula: no calculation is named "${stranger}"`);
  }
  const filtered = list(query.calculations).find((one) => one.filters !== undefined && one.name === undefined);
  if (filtered !== undefined) unprocessable("a calculation with filters has a name");
  return formulas.map(({ name }) => text(name));
}

/** Queries, which nobody can change or delete, and their annotations, which stay as long as a board shows them. */
export const queryRoutes = (desk: Desk, asked: Asked): Routes => ({
  "POST /1/queries/:slug": ({ slug = "" }) => {
    demand(desk, asked, "queries");
    const query = jsonFields(asked.body, unprocessable);
    checkQuery(desk, slug, query);
    const id = desk.next("query");
    desk.queries.set(id, { ...query, dataset_slug: slug });
    return ok({ ...query, id });
  },
  "GET /1/queries/:slug/:id": (parts) => {
    demand(desk, asked, "queries");
    const { dataset_slug: _place, ...query } = found(desk.queries, parts, "Query");
    return ok({ ...query, id: parts.id });
  },
  "POST /1/query_annotations/:slug": ({ slug = "" }) => {
    demand(desk, asked, "queries");
    const given = annotation(asked);
    checkPlace(desk, slug);
    const query = desk.queries.get(text(given.query_id));
    if (query?.dataset_slug !== slug) unprocessable("query_id: no such query in this dataset");
    const made = { ...given, id: desk.next("annotation"), dataset_slug: slug };
    desk.annotations.set(made.id, made);
    return ok(shown(made), 201);
  },
  "GET /1/query_annotations/:slug/:id": (parts) => {
    demand(desk, asked, "queries");
    return ok(shown(found(desk.annotations, parts, "Query annotation")));
  },
  "PUT /1/query_annotations/:slug/:id": (parts) => {
    demand(desk, asked, "queries");
    const given = annotation(asked);
    const old = found(desk.annotations, parts, "Query annotation");
    if (given.query_id !== old.query_id) unprocessable("query_id cannot be changed");
    const made = { ...old, ...given };
    desk.annotations.set(text(old.id), made);
    return ok(shown(made));
  },
  "DELETE /1/query_annotations/:slug/:id": (parts) => {
    demand(desk, asked, "queries");
    const { id } = found(desk.annotations, parts, "Query annotation");
    if (JSON.stringify([...desk.boards.values()]).includes(`"query_annotation_id":"${text(id)}"`))
      throw refusal(409, "a board shows this annotation");
    desk.annotations.delete(text(id));
    return gone;
  },
});

function annotation(asked: Asked): Fields {
  const given = bodyOf(asked, ["name", "query_id"], ["description", "source", "id"]);
  checkLength(given.name, "name", 1, 320);
  checkLength(given.description, "description", 0, 1023);
  return given;
}
