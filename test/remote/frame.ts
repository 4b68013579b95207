/** What commands share that prove something on a second machine: a line for each claim, the machine, npm on one stack, an end that leaves nothing. */
import { rm } from "node:fs/promises";
import path from "node:path";
import { ROOT } from "../../cli/paths.ts";
import { unlessInterrupted } from "../../cli/process.ts";
import { type Outcome, run } from "../e2e/support/run.ts";

export type Env = Readonly<Record<string, string>>;

/** Of a stack that exists for this command alone. */
export interface Frame {
  readonly stackFile: string;
  /** Prints whether a claim holds; where it does not, the end of what was seen. */
  readonly report: (title: string, holds: boolean, detail: string, seconds?: number) => void;
  /** Begins and ends the second machine; `few`: its sshd takes few connections at once. */
  readonly machine: (verb: "up" | "few" | "down") => Promise<Outcome>;
  readonly npm: (command: string, env: Env, ...flags: readonly string[]) => Promise<Outcome>;
  /** Runs the proof and removes what it made, ended early too. Returns the exit code: 0 when every claim holds. */
  readonly prove: (proof: () => Promise<void>, remove: () => Promise<unknown>) => Promise<number>;
}

/** @param folder of the second machine @param address of it */
export function frame(stack: string, folder: string, address: string): Frame {
  const stackFile = path.join(ROOT, `Pulumi.${stack}.yaml`);
  let failed = 0;
  return {
    stackFile,
    report(title, holds, detail, seconds = 0) {
      if (!holds) failed += 1;
      console.log(`${holds ? "yes" : "NO "} ${seconds.toFixed(1).padStart(6)} s  ${title}`);
      if (!holds) console.log(detail.slice(-3000));
    },
    machine: (verb) =>
      run("bash", [path.join(import.meta.dirname, "machine.sh"), verb, folder, address], { timeoutSeconds: 120 }),
    npm: (command, env, ...flags) =>
      run("npm", ["run", command, "--silent", "--", "--stack", stack, ...flags], { env, timeoutSeconds: 900 }),
    async prove(proof, remove) {
      try {
        await unlessInterrupted(proof());
      } catch (error) {
        failed += 1;
        console.error(error instanceof Error ? error.message : error);
      } finally {
        await remove();
        await rm(stackFile, { force: true });
        await rm(path.join(ROOT, ".local", stack), { recursive: true, force: true });
      }
      console.log(failed === 0 ? "All of it holds." : `${failed} of it does not hold.`);
      return failed === 0 ? 0 : 1;
    },
  };
}
