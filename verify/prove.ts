import { type DriveStep, driveApp } from "./drive.ts";
import type { StackOutputs } from "./outputs.ts";
import type { Result, VerifyReport } from "./report-types.ts";
import { runVerify } from "./run.ts";

export interface ProveOptions {
  /** Only data from after this instant counts. Default: now. */
  readonly since?: Date;
  /** How long to wait for what is missing once the app has been used. Default: 60 s. */
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: DriveStep) => void;
  readonly onFound?: (backend: string, result: Result) => void;
}

/** About how long using the app takes: a game must become due. */
const driveSeconds = 15;

/**
 * Uses the app as people do and, at the same time, asks the backends for what must arrive from it, so that the times to first
 * arrival are true.
 *
 * @throws Error, one sentence, when the app does not do what it should or the stack has no example app
 */
export async function prove(outputs: StackOutputs, options: ProveOptions = {}): Promise<VerifyReport> {
  const { frontend, simulator } = outputs;
  if (frontend === undefined || simulator === undefined) {
    throw new Error("Using the app needs the example application, but the stack has no output frontend or simulator.");
  }
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const { onStep, onFound } = options;
  const drive = driveApp({ frontend, simulator, signal, ...(onStep && { onStep }) });
  const verify = runVerify({
    query: outputs.query,
    nginxTraces: outputs.nginxTraces,
    ...(outputs.services && { sending: outputs.services }),
    since: options.since ?? new Date(),
    timeoutSeconds: (options.timeoutSeconds ?? 60) + driveSeconds,
    signal,
    ...(onFound && { onFound }),
  });
  try {
    const [report] = await Promise.all([verify, drive]);
    return report;
  } finally {
    stop.abort();
    await Promise.allSettled([verify, drive]);
  }
}
