import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { projectDir } from "./support/run.ts";
import { configureStack, forgetStack, keepsStack, npmStart, npmStop, stack } from "./support/stack.ts";

/**
 * Starts the stack by `npm start` before the first file, and removes everything after the last. A stack left over from a run that
 * was cut off is removed first. `E2E_KEEP=1` leaves it running, for looking at it, and takes it up the next time.
 */
export default async function setup(): Promise<() => Promise<void>> {
  await mkdir(join(projectDir, ".local"), { recursive: true, mode: 0o700 });
  await configureStack();
  if (!keepsStack) await npmStop("--volumes");
  const started = await npmStart(["--deploy", "compose"], { show: true });
  console.log(`npm start of stack ${stack}: exit ${started.code} after ${started.seconds.toFixed(1)} s`);
  if (started.code !== 0) {
    if (!keepsStack) await removeStack();
    throw new Error(`npm start -- --stack ${stack} ended with ${started.code}:\n${started.all.slice(-4000)}`);
  }
  return async () => {
    if (!keepsStack) await removeStack();
  };
}

async function removeStack(): Promise<void> {
  await npmStop("--volumes");
  await forgetStack();
}
