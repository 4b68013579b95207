import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { takeLock } from "../../cli/lock.ts";
import { run } from "../../cli/process.ts";
import type { Names } from "./names.ts";
import { remainsOf, removeRemains } from "./remains.ts";

interface SuperviseOptions {
  readonly say: (line: string) => void;
  /** Removes files of the program, which are not among its names. */
  readonly forget: () => void;
}

/**
 * Runs a program that makes engines, and removes what it leaves: at its end, when this process is asked to end (`runCommand` hears it), and, of an earlier run
 * that was killed at once, before it begins. By name alone, from a process that waits for nothing else: the program itself stands still while Docker works.
 * @param lock file by which another run of this checkout is known @returns its exit code
 * @throws Failure while another run of this checkout is under way
 */
export async function supervised(
  names: Names,
  lock: string,
  program: readonly string[],
  { say = console.log, forget = () => undefined }: Readonly<Partial<SuperviseOptions>> = {},
): Promise<number> {
  mkdirSync(dirname(lock), { recursive: true });
  const free = await takeLock(lock, "npm run test:swarm");
  try {
    const left = remainsOf(names);
    if (left.length > 0) say(`an earlier run left, and is removed: ${left.join(", ")}`);
    await removeRemains(names);
    forget();
    // in a process group of its own, which is ended at once with all that it started: it would not hear anything milder
    return (await run(process.execPath, program, { onLine: say, stopSignal: "SIGKILL" })).code;
  } finally {
    await removeRemains(names);
    forget();
    free();
  }
}
