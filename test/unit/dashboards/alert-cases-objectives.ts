import type { LogPattern } from "../../parity/evaluate/recorded/recording.ts";
import type { AlertCase } from "./alert-cases.ts";

const env = 'deployment_environment_name="test"';
const STEPS = 400;
const grows = (n: number): string => `0+${n}x${STEPS}`;
/** A handful of failures at the beginning, long ago. */
const FEW = "0+1x4 4x396";

export type Series = Readonly<Record<string, string>>;

/** What an objective counts: all is well, and so much fails that every window's budget burns. */
interface ObjectiveCase {
  /** Id of the objective. */
  readonly objective: string;
  readonly firing: Series;
  readonly quiet: Series;
  readonly logs?: { readonly firing: readonly LogPattern[]; readonly quiet: readonly LogPattern[] };
}

/** Requests of the API: answered within half a second or not, with a status. */
export function requests(status: string, fast: string, all: string): Series {
  const labels = `${env}, service_name="api", http_response_status_code="${status}"`;
  const name = "http_server_request_duration_seconds";
  return {
    [`${name}_bucket{${labels}, le="0.5"}`]: fast,
    [`${name}_bucket{${labels}, le="+Inf"}`]: all,
    [`${name}_count{${labels}}`]: all,
  };
}

/** Spans of a service: so many that ended well, so many that did not. */
export function spans(service: string, kind: string, name: string, well: string, failed: string): Series {
  const labels = `${env}, service_name="${service}", span_kind="SPAN_KIND_${kind}", span_name="${name}"`;
  return {
    [`traces_span_metrics_calls_total{${labels}, status_code="STATUS_CODE_UNSET"}`]: well,
    [`traces_span_metrics_calls_total{${labels}, status_code="STATUS_CODE_ERROR"}`]: failed,
  };
}

export function reminders(lateness: number, every = 20): LogPattern {
  const attributes = { "reminder.lateness_s": lateness };
  return { service: "bot", severity: 9, body: "reminder delivered", every, attributes };
}

export const OBJECTIVE_CASES: readonly ObjectiveCase[] = [
  {
    objective: "api-availability",
    firing: { ...requests("200", grows(80), grows(80)), ...requests("500", grows(20), grows(20)) },
    quiet: { ...requests("200", grows(1000), grows(1000)), ...requests("500", FEW, FEW) },
  },
  {
    objective: "api-latency",
    firing: requests("200", grows(10), grows(100)),
    quiet: requests("200", grows(99), grows(100)),
  },
  {
    objective: "bot-success",
    firing: spans("bot", "CONSUMER", "bot process", grows(50), grows(50)),
    quiet: spans("bot", "CONSUMER", "bot process", grows(1000), FEW),
  },
  {
    objective: "worker-success",
    firing: spans("worker", "CONSUMER", "jobs process", grows(6), grows(4)),
    quiet: spans("worker", "CONSUMER", "jobs process", grows(1000), FEW),
  },
  {
    objective: "notification-timeliness",
    firing: {},
    quiet: {},
    // every single one is late: the hardest case, since then nothing good is there to divide
    logs: { firing: [reminders(100)], quiet: [reminders(2)] },
  },
];

export const pascal = (id: string): string => id.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** A case for every burn-rate alert, looked at after 100 minutes. */
export const BURN_CASES: readonly AlertCase[] = OBJECTIVE_CASES.flatMap(({ objective, ...rest }) =>
  ["1h", "6h", "3d"].map((window) => ({ alert: `${pascal(objective)}Burn${window}`, ...rest, minutes: 100 })),
);
