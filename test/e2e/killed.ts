/** `node test/e2e/killed.ts [--runs 10] [--seed 1]`: kills `npm start` at random moments; the next one must complete every time. */

import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { numberOption, readArguments } from "../../cli/arguments.ts";
import { runCommand } from "../../cli/command.ts";
import { projectDir } from "./support/run.ts";
import { configureStack, forgetStack, npmStart, npmStop, stack } from "./support/stack.ts";

const help = `npm run test:killed -- [--runs 10] [--seed NUMBER]

Kills \`npm start\` at random moments, now and then the first start of an empty stack, with SIGKILL to npm and to all that it started in its
process group, and starts it again: it must complete. Exit code: 1 when one does not.`;

/** A start of nothing takes about this long where the images exist. */
const LONGEST_MS = 30_000;

async function main(argv: readonly string[]): Promise<number> {
  const args = readArguments(argv, "test:killed", { runs: "text", seed: "text" });
  const runs = numberOption(args, "runs", { from: 1, to: 100, otherwise: 10, whole: true });
  const seed = numberOption(args, "seed", { from: 0, to: 2 ** 31, otherwise: Date.now() % 2 ** 31, whole: true });
  const random = randomFrom(seed);
  console.log(`stack ${stack}, seed ${seed}`);
  await mkdir(join(projectDir, ".local"), { recursive: true, mode: 0o700 });
  await configureStack();
  let failed = 0;
  try {
    for (let run = 1; run <= runs; run += 1) {
      // Every other time from nothing, else onto what stands.
      if (run % 2 === 1) await npmStop("--volumes");
      const after = Math.round(random() * LONGEST_MS);
      const alive = await killedAfter(after);
      const next = await npmStart(["--deploy", "compose"]);
      const verdict = next.code === 0 ? "completed" : `FAILED with ${next.code}`;
      console.log(
        `${run}: killed after ${after} ms${alive ? "" : " (it was done)"}; the next one ${verdict} in ${next.seconds} s`,
      );
      if (next.code !== 0) console.log(next.all.slice(-1500));
      failed += next.code === 0 ? 0 : 1;
    }
  } finally {
    await npmStop("--volumes");
    await forgetStack();
  }
  console.log(`${runs - failed} of ${runs} completed`);
  return failed === 0 ? 0 : 1;
}

/** Whether there was anything left to kill. */
async function killedAfter(milliseconds: number): Promise<boolean> {
  const flags = ["start", "--silent", "--", "--stack", stack, "--deploy", "compose"];
  const child = spawn("npm", flags, { cwd: projectDir, stdio: "ignore", detached: true });
  const done = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await Promise.race([done, sleep(milliseconds)]);
  if (child.exitCode !== null || child.pid === undefined) return false;
  process.kill(-child.pid, "SIGKILL");
  await done;
  return true;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

await runCommand({ name: "test:killed", help }, main);
