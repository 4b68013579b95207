import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

export interface Outcome {
  readonly code: number;
  /** Standard output. */
  readonly stdout: string;
  /** Standard output and error as they came. */
  readonly all: string;
  readonly seconds: number;
}

export interface RunOptions {
  /** Show the output while it comes. Default: false. */
  readonly show?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly timeoutSeconds?: number;
  /** Written to standard input. */
  readonly input?: string;
}

/** Runs a command to its end and returns what it said; a failure is an outcome, not an exception. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const begun = Date.now();
  const child = spawn(command, args, {
    cwd: options.cwd ?? projectDir,
    env: { ...cleanEnvironment(), ...options.env },
    timeout: (options.timeoutSeconds ?? 600) * 1000,
  });
  // A command that reads nothing may have ended by now.
  child.stdin.on("error", () => undefined).end(options.input ?? "");
  let stdout = "";
  let all = "";
  const take = (chunk: Buffer, isStdout: boolean): void => {
    all += chunk.toString();
    if (isStdout) stdout += chunk.toString();
    if (options.show === true) process.stderr.write(chunk);
  };
  child.stdout.on("data", (chunk: Buffer) => take(chunk, true));
  child.stderr.on("data", (chunk: Buffer) => take(chunk, false));
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve(status ?? 1));
  });
  return { code, stdout, all, seconds: (Date.now() - begun) / 1000 };
}

/** Runs a command again until it succeeds, for what is a matter of time, at most for so many minutes; what it said last. */
export async function untilSuccess(command: () => Promise<Outcome>, minutes: number): Promise<Outcome> {
  const deadline = Date.now() + minutes * 60_000;
  for (;;) {
    const outcome = await command();
    if (outcome.code === 0 || Date.now() > deadline) return outcome;
    await sleep(15_000);
  }
}

/** As `run`, but a failure throws, with what the command said at the end. */
export async function succeed(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const outcome = await run(command, args, options);
  if (outcome.code === 0) return outcome;
  throw new Error(`${command} ${args.join(" ")} ended with ${outcome.code}:\n${outcome.all.slice(-3000)}`);
}

/** The checkout. */
export const projectDir = new URL("../../..", import.meta.url).pathname.replace(/\/$/, "");

/** The test runner's own variables must not reach the commands under test. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([key]) => !/^(VITEST|NODE_ENV|NODE_OPTIONS|FORCE_COLOR)/.test(key),
  );
  return Object.fromEntries(entries);
}
