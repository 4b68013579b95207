import { type Drive, type DriveStep, driveApp } from "./drive.ts";
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

/**
 * Uses the app as people do and, at the same time, asks the backends for what must arrive from it, so that the times to first
 * arrival are true.
 *
 * @throws Error, one sentence, when the app does not do what it should
 */
export async function prove(
  { query, system, published }: StackOutputs,
  drive: Drive,
  options: ProveOptions = {},
): Promise<VerifyReport> {
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const { onStep, onFound } = options;
  const used = driveApp(drive, { published, signal, ...(onStep && { onStep }) });
  const verify = runVerify({
    query,
    system,
    traffic: drive,
    since: options.since ?? new Date(),
    timeoutSeconds: (options.timeoutSeconds ?? 60) + drive.seconds,
    signal,
    ...(onFound && { onFound }),
  });
  try {
    const [report] = await Promise.all([verify, used]);
    return report;
  } finally {
    stop.abort();
    await Promise.allSettled([verify, used]);
  }
}
