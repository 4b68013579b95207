import { setTimeout as sleep } from "node:timers/promises";
import { interruption, unlessInterrupted } from "../../cli/process.ts";
import { appAt, type Drive, driveApp } from "../../verify/drive.ts";

/** Light traffic beside the drive. */
const REQUESTS_PER_SECOND = 2;
/** A runner that is busy is no difference. */
const PATIENCE_SECONDS = 120;
/** A shorter use is followed by light traffic alone, so that what happens on a schedule happens in each. */
const ROUND_MS = 12_000;

/**
 * Uses an application again and again, with light traffic beside; when each use began, and when the last ended.
 * @param published addresses of its services, by name
 * @throws Interrupted at once on Ctrl-C
 */
export async function useIt(
  drive: Drive,
  rounds: number,
  published: Readonly<Record<string, string>>,
): Promise<readonly number[]> {
  const marks: number[] = [];
  const stop = new AbortController();
  const light = lightTraffic(drive, published, stop.signal);
  try {
    for (let round = 0; round < rounds; round += 1) {
      marks.push(Date.now());
      const use = () => driveApp(drive, { published, signal: interruption, patienceSeconds: PATIENCE_SECONDS });
      // the light traffic beside may spoil a step: a list that it had cached a moment before
      await use().catch((error: unknown) => (interruption.aborted ? Promise.reject(error) : use()));
      await unlessInterrupted(sleep(Math.max(0, (marks.at(-1) ?? 0) + ROUND_MS - Date.now())));
    }
    marks.push(Date.now());
  } finally {
    stop.abort();
    await light;
  }
  return marks;
}

/** The last request is waited for: one that is cut off is an answer of its own (499). After Ctrl-C nobody reads that. */
async function lightTraffic(
  drive: Drive,
  published: Readonly<Record<string, string>>,
  stop: AbortSignal,
): Promise<void> {
  const app = appAt({ published, signal: interruption });
  const over = AbortSignal.any([stop, interruption]);
  for (let turn = 0; !over.aborted; turn += 1) {
    await drive.light(app, turn).catch(() => undefined);
    await sleep(1000 / REQUESTS_PER_SECOND, undefined, { signal: over }).catch(() => undefined);
  }
}
