import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { Failure } from "./failure.ts";
import { shown } from "./paths.ts";
import { isRunning, startOf } from "./process.ts";

/** Who holds a lock: a process id alone is not enough, ids are used again. */
interface Holder {
  readonly pid: number;
  readonly started: string;
  readonly what: string;
}

/**
 * Makes sure that only one command changes a stack at a time. Returns what lets it go again.
 *
 * A holder that no longer runs has lost its lock. Throws a Failure when another command holds it.
 */
export function takeLock(file: string, what: string): () => void {
  const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid), what } satisfies Holder);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(file, mine, { flag: "wx", mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = readHolder(file);
    if (holder !== undefined && isRunning(holder.pid, holder.started)) {
      throw new Failure(
        `${holder.what} is already running on this stack (process ${holder.pid}): wait for it or stop it with "kill ${holder.pid}".`,
      );
    }
    rmSync(file, { force: true });
  }
  throw new Failure(`${shown(file)} is being taken by another command: try again in a moment.`);
}

/** Undefined when the file no longer exists or a killed process left it half-written. */
function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}
