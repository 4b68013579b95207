/**
 * Attributes as a person types them: `key=value` apart by spaces, values with spaces in double quotes.
 * What has no `=` is passed over.
 */
export function attributesIn(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/([^\s="]+)=("([^"]*)"|\S*)/g)];
  return Object.fromEntries(pairs.map(([, key = "", plain = "", quoted]) => [key, quoted ?? plain]));
}

/** A text as a phrase of LogsQL. */
export const phrase = (text: string): string => JSON.stringify(text);

/** What the log view searches for. */
export interface LogSearch {
  readonly environment: string;
  readonly service?: string | undefined;
  /** At least this severe. */
  readonly severity?: "info" | "warn" | "error" | undefined;
  readonly traceId?: string | undefined;
  /** Words that the record contains, as they stand. */
  readonly text?: string | undefined;
}

/** OpenTelemetry's severity number at which a level begins. */
const LEVELS = { info: 9, warn: 13, error: 17 } as const;

/** The search in LogsQL, without a time: that travels beside it. */
export function logsQuery({ environment, service, severity, traceId, text }: LogSearch): string {
  const conditions = [
    `${phrase("deployment.environment.name")}:=${phrase(environment)}`,
    ...(service === undefined ? [] : [`${phrase("service.name")}:=${phrase(service)}`]),
    ...(traceId === undefined ? [] : [`trace_id:=${phrase(traceId)}`]),
    ...(severity === undefined ? [] : [`severity_number:>=${LEVELS[severity]}`]),
    ...(text === undefined || text.trim() === "" ? [] : [`_msg:i(${phrase(text.trim())})`]),
  ];
  return conditions.join(" ");
}
