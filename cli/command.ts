import { writeFileSync } from "node:fs";
import path from "node:path";
import { Interrupted, messageOf } from "./failure.ts";
import { localFolder, shown } from "./paths.ts";
import { interrupt, interruption, unlessInterrupted } from "./process.ts";

/** A command of package.json. */
export interface Command {
  readonly name: string;
  /** Printed for `--help` and `-h`, to standard output. */
  readonly help: string;
  /** Exit code when it could not do its work. Default: 1. */
  readonly failureCode?: number;
  /** Whether Ctrl-C ends it at once: it leaves nothing that must be cleaned up. Default: no, its work heeds `interruption` and ends by itself. */
  readonly endsAtOnce?: boolean;
  /** Whether it ends when the process ends that started it. Default: where the bootstrap of npm's scripts did. */
  readonly endsWithParent?: boolean;
}

/**
 * Runs this process as a command and ends it: known errors as one sentence, unknown ones as one sentence and a file with the trace.
 *
 * `work` gets the arguments and returns the exit code. Ctrl-C and SIGTERM abort what runs (see `interruption`); a second Ctrl-C more than a
 * second later ends at once.
 */
export async function runCommand(
  {
    name,
    help,
    failureCode = 1,
    endsAtOnce = false,
    endsWithParent = process.env.STARTED_BY_BOOTSTRAP === "1",
  }: Command,
  work: (argv: readonly string[]) => Promise<number>,
): Promise<never> {
  const argv = process.argv.slice(2);
  if (argv.includes("--help") || argv.includes("-h")) {
    process.stdout.write(`${help.trim()}\n`);
    process.exit(0);
  }
  let firstSignal = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to every process of the group and npm passes it on once more: that is still one Ctrl-C.
      if (firstSignal !== 0 && Date.now() - firstSignal > 1000) process.exit(130);
      firstSignal ||= Date.now();
      interrupt();
    });
  }
  if (endsWithParent) endWithParent();
  let code: number;
  try {
    code = await (endsAtOnce ? unlessInterrupted(work(argv)) : work(argv));
  } catch (error) {
    code = interruption.aborted || error instanceof Interrupted ? 130 : failureCode;
    process.stderr.write(`${sentenceFor(name, error)}\n`);
  }
  await Promise.all([written(process.stdout), written(process.stderr)]);
  process.exit(code);
}

/** What a pipe has not taken yet is lost at the exit. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((done) => stream.write("", () => done()));
}

/**
 * `npm` that is killed at once leaves its children running, and the next command would find the stack locked by nobody's work. Told by the
 * bootstrap, which npm starts; a command that a person started by hand may outlive its shell.
 */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) interrupt();
  }, 300).unref();
}

function sentenceFor(name: string, error: unknown): string {
  const says = error instanceof Interrupted ? error.message : "";
  if (interruption.aborted && says === "") return `npm run ${name} was interrupted.`;
  if (error instanceof Error && isSentence(error)) return error.message;
  return systemSentence(error) ?? unforeseen(name, error);
}

/** Sentences for what the machine refuses. */
function systemSentence(error: unknown): string | undefined {
  const { code, path: place } = error as NodeJS.ErrnoException;
  const where = place === undefined ? "" : ` (${shown(place)})`;
  switch (code) {
    case "ENOSPC":
      return `The disk is full${where}: make room ("df -h", "docker system df") and run the same command again.`;
    case "EACCES":
    case "EPERM":
      return `This user may not write here${where}: work in a checkout of your own, or give its files to this user with chown.`;
    case "EROFS":
      return `The file system is read-only${where}: work in a checkout that can be written.`;
    default:
      return undefined;
  }
}

function unforeseen(name: string, error: unknown): string {
  const sentence = `${name} stopped on something unforeseen: ${messageOf(error)}`;
  try {
    const file = path.join(localFolder(), `${name}-error.log`);
    writeFileSync(file, `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`, {
      mode: 0o600,
    });
    return `${sentence} (the trace is in ${shown(file)}).`;
  } catch {
    return `${sentence}.`;
  }
}

const NATIVE: readonly unknown[] = [
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  URIError,
  EvalError,
  AggregateError,
];

/** An error is thrown on purpose, with a sentence in it, unless it is one of the language's or of the system's own. */
function isSentence(error: Error & { readonly code?: unknown }): boolean {
  return error.code === undefined && !NATIVE.includes(error.constructor);
}
