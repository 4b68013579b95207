import fc from "fast-check";
import { interruption } from "../../cli/process.ts";
import { type Finding, judge } from "./judge.ts";
import type { Programs } from "./programs.ts";
import { pathsOf, STACK_FILES, type StackFile, withAt } from "./stacks.ts";

export interface FuzzArgs {
  readonly runs: number;
  readonly seed: number;
  /** Programs of ours that run at once. */
  readonly workers: number;
  readonly programs: Programs;
  readonly report: (line: string) => void;
  /** Gets the sentences of every refusal. */
  readonly refused?: (sentences: readonly string[]) => void;
}

export interface Counterexample extends Finding {
  readonly run: number;
  /** The smallest stack file found that still shows it. */
  readonly file: StackFile;
}

export interface Result {
  readonly refused: number;
  readonly accepted: number;
  /** One of each kind. */
  readonly findings: readonly Counterexample[];
}

/** Generates stack files, has each judged by our program, and what it accepts by the real ones. */
export async function fuzz({ runs, seed, workers, programs, report, refused }: FuzzArgs): Promise<Result> {
  const files = fc.sample(STACK_FILES, { numRuns: runs, seed });
  const count = { refused: 0, accepted: 0, found: 0 };
  const found = new Map<string, Counterexample>();
  // The real programs read one file at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const tryFile = async (file: StackFile, stack: string): Promise<Finding | "refused" | "accepted"> => {
    const verdict = await judge(file, stack);
    if (verdict.outcome === "finding") return verdict.finding;
    if (verdict.outcome === "refused") {
      refused?.(verdict.sentences);
      return "refused";
    }
    const mine = turn.then(() => programs.check(verdict.rendered));
    turn = mine.catch(() => undefined);
    return (await mine) ?? "accepted";
  };
  let next = 0;
  const work = async (stack: string) => {
    for (let at = next++; at < files.length; at = next++) {
      const file = files[at];
      if (file === undefined || interruption.aborted) return;
      const outcome = await tryFile(file, stack);
      if (typeof outcome === "string") count[outcome] += 1;
      else {
        count.found += 1;
        report(`run ${at}: ${outcome.kind}: ${outcome.said.slice(0, 300)}`);
        if (!found.has(outcome.kind)) {
          found.set(outcome.kind, { ...outcome, run: at, file });
          const small = await smaller(file, outcome, (candidate) => tryFile(candidate, stack));
          found.set(outcome.kind, { ...small, run: at });
        }
      }
      if ((at + 1) % 10 === 0)
        report(`${at + 1} of ${runs}: ${count.refused} refused, ${count.accepted} accepted, ${count.found} findings`);
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => work(`fuzz-${process.pid}-${worker}`)));
  return { ...count, findings: [...found.values()] };
}

const MOST_ATTEMPTS = 60;

/** Takes parts of the file away as long as the same kind of finding remains. */
async function smaller(
  file: StackFile,
  finding: Finding,
  tryFile: (file: StackFile) => Promise<Finding | string>,
): Promise<Finding & { readonly file: StackFile }> {
  let best = { ...finding, file };
  let attempts = 0;
  for (let at = 0; attempts < MOST_ATTEMPTS && !interruption.aborted; ) {
    const path = pathsOf(best.file)[at];
    if (path === undefined) return best;
    const candidate = path.length < 2 ? undefined : (withAt(best.file, path, undefined) as StackFile);
    const outcome = candidate && (await tryFile(candidate));
    if (candidate !== undefined) attempts += 1;
    if (candidate !== undefined && typeof outcome === "object" && outcome.kind === finding.kind)
      best = { ...outcome, file: candidate };
    else at += 1;
  }
  return best;
}
