/**
 * Attributes whose value is a number. New Relic and Honeycomb compare a number with text as unequal, whatever the digits;
 * Prometheus and Loki store every value as text. Types: OpenTelemetry semantic conventions 1.38
 * (https://opentelemetry.io/docs/specs/semconv/registry/attributes/) and what our instrumentation sends.
 */
const NUMERIC: ReadonlySet<string> = new Set([
  "http.response.status_code",
  "http.request.body.size",
  "http.response.body.size",
  "http.request.resend_count",
  "server.port",
  "client.port",
  "network.peer.port",
  "db.response.returned_rows",
  "db.operation.batch.size",
  "messaging.batch.message_count",
  "messaging.message.body.size",
  "process.pid",
  "thread.id",
]);

/** True when the attribute's value is a number, so that it must be compared with numbers. */
export function isNumeric(attribute: string): boolean {
  return NUMERIC.has(attribute);
}

/**
 * The numbers that an anchored pattern of digits and dots matches, as a range without its end: `5..` is 500 to 600.
 *
 * @throws Error for any other pattern: a number has no text to match
 */
export function numericRange(pattern: string): readonly [number, number] {
  const found = /^(\d+)(\.*)$/.exec(pattern);
  if (found === null) {
    throw new Error(`"${pattern}" cannot select numbers: write digits, then dots, for example 5.. for 500 to 599.`);
  }
  const [, digits = "", dots = ""] = found;
  const unit = 10 ** dots.length;
  return [Number(digits) * unit, (Number(digits) + 1) * unit];
}
