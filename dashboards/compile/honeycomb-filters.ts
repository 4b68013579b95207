import type { Match, Severity, Where } from "../model/expression.ts";

export interface Filter {
  readonly column: string;
  readonly op: "=" | "!=" | ">=" | "<=" | ">" | "<" | "in" | "starts-with" | "contains" | "does-not-contain" | "exists";
  readonly value?: string | number | boolean | readonly string[];
}

const AT_LEAST: Readonly<Record<Severity, number>> = { info: 0, warn: 13, error: 17 };

/** Honeycomb's own names for what span metrics call otherwise. */
export function spanColumn(attribute: string): string {
  if (attribute === "span.name") return "name";
  return attribute;
}

const KINDS: Readonly<Record<string, string>> = {
  SPAN_KIND_SERVER: "server",
  SPAN_KIND_CLIENT: "client",
  SPAN_KIND_PRODUCER: "producer",
  SPAN_KIND_CONSUMER: "consumer",
};

export function spanFilter(attribute: string, match: Match): readonly Filter[] {
  if (attribute === "status.code") return [{ column: "error", op: "=", value: match === "STATUS_CODE_ERROR" }];
  if (attribute === "span.kind") {
    const kinds = (typeof match === "string" ? [match] : Array.isArray(match) ? match : []).map(
      (kind: string) => KINDS[kind] ?? kind,
    );
    return [{ column: "span.kind", op: "in", value: kinds }];
  }
  return toFilters({ [spanColumn(attribute)]: match });
}

/** The one attribute of the catalogue that is a number. */
const STATUS = "http.response.status_code";

export function toFilters(where: Where): readonly Filter[] {
  return Object.entries(where).flatMap(([attribute, match]) =>
    typeof match === "object" && "without" in match
      ? match.without.map((value): Filter => ({ column: attribute, op: "does-not-contain", value }))
      : [toFilter(attribute, match)],
  );
}

export function toFilter(column: string, match: Exclude<Match, { readonly without: readonly string[] }>): Filter {
  if (typeof match === "string") return { column, op: "=", value: column === STATUS ? Number(match) : match };
  if ("not" in match) return { column, op: "!=", value: match.not };
  if ("unlike" in match) return { column, op: "<", value: Number(`${prefix(match.unlike)}00`) };
  if ("like" in match && column === STATUS) return { column, op: ">=", value: Number(`${prefix(match.like)}00`) };
  if ("like" in match)
    return match.like === ".+" ? { column, op: "exists" } : { column, op: "starts-with", value: prefix(match.like) };
  return { column, op: "in", value: match };
}

/** The catalogue's regular expressions are all prefixes (`5..`, `UPDATE.*`), which Honeycomb can filter by. */
function prefix(pattern: string): string {
  return pattern.replace(/(\.\*|\.+)$/, "");
}

export function test(attribute: string, match: Match): string {
  if (attribute === "status.code")
    return match === "STATUS_CODE_ERROR" ? "EQUALS($error, true)" : "NOT(EQUALS($error, true))";
  if (attribute === STATUS && typeof match === "object" && "like" in match)
    return `GTE($${STATUS}, ${prefix(match.like)}00)`;
  if (typeof match === "object" && "unlike" in match) return `LT($${STATUS}, ${prefix(match.unlike)}00)`;
  const column = `$${spanColumn(attribute)}`;
  if (typeof match === "string") return `EQUALS(${column}, "${match}")`;
  if ("like" in match) return `STARTS_WITH(${column}, "${prefix(match.like)}")`;
  if ("not" in match) return `NOT(EQUALS(${column}, "${match.not}"))`;
  if ("without" in match) return `NOT(OR(${match.without.map((text) => `CONTAINS(${column}, "${text}")`).join(", ")}))`;
  return `IN(${column}, ${match.map((one) => `"${one}"`).join(", ")})`;
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
