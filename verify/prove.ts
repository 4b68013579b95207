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
  /** What was proven of the very same containers before, see `VerifyOptions`. Then a few requests of light traffic take the place of the drive. */
  readonly earlier?: VerifyReport;
  readonly onStep?: (step: DriveStep) => void;
  readonly onFound?: (backend: string, result: Result) => void;
}

/** One request of each kind of the light traffic's first two turns. */
const lightUse =
  ({ light }: Drive): Drive["use"] =>
  async (app) => {
    for (const turn of [0, 1])
      await app.step(`request ${turn + 1} of the light traffic was answered`, () =>
        app.eventually("the application to answer", () => light(app, turn)),
      );
  };

/**
 * Uses the app as people do and, at the same time, asks the backends for what must arrive from it, so that the times to first
 * arrival are true.
 *
 * @throws Error, one sentence, when the app does not do what it should
 */
export async function prove(
  { query, system, published, metricsInterval }: StackOutputs,
  drive: Drive,
  options: ProveOptions = {},
): Promise<VerifyReport> {
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const { onStep, onFound, earlier } = options;
  const { use, seconds } = earlier === undefined ? drive : { use: lightUse(drive), seconds: 1 };
  const used = driveApp({ use }, { published, signal, ...(onStep && { onStep }) });
  const verify = runVerify({
    query,
    system,
    traffic: drive,
    since: options.since ?? new Date(),
    // four points of a metric, at least
    timeoutSeconds: (options.timeoutSeconds ?? Math.max(60, 4 * metricsInterval)) + seconds,
    signal,
    // as often as metrics are sent, and as long again for a busy machine
    ...(earlier && { earlier, metricsBackSeconds: 2 * metricsInterval }),
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
