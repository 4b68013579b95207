/** Which service must send what: every signal, but for nginx, whose metrics are read from its status page. */
import type { TelemetrySignal } from "../pipeline/signal.ts";
import { type Check, found, missing, unprovable } from "./check.ts";
import type { Evidence } from "./evidence.ts";
import type { ServiceFacts } from "./system.ts";

/** What can be asked for of a service. */
export function signalsOf({ kind }: Pick<ServiceFacts, "kind">): readonly TelemetrySignal[] {
  return kind === "nginx" ? ["traces", "logs"] : ["traces", "metrics", "logs"];
}

/** One check per service and signal. */
export function signalChecks(services: readonly Pick<ServiceFacts, "name" | "kind">[]): Check[] {
  return services.flatMap((service) =>
    signalsOf(service).map(
      (signal): Check => ({
        id: `${service.name}/${signal}`,
        group: "signal",
        label: `${service.name} ${signal}`,
        required: true,
        needs: { [`${signal}Of`]: [service.name] },
        judge: (evidence) => judges[signal](service.name, evidence),
      }),
    ),
  );
}

/** One check for each container whose log is read. None is required: what has nothing to say sends nothing. */
export function containerLogChecks(names: readonly string[]): Check[] {
  return names.map((name) => ({
    id: `${name}/logs`,
    group: "signal",
    label: `${name} logs`,
    required: false,
    needs: { containerLogsOf: [name] },
    judge({ logs, refusal, arrivals }) {
      const newest = logs.get(name)?.[0]?.at ?? arrivals.get(name)?.logs;
      if (newest !== undefined) return found("the log of its container is read", { at: newest });
      return refusal === undefined ? missing("its container wrote nothing for a day") : unprovable(refusal);
    },
  }));
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
