import { writeFileSync } from "node:fs";
import path from "node:path";
import { Interrupted, messageOf } from "./failure.ts";
import { localFolder, shown } from "./paths.ts";
import { interrupt, interruption } from "./process.ts";

/**
 * The one place where a command ends: known errors as one sentence, unknown ones as one sentence and a file with the trace.
 *
 * `work` returns the exit code. Ctrl-C and SIGTERM abort what runs (see `interruption`); a second Ctrl-C more than a second later ends at once.
 */
export async function runCommand(name: string, work: () => Promise<number>): Promise<never> {
  let firstSignal = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to every process of the group and npm passes it on once more: that is still one Ctrl-C.
      if (firstSignal !== 0 && Date.now() - firstSignal > 1000) process.exit(130);
      firstSignal ||= Date.now();
      interrupt();
    });
  }
  let code: number;
  try {
    code = await work();
  } catch (error) {
    code = interruption.aborted || error instanceof Interrupted ? 130 : 1;
    process.stderr.write(`\n${sentenceFor(name, error)}\n`);
  }
  process.exit(code);
}

function sentenceFor(name: string, error: unknown): string {
  if (interruption.aborted && !(error instanceof Interrupted)) return `npm run ${name} was interrupted.`;
  if (error instanceof Error && isSentence(error)) return error.message;
  const file = path.join(localFolder(), `${name}-error.log`);
  writeFileSync(file, `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`, { mode: 0o600 });
  return `${name} stopped on something unforeseen: ${messageOf(error)} (the trace is in ${shown(file)}).`;
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
