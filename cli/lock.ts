import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { claim } from "./claim.mjs";
import { Failure, Interrupted } from "./failure.ts";
import { endLeftOver, interruption, isRunning, onSpawn, startOf } from "./process.ts";

/** Who holds a lock: a process id alone is not enough, ids are used again. */
interface Holder {
  readonly pid: number;
  readonly started: string;
  readonly what: string;
}

/**
 * Makes sure that only one command changes a stack at a time. Returns what lets it go again.
 *
 * A holder that no longer runs has lost its lock, and what it had started and could not end is ended here: a killed command leaves its
 * `docker compose` running.
 * @throws Failure when another command still holds it after `patienceMs` (default: 0); Interrupted when Ctrl-C comes first
 */
export async function takeLock(file: string, what: string, patienceMs = 0): Promise<() => void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const held = claim(file, entry(process.pid, what), (text) => holdersIn(text).some(runs));
    if (held === undefined) break;
    // one that is alive has written itself
    const [holder] = holdersIn(held) as [Holder];
    if (interruption.aborted)
      throw new Interrupted(
        `Interrupted while waiting for ${holder.what} (process ${holder.pid}): nothing was changed.`,
      );
    if (Date.now() < deadline) await sleep(250);
    else
      throw new Failure(
        `${holder.what} is already running on this stack (process ${holder.pid}): wait for it or stop it with "kill ${holder.pid}".`,
      );
  }
  const children = `${file}.children`;
  await Promise.all(readHolders(children).map(({ pid, started }) => endLeftOver(pid, started)));
  rmSync(children, { force: true });
  const forget = onSpawn((pid) => appendFileSync(children, `${entry(pid, what)}\n`, { mode: 0o600 }));
  return () => {
    forget();
    for (const left of [children, file]) rmSync(left, { force: true });
  };
}

const entry = (pid: number, what: string) => JSON.stringify({ pid, started: startOf(pid), what } satisfies Holder);

const runs = ({ pid, started }: Holder): boolean => isRunning(pid, started);

function readHolders(file: string): readonly Holder[] {
  try {
    return holdersIn(readFileSync(file, "utf8"));
  } catch {
    return [];
  }
}

/** Lines that a killed process left half-written are nobody's. */
function holdersIn(text: string): readonly Holder[] {
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as Holder];
    } catch {
      return [];
    }
  });
}
