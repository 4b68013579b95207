import { parseArgs } from "node:util";
import { ASKABLE } from "../queriers/index.ts";
import type { BackendKind } from "../query.ts";

/** What a person typed after `npm run compare --`. */
export interface CompareOptions {
  /** The backend to leave, and the one to move to. */
  readonly old: BackendKind;
  readonly new: BackendKind;
  readonly stack: string;
  /** Instead of the stack's own outputs. */
  readonly outputs?: string;
  /** Length of the window that is counted. */
  readonly minutes: number;
  readonly json: boolean;
}

export const usage = `npm run compare -- OLD NEW [--stack dev] [--outputs FILE] [--minutes 15] [--json]
Counts what two backends of a stack hold of the same time, per service and signal, before the old one is dropped.
  OLD, NEW   ${ASKABLE.join(", ")}; the stack must send to both (extraBackends)
  --minutes  length of the window, 1 to 1440; it ended two minutes ago, so that what is late is in
Exit code: 0 the new backend has what the old one has, 1 it has less or that cannot be told, 2 the command itself could not run.`;

/** @throws Error, one sentence, for an unknown option or a bad value; `undefined` when help was asked for */
export function parseCompareOptions(args: readonly string[]): CompareOptions | undefined {
  const { values, positionals } = readArgs(args);
  if (values.help) return undefined;
  const [first, second, ...more] = positionals;
  if (first === undefined || second === undefined || more.length > 0) {
    throw new Error("Name two backends, the old one first, such as npm run compare -- jaeger new-relic.");
  }
  const [before, after] = [askable(first), askable(second)];
  if (before === after) throw new Error(`${before} is named twice: name the old backend and the new one.`);
  const minutes = Number(values.minutes);
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 1440) {
    throw new Error(`--minutes is "${values.minutes}", expected a whole number from 1 to 1440.`);
  }
  if (!/^[a-z0-9][a-z0-9-]*$/i.test(values.stack)) {
    throw new Error(`--stack is "${values.stack}", expected letters, digits and dashes such as dev.`);
  }
  const from = values.outputs === undefined ? {} : { outputs: values.outputs };
  return { old: before, new: after, stack: values.stack, ...from, minutes, json: values.json };
}

function askable(name: string): BackendKind {
  const kind = ASKABLE.find((one) => one === name);
  if (kind !== undefined) return kind;
  throw new Error(`${name} cannot be asked what it holds; these can: ${ASKABLE.join(", ")}.`);
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        stack: { type: "string", default: "dev" },
        outputs: { type: "string" },
        minutes: { type: "string", default: "15" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)} Try npm run compare -- --help.`);
  }
}
