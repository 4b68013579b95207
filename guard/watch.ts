import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../cli/failure.ts";
import { interruption } from "../cli/process.ts";
import { type Drive, driveApp } from "../verify/drive.ts";
import type { StackOutputs } from "../verify/outputs.ts";
import type { VerifyReport } from "../verify/report-types.ts";
import { runVerify } from "../verify/run.ts";
import type { Rules } from "./findings.ts";
import { type Judgement, judge } from "./judge.ts";
import { type BackendLook, lookAtBackends } from "./look/backend.ts";
import { lookAtExports } from "./look/exports.ts";
import { type LossLook, lookAtLosses, NO_LOSSES, NOT_READ_YET } from "./look/losses.ts";
import { type Deployment, lookAtRunning, type RunningLook, UNSEEN } from "./look/running.ts";
import { askedServices, beginTraffic } from "./look/traffic.ts";
import { NOTHING, type Observation, type Proof } from "./observation.ts";

/** What is watched, how long, and what it is held against. */
export interface WatchOptions {
  readonly stack: string;
  readonly outputs: StackOutputs;
  readonly drive: Drive | undefined;
  /** `<service>/<path>`; see `beginTraffic`. */
  readonly requests: readonly string[];
  readonly canaries: readonly string[];
  readonly deployment: Deployment;
  /** Whether the loss ledger is asked for; default: yes. */
  readonly ledger?: false;
  /** Whether alerts that fire are evidence; default: yes. */
  readonly alerts?: false;
  /** What it is held against. */
  readonly before: Observation;
  readonly rules: Rules;
  /** Seconds that it is watched at least, and at most. */
  readonly watch: number;
  readonly atMost: number;
  /** Called with what is not yet well. */
  readonly onLook?: (doing: string) => void;
}

/** Whom light traffic asks, and what is searched for in its telemetry. */
export type Asked = Pick<WatchOptions, "stack" | "deployment" | "outputs" | "drive" | "requests" | "canaries">;

/** What came of watching a release. */
export interface Watched {
  readonly judgement: Judgement;
  readonly observation: Observation;
  readonly report: VerifyReport;
  /** When each finding was seen first (ISO 8601), by its id. */
  readonly since: ReadonlyMap<string, string>;
}

/** What was found, each with the time it was seen first (ISO 8601). */
export const findingsOf = ({ judgement, since }: Pick<Watched, "judgement" | "since">) =>
  judgement.findings.map(({ id, says }) => ({ id, says, since: since.get(id) ?? new Date().toISOString() }));

const LOOK_EVERY_MS = 1500;
/** How often a backend that may be a vendor's is asked the same. */
const ASK_EVERY_MS = 4000;
const ASK_LEDGER_EVERY_MS = 8000;

/** Watches what runs under light traffic until it can be judged. @throws the reason when it is interrupted */
export async function watchRelease(options: WatchOptions): Promise<Watched> {
  const { stack, deployment, outputs, drive, before, rules, watch, atMost } = options;
  const begun = new Date();
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, interruption]);
  const traffic = beginTraffic(outputs, drive, options.requests, signal);
  const proof = beginProof(options, begun, signal);
  const backends = beginAsking(options, begun, signal);
  const ledger = beginReading(options, begun, signal);
  const since = new Map<string, string>();
  try {
    for (;;) {
      interruption.throwIfAborted();
      const [{ unseen, ...running }, exports] = await Promise.all([
        runningNow(stack, deployment),
        lookAtExports(stack, deployment, begun),
      ]);
      const seconds = (Date.now() - begun.getTime()) / 1000;
      const over = seconds >= atMost;
      const report = over ? await proof.report() : proof.soFar();
      const [said, books] = over
        ? await Promise.all([backends.last(), ledger.last()])
        : [backends.soFar(), ledger.soFar()];
      const observation: Observation = {
        seconds,
        ...running,
        exports,
        answers: traffic.answers(),
        lag: traffic.lag(),
        ...said,
        ...(options.alerts === false && { alerts: [] }),
        ...books,
        silent: [...unseen, ...said.silent, ...books.silent],
        proofs: report === undefined ? pending(before) : proofsIn(report),
        ...(proof.driveFailure() !== undefined && { driveFailure: proof.driveFailure() ?? "" }),
      };
      const judgement = judge(observation, before, rules, { watch, over });
      for (const { id } of judgement.findings) if (!since.has(id)) since.set(id, new Date().toISOString());
      if (judgement.decision !== "open") {
        // what is bad already is taken back at once: nobody waits for a proof that may take all of the time
        return { judgement, observation, report: report ?? EMPTY, since };
      }
      // of telemetry nothing is known before its proof ends: what it lacks is no news yet
      const awaited = report === undefined ? `proving that telemetry arrives, ${Math.round(seconds)} s` : undefined;
      const first = judgement.findings.find(({ id }) => awaited === undefined || !id.startsWith("telemetry "));
      options.onLook?.(
        first?.says ?? awaited ?? judgement.silent[0] ?? `well for ${Math.round(seconds)} s of ${watch} s`,
      );
      await sleep(LOOK_EVERY_MS, undefined, { signal });
    }
  } finally {
    ended.abort();
    await Promise.allSettled([traffic.stop(), proof.report()]);
  }
}

