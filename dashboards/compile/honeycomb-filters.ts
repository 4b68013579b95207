import { isNumeric, numericRange } from "../model/attribute.ts";
import { AT_LEAST, type Match, type Severity, type Where } from "../model/expression.ts";

export interface Filter {
  readonly column: string;
  readonly op:
    | "="
    | "!="
    | ">="
    | "<="
    | ">"
    | "<"
    | "in"
    | "starts-with"
    | "does-not-start-with"
    | "contains"
    | "does-not-contain"
    | "exists"
    | "does-not-exist";
  readonly value?: string | number | boolean | readonly (string | number)[];
}

/**
 * A dataset holds the spans and the logs of a service, and its spans' events and links besides: only `meta.*` distinguishes them.
 * https://github.com/honeycombio/husky/blob/21a0eae0c6529bbaea6e291c9f82e99a56a40128/otlp/traces.go#L176
 */
export const SPANS_ONLY: readonly Filter[] = [
  { column: "meta.signal_type", op: "=", value: "trace" },
  { column: "meta.annotation_type", op: "does-not-exist" },
];
export const LOGS_ONLY: readonly Filter[] = [{ column: "meta.signal_type", op: "=", value: "log" }];

/** Honeycomb's own names for what span metrics call otherwise. */
export function spanColumn(attribute: string): string {
  return attribute === "span.name" ? "name" : attribute;
}

const KINDS: Readonly<Record<string, string>> = {
  SPAN_KIND_SERVER: "server",
  SPAN_KIND_CLIENT: "client",
  SPAN_KIND_PRODUCER: "producer",
  SPAN_KIND_CONSUMER: "consumer",
  SPAN_KIND_INTERNAL: "internal",
};

/** Conditions on attributes of span metrics, as conditions on the spans themselves. A span without an error has no `error`. */
export function spanFilters(where: Where): readonly Filter[] {
  return Object.entries(where).flatMap(([attribute, match]): readonly Filter[] => {
    if (attribute === "status.code") {
      return [match === "STATUS_CODE_ERROR" ? { column: "error", op: "=", value: true } : NO_ERROR];
    }
    return toFilters({ [spanColumn(attribute)]: attribute === "span.kind" ? kinds(match) : match });
  });
}

const NO_ERROR: Filter = { column: "error", op: "does-not-exist" };

function kinds(match: Match): Match {
  if (typeof match === "string") return KINDS[match] ?? match;
  return Array.isArray(match) ? match.map((kind: string) => KINDS[kind] ?? kind) : match;
}

/** Conditions as filters, which must all hold. */
export function toFilters(where: Where): readonly Filter[] {
  return Object.entries(where).flatMap(([attribute, match]) => filters(attribute, match));
}

function filters(column: string, match: Match): readonly Filter[] {
  const value = (text: string): string | number => (isNumeric(column) ? Number(text) : text);
  if (typeof match === "string") return [{ column, op: "=", value: value(match) }];
  if ("not" in match) return [{ column, op: "!=", value: value(match.not) }];
  if ("like" in match) {
    if (match.like === ".+") return [{ column, op: "exists" }];
    if (!isNumeric(column)) return [{ column, op: "starts-with", value: beginning(match.like) }];
    const [from, to] = numericRange(match.like);
    return [
      { column, op: ">=", value: from },
      { column, op: "<", value: to },
    ];
  }
  if ("without" in match) return match.without.map((text) => ({ column, op: "does-not-contain", value: text }));
  if ("unlike" in match) {
    if (!isNumeric(column)) return [{ column, op: "does-not-start-with", value: beginning(match.unlike) }];
    return [{ column, op: "<", value: below(column, match.unlike) }];
  }
  return [{ column, op: "in", value: match.map(value) }];
}

/** Filters cannot be joined by OR: of a status code, what is outside of 5xx is what is below. */
function below(column: string, pattern: string): number {
  const [from, to] = numericRange(pattern);
  if (column === "http.response.status_code" && to >= 600) return from;
  throw new Error(`${column}: Honeycomb cannot leave out the numbers ${pattern}: write the ones that are meant.`);
}

/**
 * Filters know beginnings, not patterns.
 *
 * @throws Error for a pattern that is more than a beginning: it would select something else
 */
function beginning(pattern: string): string {
  const found = /^((?:[^.*+?^${}()|[\]\\]|\\.|\.(?!\*))+)\.\*$/.exec(pattern);
  if (found === null) {
    throw new Error(`"${pattern}": Honeycomb filters by beginnings, so write a text and .* behind it, like UPDATE.*`);
  }
  return (found[1] ?? "").replaceAll(/\\(.)/g, "$1");
}

/** Filters as conditions on an event, for an SLI. */
export const testsOf = (all: readonly Filter[]): readonly string[] =>
  all.map(({ column, op, value }) =>
    TESTS[op](`$${column}`, (Array.isArray(value) ? value : [value]).map(literal).join(", ")),
  );

const TESTS: Readonly<Record<Filter["op"], (column: string, value: string) => string>> = {
  "=": (column, value) => `EQUALS(${column}, ${value})`,
  "!=": (column, value) => `NOT(EQUALS(${column}, ${value}))`,
  ">=": (column, value) => `GTE(${column}, ${value})`,
  "<=": (column, value) => `LTE(${column}, ${value})`,
  ">": (column, value) => `GT(${column}, ${value})`,
  // of a status code that was never sent, since nothing was answered: no server error, as for every other backend
  "<": (column, value) => `OR(NOT(EXISTS(${column})), LT(${column}, ${value}))`,
  in: (column, values) => `IN(${column}, ${values})`,
  "starts-with": (column, value) => `STARTS_WITH(${column}, ${value})`,
  "does-not-start-with": (column, value) => `NOT(STARTS_WITH(${column}, ${value}))`,
  contains: (column, value) => `CONTAINS(${column}, ${value})`,
  "does-not-contain": (column, value) => `NOT(CONTAINS(${column}, ${value}))`,
  exists: (column) => `EXISTS(${column})`,
  "does-not-exist": (column) => `NOT(EXISTS(${column}))`,
};

function literal(value: Filter["value"]): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

export function logFilters(severity: Severity, contains?: string): readonly Filter[] {
  const least = AT_LEAST[severity];
  return [
    ...(least === 0 ? [] : [{ column: "severity_code", op: ">=", value: least } as const]),
    ...(contains === undefined ? [] : [{ column: "body", op: "contains", value: contains } as const]),
  ];
}

export function bound(limit: { readonly attribute: string; readonly value: number } | undefined): readonly Filter[] {
  return limit === undefined ? [] : [{ column: limit.attribute, op: "<=", value: limit.value }];
}
