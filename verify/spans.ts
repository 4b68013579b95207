/** What a span is about, whichever generation of the semantic conventions it follows. */
import { type Json, text } from "./json.ts";
import type { Span, SpanKind } from "./query.ts";

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

/** What says how long, how many, in which order or how exact, and of nobody anything: the collector's privacy leaves it (images/programs/privacy/statement.go). */
const HARMLESS: readonly RegExp[] = [
  /\binterval\s*'[\w .:-]{0,32}'/gi,
  /'[\w .:-]{0,32}'::interval\b/gi,
  /'(?:\{\}|\[\]|%\w)'/g,
  /\b(?:limit|offset|top)\s+\d+\b/gi,
  /\bby\s+\d+(?:\s*,\s*\d+)*\b/gi,
  /(?:::|\bas\s+)?\b(?:numeric|decimal|dec|n?(?:var)?char|character|varying|varbinary|varbit|timestamptz|datetime)\d*\s*\(\s*\d+(?:\s*,\s*\d+)?\s*\)/gi,
  /(?:::|\bas\s+)(?:bit|time|timestamp|timetz|interval|float|number|binary|geometry|vector)\d*\s*\(\s*\d+(?:\s*,\s*\d+)?\s*\)/gi,
];

/** Commands of Redis whose numbers say how many, how long and from where on: the collector's privacy leaves those of up to five digits, as above. */
const REDIS_COUNTS =
  /^\s*(?:evalsha(?:_ro)?|eval|fcall|p?expire|(?:incr|decr)by|z(?:rev)?range|lrange|ltrim|[hsz]?scan|lindex|b[lr]pop|brpoplpush|getrange)\s/i;
const COUNT = /(?<![\w$:.%@])-?\d{1,5}(?![\w.])/g;

/** How long Redis keeps what it is given: `SET key ? EX 900 NX`, `SETEX key 300 ?`. */
const REDIS_LIFETIMES = /(?<=^\s*p?setex\s+\S+)\s+\d+(?=\s)|(?<=^\s*set\s.*)\s(?:ex|px|exat|pxat)\s+\d+\b/gi;

/**
 * Whether SQL text still holds a value: a quoted string or a number that is neither a placeholder (`$1`, `%s`, `:name`)
 * nor part of a name or type, nor harmless. Masks (`'?'`, `'***'`, `'[...]'`) are no values.
 */
export function holdsLiteral(sql: string): boolean {
  const harmless = REDIS_COUNTS.test(sql) ? [COUNT] : [REDIS_LIFETIMES, ...HARMLESS];
  const rest = harmless.reduce((text, each) => text.replaceAll(each, ""), sql);
  const strings = rest.match(/'(?:[^']|'')*'/g) ?? [];
  if (strings.some((string) => !/^'(\?|\*+|\[[^\]]*\]|<[^>]*>)?'$/.test(string))) return true;
  const withoutStrings = rest.replaceAll(/'(?:[^']|'')*'/g, "").replaceAll(/"[^"]*"/g, "");
  return /(?<![\w$:.%@])\d+(?:\.\d+)?(?!\w)/.test(withoutStrings);
}

/** Kinds in the order of OTLP's numbers. */
const KINDS: readonly SpanKind[] = ["unspecified", "internal", "server", "client", "producer", "consumer"];

/** A kind by its number in OTLP, or by its name. */
export function kindOf(value: unknown): SpanKind {
  const name = text(value).replace("SPAN_KIND_", "").toLowerCase();
  return (typeof value === "number" ? KINDS[value] : KINDS.find((kind) => kind === name)) ?? "unspecified";
}

/** What New Relic and Honeycomb call alike in the row of a span. */
export function commonFields(row: Json): Pick<Span, "service" | "name" | "kind" | "attributes"> {
  return {
    service: text(row["service.name"]),
    name: text(row.name),
    kind: kindOf(text(row["span.kind"])),
    attributes: Object.fromEntries(
      SPAN_ATTRIBUTES.map((name) => [name, text(row[name])] as const).filter(([, value]) => value !== ""),
    ),
  };
}

/** Attributes of a span's resource that the checks read: they stand among its own. */
export const RESOURCE_ATTRIBUTES = ["deployment.environment.name", "telemetry.source"] as const;

/** The attributes that this file and the checks read: what a backend that needs names is queried for. */
export const SPAN_ATTRIBUTES: readonly string[] = [
  "db.system",
  "db.system.name",
  "db.statement",
  "db.query.text",
  "messaging.system",
  "http.method",
  "http.request.method",
  "discord.command.name",
  "discord.guild.id",
  "discord.channel.id",
  "discord.user.id",
  "code.function.name",
  ...RESOURCE_ATTRIBUTES,
];
