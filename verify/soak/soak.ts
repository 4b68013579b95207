import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../cli/failure.ts";
import { type ActiveAlert, type AlertSource, activeAlerts } from "../alerts.ts";
import { type App, appAt, type Drive } from "../drive.ts";

export interface SoakOptions {
  readonly source: AlertSource;
  /** Undefined: no traffic is made, the alerts are watched alone. */
  readonly drive: Drive | undefined;
  readonly published: Readonly<Record<string, string>>;
  readonly minutes: number;
  /** Called about once a minute. */
  readonly onProgress?: (progress: SoakReport) => void;
  /** Ends it early: `soak` then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** For tests. Defaults: a request each half second, the rules asked each five seconds. */
  readonly requestMs?: number;
  readonly askMs?: number;
}

/** An alert that was seen, and for how long. */
export interface SeenAlert {
  readonly name: string;
  readonly about: string;
  /** The worst it came to. */
  readonly state: ActiveAlert["state"];
  /** Seconds from the begin of the soak until it was seen first, and last. */
  readonly from: number;
  readonly to: number;
}

/** What became of it; also what `--json` prints. */
export interface SoakReport {
  readonly minutes: number;
  /** Requests made, and those that were not answered by the application or answered with 5xx. */
  readonly requests: number;
  readonly failed: number;
  /** How often the rules were asked, and answered. */
  readonly asked: number;
  readonly answered: number;
  readonly alerts: readonly SeenAlert[];
  /** Why the rules, or the drive, could not be asked when it was last tried. */
  readonly trouble?: string;
  /** Nothing fired, and the rules answered nearly always: at least nine times of ten. */
  readonly quiet: boolean;
}

/** Light traffic for some minutes, while every alert is noted. Ends by itself. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { source, drive, published, minutes, onProgress, signal, requestMs = 500, askMs = 5000 } = options;
  const begun = Date.now();
  const until = begun + minutes * 60_000;
  const seen = new Map<string, SeenAlert>();
  const counts = { requests: 0, failed: 0, asked: 0, answered: 0 };
  let trouble: string | undefined;

  const report = (): SoakReport => ({
    minutes: Math.round((Date.now() - begun) / 6000) / 10,
    ...counts,
    alerts: [...seen.values()],
    ...(trouble !== undefined && { trouble }),
    quiet:
      counts.answered > 0 &&
      counts.answered >= 0.9 * counts.asked &&
      ![...seen.values()].some(({ state }) => state === "firing"),
  });
  const every = async (ms: number, work: (turn: number) => Promise<void>): Promise<void> => {
    for (let turn = 0; Date.now() < until; turn++) {
      signal?.throwIfAborted();
      const started = Date.now();
      await work(turn);
      const pause = Math.min(Math.max(0, ms - (Date.now() - started)), Math.max(0, until - Date.now()));
      await sleep(pause, undefined, signal && { signal });
    }
  };
  const app = appAt({ published, ...(signal && { signal }) });
  await Promise.all([
    every(askMs, async () => {
      counts.asked += 1;
      try {
        const now = Math.round((Date.now() - begun) / 1000);
        for (const alert of await activeAlerts(source)) note(seen, alert, now);
        counts.answered += 1;
      } catch (error) {
        trouble = messageOf(error);
      }
    }),
    drive === undefined
      ? undefined
      : every(requestMs, async (turn) => {
          counts.requests += 1;
          if (!(await answered(drive, app, turn))) counts.failed += 1;
        }),
    every(60_000, async (turn) => {
      if (turn > 0) onProgress?.(report());
    }),
  ]);
  return report();
}

async function answered(drive: Drive, app: App, turn: number): Promise<boolean> {
  const answer = await drive.light(app, turn);
  return answer !== undefined && answer.status < 500;
}

function note(seen: Map<string, SeenAlert>, { name, about, state }: ActiveAlert, now: number): void {
  const key = `${name} ${about}`;
  const before = seen.get(key);
  const worst = before?.state === "firing" ? "firing" : state;
  seen.set(key, { name, about, state: worst, from: before?.from ?? now, to: now });
}

/** The report for a person. */
export function renderSoak(report: SoakReport): string {
  const { minutes, requests, failed, asked, answered, alerts, quiet, trouble } = report;
  const lines = alerts
    .toSorted((a, b) => (a.state === b.state ? a.from - b.from : a.state === "firing" ? -1 : 1))
    .map(
      ({ name, about, state, from, to }) =>
        `  ${state.toUpperCase().padEnd(8)} ${name}${about === "" ? "" : ` (${about})`}, from ${from} s to ${to} s`,
    );
  return [
    `${minutes} minutes, ${requests} requests (${failed} failed), rules asked ${asked} times (${answered} answers)`,
    ...lines,
    ...(answered < asked && trouble !== undefined ? [`  not answered: ${trouble}`] : []),
    quiet ? "Quiet: nothing fired." : "NOT QUIET.",
  ].join("\n");
}
