/** SIGNALS: which service must send what. The one list of services for everything in `verify/`. */
import type { TelemetrySignal } from "../pipeline/signal.ts";
import { type Check, found, missing, unprovable } from "./check.ts";
import type { Evidence } from "./evidence.ts";

export interface ServiceSignals {
  /** `service.name`. */
  readonly service: string;
  readonly signals: readonly TelemetrySignal[];
  /** True: only where the image can (nginx with its OpenTelemetry module). */
  readonly whereAvailable?: boolean;
}

export const SIGNALS: readonly ServiceSignals[] = [
  { service: "api", signals: ["traces", "metrics", "logs"] },
  { service: "bot", signals: ["traces", "metrics", "logs"] },
  { service: "notification", signals: ["traces", "metrics", "logs"] },
  { service: "status", signals: ["traces", "metrics", "logs"] },
  { service: "frontend", signals: ["traces"], whereAvailable: true },
];

/** Whether a stack's services are (at least) those of the example application, whose traffic the tables describe. */
export function isExample(sending: readonly string[]): boolean {
  return SIGNALS.every(({ service, whereAvailable }) => whereAvailable === true || sending.includes(service));
}

/**
 * What the services of a stack must send: what SIGNALS says of the example's, every signal of all others.
 *
 * @param sending the stack output `services`; default: the example's
 */
export function signalsOf(sending?: readonly string[]): readonly ServiceSignals[] {
  if (sending === undefined) return SIGNALS;
  const known = isExample(sending) ? SIGNALS : [];
  const others = sending.filter((service) => !known.some((row) => row.service === service));
  return [...known, ...others.map((service): ServiceSignals => ({ service, signals: ["traces", "metrics", "logs"] }))];
}

/**
 * One check per service and signal.
 *
 * @param nginxTraces whether the nginx image in use has the OpenTelemetry module, so that its traces are required
 */
export function signalChecks(table: readonly ServiceSignals[], nginxTraces: boolean): Check[] {
  return table.flatMap(({ service, signals, whereAvailable }) =>
    signals.map(
      (signal): Check => ({
        id: `${service}/${signal}`,
        group: "signal",
        label: `${service} ${signal}`,
        required: whereAvailable !== true || nginxTraces,
        needs: { [`${signal}Of`]: [service] },
        judge: (evidence) => judges[signal](service, evidence),
      }),
    ),
  );
}

const judges = {
  traces(service: string, { spans, refusal, arrivals }: Evidence) {
    const written = arrivals.get(service)?.traces;
    if (refusal !== undefined) {
      return written === undefined ? missing("no span of it was written") : found(byColumns("spans"), { at: written });
    }
    const own = spans.of(service).toSorted((a, b) => a.start.getTime() - b.start.getTime());
    const first = own[0];
    if (first === undefined) return missing("no span of it arrived");
    const traces = new Set(own.map((span) => span.traceId)).size;
    return found(`${own.length} spans in ${traces} traces`, { at: first.start, traceId: first.traceId });
  },
  metrics(service: string, { serviceMetrics, refusal }: Evidence) {
    if (refusal !== undefined) return unprovable(refusal);
    const names = serviceMetrics.get(service) ?? [];
    return names.length === 0 ? missing("its SDK sent no metric") : found(`${names.length} metrics`);
  },
  logs(service: string, { logs, refusal, arrivals }: Evidence) {
    const written = arrivals.get(service)?.logs;
    if (refusal !== undefined) {
      return written === undefined
        ? missing("no log record of it was written")
        : found(byColumns("log records"), { at: written });
    }
    const records = logs.get(service) ?? [];
    const traced = records.filter((record) => record.traceId !== undefined);
    const first = traced[0];
    if (records.length === 0) return missing("no log record of it arrived");
    if (first?.traceId === undefined) return missing("log records arrive, but none carries a trace id");
    return found(`${traced.length} records with a trace id`, { at: first.at, traceId: first.traceId });
  },
} as const;

function byColumns(what: string): string {
  return `${what} were written, as the columns of its dataset show; what they hold cannot be asked`;
}
