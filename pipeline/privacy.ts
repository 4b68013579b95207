import type { Processor, Statements } from "./components.ts";
import type { Privacy } from "./input.ts";
import { ottlString } from "./ottl.ts";
import { atLeast } from "./versions.ts";

/** Attributes whose name says that the value is secret. */
export const SECRET_KEY_PATTERN =
  "(?i)(token|secret|passw(or)?d|authorization|cookie|api[_.-]?key|private[_.-]?key|credential)";

/**
 * Values that are masked in every text (RE2). The collector applies them in no fixed order, so none may rely on another.
 * No word boundary closes the snowflake: `guild_1234…_member_5678…` holds two of them.
 */
export const VALUE_PATTERNS = {
  email: "[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}",
  bearer: "(?i)\\b(bearer|basic|bot)\\s+[A-Za-z0-9._~+/-]{16,}=*",
  jwt: "\\beyJ[A-Za-z0-9_-]{5,}\\.[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)?",
  discordToken: "\\b[MNO][A-Za-z\\d_-]{23,27}\\.[A-Za-z\\d_-]{6,7}\\.[A-Za-z\\d_-]{27,}",
  discordUrlToken: "\\b(webhooks|interactions)/\\d+/[A-Za-z0-9_.-]+",
  snowflake: "(\\b|_)\\d{17,20}",
  urlCredentials: "://[^/\\s:@]*:[^/\\s@]+@",
  assignedSecret: "(?i)\\b(password|passwd|pwd|secret|token|api[_-]?key)[\"']?\\s*[=:]\\s*[\"']?[^\\s\"',;&)}]+",
} as const;

/** Keys whose long numbers identify no person: correlation, and times in nanoseconds. */
export const KEPT_KEYS = [
  "trace_id",
  "span_id",
  "trace.id",
  "span.id",
  "otelTraceID",
  "otelSpanID",
  "messaging.message.conversation_id",
  "messaging.message.id",
  "time_unix_nano",
  "timestamp_ns",
  "start_time_ns",
  "end_time_ns",
];

/**
 * Keys whose values come from a fixed vocabulary of the instrumentation, never from a person. They are most of all attributes;
 * not looking at them saves a third of what redaction costs (measured).
 */
export const VOCABULARY_KEYS = [
  "db.system",
  "db.system.name",
  "deployment.environment.name",
  "http.request.method",
  "http.response.status_code",
  "messaging.operation.type",
  "messaging.system",
  "network.protocol.name",
  "network.protocol.version",
  "server.port",
  "service.name",
  "service.namespace",
  "span.kind",
  "status.code",
  "telemetry.auto.version",
  "telemetry.sdk.language",
  "telemetry.sdk.name",
  "telemetry.sdk.version",
  "url.scheme",
];

const MASK = "***";

/** Removes personal data from the fields `redaction` does not look at, and secrets from the places that are known to hold them. */
export function privacyTransform(privacy: Privacy): Processor<"transform"> {
  return {
    kind: "transform",
    name: "privacy",
    settings: {
      error_mode: "ignore",
      trace_statements: [
        { context: "span", statements: spanStatements(privacy) },
        { context: "spanevent", statements: spanEventStatements(privacy) },
      ],
      log_statements: [{ context: "log", statements: logStatements() } satisfies Statements<"log">],
    },
  };
}

/** Masks by key and by value: attributes of resources, scopes, spans, span events, log records and points, and log bodies. */
export function redaction(privacy: Privacy, collectorVersion: string): Processor<"redaction"> {
  return {
    kind: "redaction",
    name: "privacy",
    why: "Before every exporter, and before metrics are derived from spans.",
    settings: {
      allow_all_keys: true,
      redact_all_types: true,
      blocked_key_patterns: [SECRET_KEY_PATTERN],
      blocked_values: allPatterns(privacy),
      ignored_keys: [...new Set([...KEPT_KEYS, ...VOCABULARY_KEYS, ...privacy.keep])],
      ...(atLeast(collectorVersion, "0.144.0")
        ? { ignored_key_patterns: ["(?i)(unix_?nano|[._]ns|nanos(econds)?)$"] }
        : {}),
      ...(privacy.hashKey === undefined ? {} : { hash_function: "hmac-sha256" as const, hmac_key: privacy.hashKey }),
      summary: "silent",
    },
  };
}

function allPatterns(privacy: Privacy): readonly string[] {
  return [...new Set([...Object.values(VALUE_PATTERNS), ...privacy.patterns])];
}

/** One alternation: the texts are short, and one statement each keeps the file readable. */
function maskAll(target: string, privacy: Privacy, where: string): string {
  const any = allPatterns(privacy)
    .map((pattern) => `(?:${pattern})`)
    .join("|");
  return `replace_pattern(${target}, ${ottlString(any)}, "${MASK}") where ${where}`;
}

function spanStatements(privacy: Privacy): readonly string[] {
  const urls = ["url.full", "http.url", "http.target", "url.path"];
  return [
    ...urls.map((key) => cut(`attributes["${key}"]`, "\\?.*$", "")),
    'delete_key(attributes, "url.query")',
    'delete_key(attributes, "url.fragment")',
    // the token of an interaction or a webhook is enough to post as its owner
    ...[...urls.map((key) => `attributes["${key}"]`), "name"].map((target) =>
      cut(target, "/(interactions|webhooks)/\\d+/[^/?\\s]+", `/$1/${MASK}/${MASK}`),
    ),
    ...["db.query.text", "db.statement"].flatMap((key) => [
      cut(`attributes["${key}"]`, "'(?:[^']|'')*'", "?"),
      cut(`attributes["${key}"]`, "([\\s=(,<>+*/-])\\d+(\\.\\d+)?\\b", "$1?"),
    ]),
    cut('attributes["client.address"]', "\\.\\d{1,3}$", ".0"),
    ...databaseErrors("status.message"),
    cut("status.message", "\\?[^\\s'\"]*", ""),
    maskAll("status.message", privacy, 'status.message != ""'),
    maskAll("name", privacy, 'name != ""'),
  ];
}

function spanEventStatements(privacy: Privacy): readonly string[] {
  return [
    ...EXCEPTION_KEYS.flatMap((key) => databaseErrors(`attributes["${key}"]`)),
    maskAll("name", privacy, 'name != "" and name != "exception"'),
  ];
}

function logStatements(): readonly string[] {
  return [
    ...EXCEPTION_KEYS.flatMap((key) => databaseErrors(`attributes["${key}"]`)),
    ...databaseErrors("body.string").map((statement) => `${statement} where IsString(body)`),
  ];
}

const EXCEPTION_KEYS = ["exception.message", "exception.stacktrace"];

/** SQLAlchemy repeats the parameters of a failed statement, PostgreSQL the values of a violated key. */
function databaseErrors(target: string): readonly string[] {
  return [
    cut(target, "\\[parameters: [^\\n]*", `[parameters: ${MASK}]`),
    cut(target, "(DETAIL:\\s+(?:Key|Failing row)[^\\n]*?=?)\\([^\\n]*", `$1(${MASK})`),
  ];
}

function cut(target: string, pattern: string, replacement: string): string {
  return `replace_pattern(${target}, ${ottlString(pattern)}, ${ottlString(replacement)})`;
}