/** What runs. An engine that does not say it, for once, proves neither that all is well nor that it is not: `unseen` says so. */
async function runningNow(
  stack: string,
  deployment: Deployment,
): Promise<RunningLook & { readonly unseen: readonly string[] }> {
  try {
    return { ...(await lookAtRunning(stack, deployment)), unseen: [] };
  } catch (error) {
    return { ...UNSEEN, unseen: [messageOf(error)] };
  }
}

/** The numbers of what runs, for as long as light traffic is made: what a release is held against. */
export async function lookBefore(options: Asked, seconds: number): Promise<Observation> {
  const { stack, deployment, outputs, drive, requests, canaries } = options;
  const begun = new Date();
  const traffic = beginTraffic(outputs, drive, requests, interruption);
  await sleep(seconds * 1000, undefined, { signal: interruption });
  const recently = new Date(begun.getTime() - BEFORE_SECONDS * 1000);
  const [running, exports, backend, { losses }] = await Promise.all([
    lookAtRunning(stack, deployment),
    lookAtExports(stack, deployment, recently),
    lookAtBackends(outputs, recently, canaries),
    lookAtLosses(outputs, recently),
  ]);
  await traffic.stop();
  return {
    ...NOTHING,
    ...backend,
    seconds: BEFORE_SECONDS + seconds,
    ...running,
    exports,
    losses,
    answers: traffic.answers(),
    lag: traffic.lag(),
  };
}

/** How far back a trouble may lie that was there before the release. */
const BEFORE_SECONDS = 180;

/** The proof of telemetry, and the use of the application that it is about. */
function beginProof({ outputs, drive, requests, atMost }: WatchOptions, since: Date, signal: AbortSignal) {
  let done: VerifyReport | undefined;
  let failed: string | undefined;
  if (drive !== undefined)
    void driveApp(drive, { published: outputs.published, signal }).catch((error) => {
      if (!signal.aborted) failed = messageOf(error);
    });
  const { query, system } = outputs;
  const report = runVerify({
    query,
    system,
    since,
    timeoutSeconds: atMost,
    signal,
    ...(drive === undefined ? { asked: askedServices(outputs, requests) } : { traffic: drive }),
  });
  const settled = report.then(
    (value) => {
      done = value;
      return value;
    },
    () => EMPTY,
  );
  return {
    soFar: () => done,
    report: () => settled,
    driveFailure: () => failed,
  };
}

const EMPTY: VerifyReport = { since: "", seconds: 0, complete: false, backends: [] };

/** What was proven before and is waited for. */
const pending = (before: Observation): readonly Proof[] =>
  before.proofs.length > 0
    ? before.proofs.map((proof) => ({ ...proof, found: false, detail: "not seen yet" }))
    : [
        {
          backend: "any backend",
          id: "proof",
          label: "telemetry",
          required: true,
          found: false,
          detail: "not seen yet",
        },
      ];

/** The checks of a report that this stack has parts for. */
export const proofsIn = ({ backends }: VerifyReport): readonly Proof[] =>
  backends.flatMap(({ backend, results }) =>
    results
      .filter(({ inapplicable }) => inapplicable !== true)
      .map(({ id, label, required, found, detail, idle, unprovable }) => ({
        backend,
        id,
        label,
        required,
        found,
        detail,
        ...(idle && { excuse: "idle" as const }),
        ...(unprovable && { excuse: "unprovable" as const }),
      })),
  );

const NO_LOOK: BackendLook = { work: {}, errorRecords: {}, alerts: [], canaries: [], silent: [], silentBackends: [] };

const beginAsking = ({ outputs, canaries }: WatchOptions, since: Date, signal: AbortSignal) =>
  again(() => lookAtBackends(outputs, since, canaries), NO_LOOK, ASK_EVERY_MS, signal);

/** Two scrapes of the collector and the time until they are stored. */
const shortestBooks = (metricsInterval: number): number => 2 * metricsInterval + 10;

/** The loss ledger. Where the time does not suffice for one, it is said and decides nothing. */
function beginReading({ outputs, atMost, ledger }: WatchOptions, since: Date, signal: AbortSignal) {
  const least = shortestBooks(outputs.metricsInterval);
  if (ledger !== false && atMost >= least)
    return again(() => lookAtLosses(outputs, since), NOT_READ_YET, ASK_LEDGER_EVERY_MS, signal);
  const why = `What was lost is not known: the loss ledger takes ${least} s, and there were ${Math.round(atMost)}.`;
  const without: LossLook = ledger === false ? NO_LOSSES : { ...NO_LOSSES, unjudged: [why] };
  return { soFar: () => without, last: async () => without };
}

/** Asks again and again; the newest answer counts. */
function again<T>(ask: () => Promise<T>, first: T, everyMs: number, signal: AbortSignal) {
  let newest = first;
  const next = async (): Promise<T> => {
    newest = await ask();
    return newest;
  };
  void (async () => {
    while (!signal.aborted) {
      await next().catch(() => undefined);
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  })();
  return { soFar: () => newest, last: next };
}
