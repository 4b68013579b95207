import rules from "../images/programs/privacy/rules.json" with { type: "json" };
import type { Processor, Statements } from "./components.ts";
import type { PipelineInput, Privacy } from "./input.ts";
import { ottlString } from "./ottl.ts";
import { atLeast } from "./versions.ts";

/** Attributes whose name says that the value is secret; the last word of a name says what it is, `token_count` is a count. */
export const SECRET_KEY_PATTERN =
  "(?i)((^|[^a-z])pass|token|secret|passw(or)?d|pwd|passphrase|authorization|cookie|csrf|xsrf|sess(ion)?[_.-]?id|jwt|(api|access|private|signing|encryption|license|secret)[_.-]?key|credentials?)([_.-]?(key|value|hash|id))?$";

const SECRET_WORDS =
  "(?:pass|passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|authorization|cookie|csrf|sess(?:ion)?[_ -]?id|jsessionid)";
const NAME_WORDS =
  "(?:user[_.-]?name|global[_.-]?name|display[_.-]?name|nick(?:[_.-]?name)?|full[_.-]?name|first[_.-]?name|last[_.-]?name)";
/** Behind a key: quotes, also escaped ones, then the value. */
const ASSIGNED = "\\\\*[\"']?\\s*[=:]\\s*(?:\\\\*\"[^\"\\\\]*|b?'[^']*|[^\\s\"',;&)}\\\\]+)";

/**
 * Values that are masked in every text by collectors without the `privacy` processor (RE2). The collector applies them in no fixed order, so
 * none may rely on another. No word boundary closes the snowflake: `guild_1234…_member_5678…` holds two of them.
 */
export const VALUE_PATTERNS = {
  email: "[A-Za-z0-9._%+-]+(?:@|%40)[A-Za-z0-9.-]+\\.[A-Za-z]{2,}",
  bearer: "(?i)\\b(bearer|basic|bot)\\s+[A-Za-z0-9._~+/-]{16,}=*",
  jwt: "\\beyJ[A-Za-z0-9_-]{5,}\\.[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)?",
  discordToken: "\\b[MNO][A-Za-z\\d_-]{23,27}\\.[A-Za-z\\d_-]{6,7}\\.[A-Za-z\\d_-]{27,}",
  discordUrlToken: "\\b(webhooks|interactions)/\\d+/[A-Za-z0-9_.-]+",
  discordInvite: "(?i)\\b(discord\\.gg|discord(app)?\\.com/invite)/[A-Za-z0-9-]+",
  interactionToken: "\\baW50ZXJhY3Rpb246[A-Za-z0-9+/_=-]+",
  snowflake: "(\\b|_)(\\d{17,18}|1[0-5]\\d{17})(\\b|_)",
  urlCredentials: "://[^/\\s:@]*:[^\\s@\"']+@",
  assignedSecret: `(?i)${SECRET_WORDS}${ASSIGNED}`,
  assignedName: `(?i)\\b${NAME_WORDS}${ASSIGNED}`,
  authorization: "(?i)\\b(authorization|cookie)\\\\*[\"']?:\\s*[^\\n\"']+",
  card: "\\b(?:4\\d{3}|5[1-5]\\d{2}|2[2-7]\\d{2}|6011|65\\d{2})[ -]?\\d{4}[ -]?\\d{4}[ -]?\\d{4}\\b|\\b3[47]\\d{2}[ -]?\\d{6}[ -]?\\d{5}\\b",
  phone: "(?:\\B\\+|\\b00)[1-9]\\d{0,2}[ .-]?\\(?\\d{2,4}\\)?(?:[ .-]?\\d{2,4}){2,4}\\b",
  clientAddress:
    "(?i)\\b(?:client|from|for|remote|peer|ip|x-forwarded-for|x-real-ip)[\"' :=\\[]+(?:\\d{1,3}\\.){3}\\d{1,3}\\b",
  pem: "\\bMII[A-Za-z0-9+/]{20,}|^[A-Za-z0-9+/]{64}$",
  vendorKey: `\\b(?:${rules.vendorKeys.map(({ prefix, min }) => `${escaped(prefix)}[A-Za-z0-9_.=/+-]{${min},}`).join("|")})`,
  newRelicLicense: "\\b[0-9A-Za-z]{32,}NRAL\\b",
} as const;

function escaped(text: string): string {
  return text.replaceAll(".", "\\.");
}

/**
 * What collectors without the `privacy` processor leave as it is. One sentence, for the preview.
 */
export const UNCOVERED =
  "collector.image: this image does not have the privacy processor of build:collector, so these are not redacted: attributes of span links and exemplars, trace state, names of scopes, IPv6 addresses, IPv4 addresses without a word before them, names with a discriminator (name#0042), statements inside log texts, values of URL queries in log texts; numbers are masked by their shape only, without a check digit or an instant, and privacy.action drop and privacy.addresses have no effect. docs/privacy.md says more";

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

/** The processors that take secrets and personal data out: first of spans and log records, then of points. */
export function privacyProcessors({
  privacy,
  collector,
}: PipelineInput): Readonly<Record<"records" | "points", readonly Processor[]>> {
  if (collector.distribution === "own") {
    const all = [privacyProcessor(privacy)];
    return { records: all, points: all };
  }
  const redact = redaction(privacy, collector.version);
  return { records: [privacyTransform(privacy), redact], points: [redact] };
}

/** One pass over everything: images/programs/privacy. */
function privacyProcessor({ action, addresses, patterns, keep, hashKey }: Privacy): Processor<"privacy"> {
  return {
    kind: "privacy",
    why: "Before every exporter, and before metrics are derived from spans.",
    settings: {
      action: action ?? "mask",
      addresses: addresses ?? "truncate",
      ...(patterns.length > 0 && { patterns }),
      ...(keep.length > 0 && { keep }),
      ...(hashKey !== undefined && { hash_key: hashKey }),
    },
  };
}

/** Removes personal data from the fields `redaction` does not look at, and secrets from the places that are known to hold them. */
function privacyTransform(privacy: Privacy): Processor<"transform"> {
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
function redaction(privacy: Privacy, collectorVersion: string): Processor<"redaction"> {
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
    ...CLIENT_KEYS.map((key) => cut(`attributes["${key}"]`, "\\.\\d{1,3}$", ".0")),
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

/** Where older and newer conventions put the address of who calls. */
const CLIENT_KEYS = [
  "client.address",
  "network.peer.address",
  "net.peer.ip",
  "net.sock.peer.addr",
  "http.client_ip",
  "client.socket.address",
  "source.address",
];

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
