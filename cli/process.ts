import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { Interrupted } from "./failure.ts";

/** How a command is run. */
export interface RunOptions {
  /** Ends the command (and all it started) after this long; the result then has `timedOut`. Milliseconds, default: never. */
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Text, or the descriptor of an open file, for standard input; default: none. */
  readonly input?: string | number;
  /** Descriptor of an open file for standard output, which is then not in the result; default: none. */
  readonly output?: number;
  /** Called for every line of either stream that is not blank, as it comes, without colours. */
  readonly onLine?: (line: string) => void;
  /** How a command is asked to end. Default: SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** Ends the command when aborted; default: the signal every command shares, see `interruption`. */
  readonly signal?: AbortSignal;
}

/** What a command did. `code` is 127 when there is no such command, 128 or more when a signal ended it. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

const aborter = new AbortController();

/** Aborted on Ctrl-C and SIGTERM: all running commands then end. */
export const interruption: AbortSignal = aborter.signal;

/** The `signal` of a command that cleans up: it runs to its end also after Ctrl-C, which ends all others. */
export const UNINTERRUPTED: AbortSignal = new AbortController().signal;

/** What Ctrl-C does: aborts `interruption`. */
export function interrupt(): void {
  aborter.abort();
}

/** Waits for work that cannot be ended from outside, until it is interrupted; then it throws Interrupted. */
export function unlessInterrupted<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Interrupted());
    if (interruption.aborted) stop();
    interruption.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => interruption.removeEventListener("abort", stop));
  });
}

/**
 * Runs a command to its end and never throws: a missing command is an outcome too.
 *
 * It never reads the terminal, and it has its own process group, so that Ctrl-C reaches it from here, once, and so that nothing it started outlives it.
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const signal = options.signal ?? interruption;
  if (signal.aborted) return Promise.resolve({ code: 130, stdout: "", stderr: "interrupted", timedOut: false });
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: [
        typeof options.input === "string" ? "pipe" : (options.input ?? "ignore"),
        options.output ?? "pipe",
        "pipe",
      ],
      detached: true,
    });
    if (child.pid !== undefined) for (const tell of listeners) tell(child.pid);
    child.stdin?.on("error", () => undefined).end(options.input);
    let timedOut = false;
    const end = () => endGroup(child, options.stopSignal ?? "SIGTERM");
    const timer = setTimeout(
      () => {
        timedOut = true;
        end();
      },
      options.timeoutMs ?? 2 ** 31 - 1,
    );
    signal.addEventListener("abort", end, { once: true });
    const stdout = collect(child.stdout, options.onLine);
    const stderr = collect(child.stderr, options.onLine);
    const finish = (code: number, failure = "") => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve({ code, stdout: stdout(), stderr: stderr() + failure, timedOut });
    };
    child.on("error", (error: NodeJS.ErrnoException) =>
      finish(error.code === "ENOENT" ? 127 : 126, `${command}: ${error.message}`),
    );
    child.on("close", (code) => finish(code ?? 143));
  });
}

const listeners = new Set<(pid: number) => void>();

/** Tells of every command that `run` starts from now on, by its process id, until the returned function is called. */
export function onSpawn(tell: (pid: number) => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/** Ends a command of `run` that outlived whoever started it, with all that it started; SIGKILL after ten seconds. */
export async function endLeftOver(pid: number, started: string): Promise<void> {
  const send = (signal: NodeJS.Signals) => {
    try {
      process.kill(-pid, signal);
    } catch {
      // It has ended by itself.
    }
  };
  // Without a time of its start another process may have the id by now.
  if (started === "" || !isRunning(pid, started)) return;
  send("SIGTERM");
  for (let waited = 0; waited < 10_000 && isRunning(pid, started); waited += 100) await sleep(100);
  if (isRunning(pid, started)) send("SIGKILL");
}

/** Lines of what a command printed, without empty ones. */
export const linesOf = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");

/** The last lines that a failed command printed, for an error sentence or a log; without colours. */
export function lastLines(outcome: Pick<Outcome, "stdout" | "stderr">, count: number): string {
  const printed = stripVTControlCharacters(`${outcome.stdout}\n${outcome.stderr}`);
  const lines = printed.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  return lines.slice(-count).join("\n");
}

/** The signal to the whole group, SIGKILL to what is left of it half a minute later. */
function endGroup(child: ChildProcess, stopSignal: NodeJS.Signals): void {
  const send = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // The group has ended by itself.
    }
  };
  send(stopSignal);
  setTimeout(() => send("SIGKILL"), 30_000).unref();
}

function collect(stream: NodeJS.ReadableStream | null, onLine: ((line: string) => void) | undefined): () => string {
  let text = "";
  let pending = "";
  const report = (line: string) => {
    const plain = stripVTControlCharacters(line).trim();
    if (plain !== "") onLine?.(plain);
  };
  stream?.setEncoding("utf8");
  stream?.on("data", (chunk: string) => {
    text += chunk;
    if (onLine === undefined) return;
    const lines = (pending + chunk).split(/[\r\n]+/);
    pending = lines.pop() ?? "";
    lines.forEach(report);
  });
  stream?.on("end", () => report(pending));
  return () => text;
}

/** When a process started, in the kernel's own clock ticks, on macOS as `ps` says it; empty where it has ended or the system does not say. */
export function startOf(pid: number): string {
  if (process.platform !== "linux")
    return spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() ?? "";
  try {
    // The command's name, in parentheses, may contain spaces: count fields behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ");
    // A process that has ended and that nobody has asked for its exit code is a zombie.
    return fields?.[0] === "Z" ? "" : (fields?.[19] ?? "");
  } catch {
    return "";
  }
}

/** Whether the very process that was recorded still runs: same id and same start. */
export function isRunning(pid: number, started: string): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" && startOf(pid) === started;
  }
  return startOf(pid) === started;
}
