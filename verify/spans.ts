/** What a span is about, whichever generation of the semantic conventions it follows. */
import type { Span } from "./query.ts";

/** `postgresql`, `redis`, ... of a database client span. */
export function databaseOf(span: Span): string | undefined {
  return span.attributes["db.system.name"] ?? span.attributes["db.system"];
}

/** SQL or Redis command text of a database client span. */
export function statementOf(span: Span): string | undefined {
  return span.attributes["db.query.text"] ?? span.attributes["db.statement"];
}

/** Opening or checking a connection to a database: a client span without work in it. */
export function isConnection(span: Span): boolean {
  return databaseOf(span) !== undefined && (statementOf(span) === undefined || statementOf(span) === "PING");
}

export function isMessage(span: Span, kind: "producer" | "consumer"): boolean {
  return span.kind === kind && span.attributes["messaging.system"] === "rabbitmq";
}

export function isHttpCall(span: Span): boolean {
  return (
    span.kind === "client" && (span.attributes["http.request.method"] ?? span.attributes["http.method"]) !== undefined
  );
}

/**
 * Whether SQL text still holds a value: a quoted string or a number that is neither a placeholder (`$1`, `%s`, `:name`)
 * nor part of a name or type. Masks (`'?'`, `'***'`, `'[...]'`) are no values.
 */
export function holdsLiteral(sql: string): boolean {
  const strings = sql.match(/'(?:[^']|'')*'/g) ?? [];
  if (strings.some((string) => !/^'(\?|\*+|\[[^\]]*\]|<[^>]*>)?'$/.test(string))) return true;
  const withoutStrings = sql.replaceAll(/'(?:[^']|'')*'/g, "").replaceAll(/"[^"]*"/g, "");
  return /(?<![\w$:.%@])\d+(?:\.\d+)?(?!\w)/.test(withoutStrings.replaceAll(/\b(var)?char\(\d+\)/gi, ""));
}

/** The attributes that this file and the checks read: what a backend that needs names is queried for. */
export const SPAN_ATTRIBUTES: readonly string[] = [
  "db.system",
  "db.system.name",
  "db.statement",
  "db.query.text",
  "messaging.system",
  "http.method",
  "http.request.method",
];
