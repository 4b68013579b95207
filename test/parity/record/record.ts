import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../../cli/failure.ts";
import { localFolder } from "../../../cli/paths.ts";
import { unlessInterrupted } from "../../../cli/process.ts";
import { Progress } from "../../../cli/progress.ts";
import { bridgeAddress } from "../../../difference/record/stack.ts";
import { startRecorder } from "./intake.ts";
import { type Sampling, startStack } from "./stack.ts";
import { traffic } from "./traffic.ts";

const PORT = 14_318;

/** Raw requests of a recording, one JSON document a line, below `.local`. */
export const rawFolder = (sampling: Sampling): string => path.join(localFolder("parity"), `raw-${sampling}`);

/** Runs the example for so many minutes and keeps what each backend received. Returns the folder of the raw requests. */
export async function record(sampling: Sampling, minutes: number): Promise<string> {
  const progress = new Progress({ stream: process.stderr, total: 3 });
  const address = await bridgeAddress();
  const close = await startRecorder(address, PORT, rawFolder(sampling));
  try {
    const stack = await progress.step(
      "Start the example, delivering to the recorder",
      () => startStack(`http://${address}:${PORT}`, sampling, progress),
      () => "running",
    );
    try {
      await progress.step(
        `Use it for ${minutes} minutes`,
        () => unlessInterrupted(traffic(stack, minutes)),
        () => "done",
      );
      // what the exporters still hold
      await unlessInterrupted(sleep(20_000));
      const restarts = await stack.restarts();
      if (restarts > 0)
        throw new Failure(`The collector was started ${restarts} times again: record on a calmer machine.`);
    } finally {
      await progress.step(
        "Remove it",
        () => stack.remove(),
        () => "removed",
      );
    }
  } finally {
    await close();
  }
  return rawFolder(sampling);
}
