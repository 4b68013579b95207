import type { Fields } from "./fields.ts";
import { Refusal } from "./server.ts";
import type { Telemetry } from "./telemetry.ts";

/** What New Relic would call a syntax error or refuse to run: 200 with a list of errors, as GraphQL has it. */
class NrqlError extends Refusal {
  constructor(message: string) {
    const data = { actor: { account: { nrql: null } } };
    super(200, { data, errors: [{ message, extensions: { errorClass: "INVALID_INPUT" } }] });
  }
}

/** Row of an event type: its attributes by New Relic's names. */
type Row = Readonly<Record<string, string | number | undefined>>;

/**
 * Answers the NRQL that this project asks: a selection of attributes, `count(*)`, `max(..)`, `min(..)`, `sum(..)`, `uniques(..)`, conditions joined by AND,
 * at most five facets, times in milliseconds, a limit. Anything else is an error, as are queries that are too long and limits that are too large.
 */
export function answerNrql(nrql: string, telemetry: Telemetry): readonly Fields[] {
  if (nrql.length > 4096) throw new NrqlError("NRQL query is too long: 4096 characters are the most");
  const shape =
    /^SELECT (?<select>.+?) FROM (?<type>\w+)(?: WHERE (?<where>.+?))?(?: FACET (?<facet>\S+(?:, \S+){0,4}))? SINCE (?<since>\d{13})(?: UNTIL (?<until>\d{13}))?(?: LIMIT (?<limit>\d+|MAX))?$/;
  const parts = shape.exec(nrql)?.groups;
  if (parts === undefined) throw new NrqlError(`NRQL Syntax Error: ${nrql.slice(0, 60)}`);
  const { select = "", type = "", where, facet, since, until, limit = "100" } = parts;
  const most = limit === "MAX" ? 5000 : Number(limit);
  if (most > 5000) throw new NrqlError("LIMIT is more than 5000");
  const tests = where === undefined ? [] : where.split(" AND ").map(condition);
  const rows = rowsOf(type, telemetry).filter((row) => {
    const at = Number(row.timestamp);
    return at >= Number(since) && at < Number(until ?? Date.now() + 1) && tests.every((test) => test(row));
  });
  if (facet !== undefined) return facets(rows, facet.split(", ").map(name), select).slice(0, most);
  if (select === "count(*)") return [{ count: rows.length }];
  const [, how, of] = /^(min|sum)\(`?([\w.]+)`?\)$/.exec(select) ?? [];
  if (how !== undefined && of !== undefined) return [{ [`${how}.${of}`]: aggregate(how, of, rows) }];
  const uniques = /^uniques\((\w+), (\d+)\)$/.exec(select);
  if (uniques !== null) {
    const [, attribute = "", number] = uniques;
    const values = new Set(rows.map((row) => row[attribute]));
    return [{ [`uniques.${attribute}`]: [...values].slice(0, Number(number)) }];
  }
  const attributes = select.split(", ").map(name);
  return rows
    .toSorted((a, b) => Number(b.timestamp) - Number(a.timestamp))
    .slice(0, most)
    .map((row) => Object.fromEntries(attributes.map((one) => [one, row[one] ?? null])));
}

function rowsOf(type: string, { spans, logs, points }: Telemetry): readonly Row[] {
  switch (type) {
    case "Span":
      return spans.map(({ traceId, spanId, parentId, service, name, kind, start, attributes }) => ({
        ...attributes,
        timestamp: start.getTime(),
        "trace.id": traceId,
        id: spanId,
        "parent.id": parentId,
        "service.name": service,
        name,
        "span.kind": kind,
      }));
    case "SpanLink":
      return spans.flatMap((span) =>
        (span.links ?? []).map((link) => ({
          timestamp: span.start.getTime(),
          "trace.id": span.traceId,
          id: span.spanId,
          linkedTraceId: link.traceId,
          linkedSpanId: link.spanId,
        })),
      );
    case "Log":
      return logs.map(({ service, at, traceId }) => ({
        timestamp: at.getTime(),
        "service.name": service,
        "trace.id": traceId,
      }));
    case "Metric":
      return points.map(({ metric, service, at, value = 1, attributes }) => ({
        ...attributes,
        timestamp: at.getTime(),
        metricName: metric,
        "service.name": service,
        [metric]: value,
      }));
    default:
      // New Relic answers nothing for event types it has never seen.
      return [];
  }
}

function condition(text: string): (row: Row) => boolean {
  const [, left = "", operator = "", right = ""] = /^(\S+) (=|IN|IS NOT NULL|NOT RLIKE)(?: (.+))?$/.exec(text) ?? [];
  const attribute = name(left);
  switch (operator) {
    case "=":
      return (row) => row[attribute] === literal(right);
    case "IN": {
      const values = right
        .replace(/^\((.*)\)$/, "$1")
        .split(", ")
        .map(literal);
      return (row) => values.includes(String(row[attribute]));
    }
    case "IS NOT NULL":
      return (row) => row[attribute] !== undefined;
    case "NOT RLIKE": {
      const pattern = new RegExp(`^(?:${literal(right.replace(/^r/, ""))})$`);
      return (row) => row[attribute] !== undefined && !pattern.test(String(row[attribute]));
    }
    default:
      throw new NrqlError(`NRQL Syntax Error: unexpected condition ${text.slice(0, 60)}`);
  }
}

function facets(rows: readonly Row[], attributes: readonly string[], select: string): readonly Fields[] {
  const [, how, of] = /^(max|sum)\(`?([\w.]+)`?\)$/.exec(select) ?? [];
  if (how === undefined || of === undefined) throw new NrqlError(`NRQL Syntax Error: unexpected ${select}`);
  const groups = Map.groupBy(
    rows.filter((row) => attributes.every((attribute) => row[attribute] !== undefined)),
    (row) => JSON.stringify(attributes.map((attribute) => String(row[attribute]))),
  );
  const key = `${how}.${of}`;
  return [...groups]
    .map(([group, all]): Fields => {
      const values = JSON.parse(group) as readonly string[];
      const facet = values.length === 1 ? values[0] : values;
      const named = Object.fromEntries(attributes.map((attribute, i) => [attribute, values[i]]));
      return { facet, ...named, [key]: aggregate(how, of, all) };
    })
    .toSorted((a, b) => Number(b[key]) - Number(a[key]));
}

function aggregate(how: string, of: string, rows: readonly Row[]): number | null {
  const values = rows.map((row) => Number(row[of])).filter((value) => !Number.isNaN(value));
  if (how === "sum") return values.reduce((sum, value) => sum + value, 0);
  if (values.length === 0) return null;
  return how === "max" ? Math.max(...values) : Math.min(...values);
}

function literal(text: string): string {
  const [, inner] = /^'((?:[^'\\]|\\.)*)'$/.exec(text) ?? [];
  if (inner === undefined) throw new NrqlError(`NRQL Syntax Error: ${text.slice(0, 60)} is no value`);
  return inner.replaceAll(/\\(.)/g, "$1");
}

/** Attributes with anything else than letters, digits and dots in them need backticks. */
function name(text: string): string {
  const [, quoted, plain] = /^(?:`([^`]+)`|([\w.]+))$/.exec(text) ?? [];
  if (quoted === undefined && plain === undefined) throw new NrqlError(`NRQL Syntax Error: ${text.slice(0, 60)}`);
  return quoted ?? plain ?? "";
}
