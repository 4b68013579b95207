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
import { lookAtContainers } from "./look/containers.ts";
import { lookAtExports } from "./look/exports.ts";
import { askedServices, beginTraffic } from "./look/traffic.ts";
import { NOTHING, type Observation, type Proof } from "./observation.ts";

export interface WatchOptions {
  readonly stack: string;
  readonly outputs: StackOutputs;
  readonly drive: Drive | undefined;
  /** `<service>/<path>`; see `beginTraffic`. */
  readonly requests: readonly string[];
  readonly canaries: readonly string[];
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
export type Asked = Pick<WatchOptions, "stack" | "outputs" | "drive" | "requests" | "canaries">;

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

/** Watches what runs under light traffic until it can be judged. @throws the reason when it is interrupted */
export async function watchRelease(options: WatchOptions): Promise<Watched> {
  const { stack, outputs, drive, before, rules, watch, atMost } = options;
  const begun = new Date();
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, interruption]);
  const traffic = beginTraffic(outputs, drive, options.requests, signal);
  const proof = beginProof(options, begun, signal);
  const backends = beginAsking(options, begun, signal);
  const since = new Map<string, string>();
  try {
    for (;;) {
      interruption.throwIfAborted();
      const [containers, exports] = await Promise.all([lookAtContainers(stack), lookAtExports(stack, begun)]);
      const seconds = (Date.now() - begun.getTime()) / 1000;
      const over = seconds >= atMost;
      const report = over ? await proof.report() : proof.soFar();
      const observation: Observation = {
        seconds,
        containers,
        exports,
        answers: traffic.answers(),
        lag: traffic.lag(),
        ...(over ? await backends.last() : backends.soFar()),
        proofs: report === undefined ? pending(before) : proofsIn(report),
        ...(proof.driveFailure() !== undefined && { driveFailure: proof.driveFailure() ?? "" }),
      };
      const judgement = judge(observation, before, rules, { watch, over });
      for (const { id } of judgement.findings) if (!since.has(id)) since.set(id, new Date().toISOString());
      if (judgement.decision !== "open") {
        return { judgement, observation, report: report ?? (await proof.report()), since };
      }
      const [first] = judgement.findings;
      options.onLook?.(first?.says ?? judgement.silent[0] ?? `well for ${Math.round(seconds)} s of ${watch} s`);
      await sleep(LOOK_EVERY_MS, undefined, { signal });
    }
  } finally {
    ended.abort();
    await Promise.allSettled([traffic.stop(), proof.report()]);
  }
}

/** The numbers of what runs, for as long as light traffic is made: what a release is held against. */
export async function lookBefore(options: Asked, seconds: number): Promise<Observation> {
  const { stack, outputs, drive, requests, canaries } = options;
  const begun = new Date();
  const traffic = beginTraffic(outputs, drive, requests, interruption);
  await sleep(seconds * 1000, undefined, { signal: interruption });
  const recently = new Date(begun.getTime() - BEFORE_SECONDS * 1000);
  const [containers, exports, backend] = await Promise.all([
    lookAtContainers(stack),
    lookAtExports(stack, recently),
    lookAtBackends(outputs, recently, canaries),
  ]);
  await traffic.stop();
  return {
    ...NOTHING,
    ...backend,
    seconds: BEFORE_SECONDS + seconds,
    containers,
    exports,
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

/** Asks again and again; the newest answer counts. */
function beginAsking({ outputs, canaries }: WatchOptions, since: Date, signal: AbortSignal) {
  let newest = NO_LOOK;
  const ask = async (): Promise<BackendLook> => {
    newest = await lookAtBackends(outputs, since, canaries);
    return newest;
  };
  void (async () => {
    while (!signal.aborted) {
      await ask().catch(() => undefined);
      await sleep(ASK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  })();
  return { soFar: () => newest, last: ask };
}
