/** Which service must send what: every signal, but for nginx, whose metrics are read from its status page, and for SDKs of other languages. */
import type { TelemetrySignal } from "../pipeline/signal.ts";
import { type Check, found, idle, missing, unprovable, type Verdict } from "./check.ts";
import type { Evidence } from "./evidence.ts";
import type { ServiceFacts } from "./system.ts";

/** What can be asked for of a service. */
export function signalsOf({ kind }: Pick<ServiceFacts, "kind">): readonly TelemetrySignal[] {
  switch (kind) {
    case "nginx":
      return ["traces", "logs"];
    case "other":
      // its records are those of its container, which have a check of their own
      return ["traces", "metrics"];
    default:
      return ["traces", "metrics", "logs"];
  }
}

export interface SignalContext {
  /** Why nothing is put into a service, by its name. */
  readonly leftAlone?: ReadonlyMap<string, string>;
  /** Services that are asked for a page meanwhile: they have occasion for a span. */
  readonly asked?: readonly string[];
}

type Sender = Pick<ServiceFacts, "name" | "kind" | "injected">;

/**
 * One check per service and signal.
 * @param used whether it is known that the application is used: what is missing then is missing, and else may have had no occasion
 */
export function signalChecks(
  services: readonly Sender[],
  used = true,
  { leftAlone = new Map(), asked = [] }: SignalContext = {},
): Check[] {
  return services.flatMap((service) =>
    signalsOf(service).map(
      (signal): Check => ({
        id: `${service.name}/${signal}`,
        group: "signal",
        label: `${service.name} ${signal}`,
        required: service.kind !== "other" || (signal === "traces" && used),
        needs: {
          [`${signal}Of`]: [service.name],
          ...(service.injected && !used && { metricsOf: [service.name], tracesOf: [service.name] }),
        },
        judge(evidence) {
          const verdict = withRemedy(service, judges[signal](service.name, evidence));
          const reason = leftAlone.get(service.name);
          if (!verdict.found && reason !== undefined)
            return idle(`it is left alone, and runs without telemetry: ${reason}`);
          const hasOccasion = used || (signal === "traces" && asked.includes(service.name));
          if (verdict.found || hasOccasion || !service.injected) return verdict;
          return withoutOccasion(signal, service.name, evidence) ?? verdict;
        },
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

/** What belongs to no trace is, in Python that this program instruments, work that no library calls: a loop of the application's own. */
function withRemedy({ injected }: Sender, verdict: Verdict): Verdict {
  if (verdict.found || !injected || verdict.reason !== WITHOUT_TRACE) return verdict;
  return missing(
    `${WITHOUT_TRACE} (for a loop of the application's own, name its function in services[].traced: docs/instrumentation.md)`,
  );
}

/** Why an instrumented service that nobody is known to use shows no spans or no records of them; undefined where its SDK sends nothing. */
function withoutOccasion(signal: TelemetrySignal, service: string, evidence: Evidence): Verdict | undefined {
  const { spans, logs, refusal, serviceMetrics } = evidence;
  const metrics = serviceMetrics.get(service) ?? [];
  if (refusal !== undefined || metrics.length === 0) return undefined;
  const works = spans.of(service).length > 0;
  if (signal === "traces")
    return idle("its metrics arrive; nothing that it did meanwhile is a span, besides health checks");
  if (signal !== "logs") return undefined;
  const records = logs.get(service)?.length ?? 0;
  if (records === 0) return idle("its metrics arrive, and it wrote no record by Python's logging meanwhile");
  return idle(
    works
      ? "records arrive; none was written within a request, message or run, which this application does without a word"
      : "records arrive, and none of them within a request, message or run, of which there was none",
  );
}

const WITHOUT_TRACE = "log records arrive, but none carries a trace id";

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
    if (first?.traceId === undefined) return missing(WITHOUT_TRACE);
    return found(`${traced.length} records with a trace id`, { at: first.at, traceId: first.traceId });
  },
} as const;

function byColumns(what: string): string {
  return `${what} were written, as the columns of its dataset show; what they hold cannot be asked`;
}
