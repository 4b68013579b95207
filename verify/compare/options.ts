import { numberOption, readArguments, stackName } from "../../cli/arguments.ts";
import { Failure } from "../../cli/failure.ts";
import type { QueryableKind } from "../../vendors/query.ts";
import { ASKABLE } from "../queriers/index.ts";

export const usage = `npm run compare -- OLD NEW [--stack dev] [--outputs FILE] [--minutes 15] [--json]
Counts what two backends of a stack hold of the same time, per service and signal, before the old one is dropped.
  OLD, NEW   ${ASKABLE.join(", ")}; the stack must send to both (extraBackends)
  --minutes  length of the window, 1 to 1440; it ended two minutes ago, so that what is late is in
Exit code: 0 the new backend has what the old one has, 1 it has less or that is unknown, 2 the command itself could not run.`;

/** What a person typed after `npm run compare --`. @throws Failure, one sentence, for an unknown option or a bad value */
export function parseCompareOptions(argv: readonly string[]) {
  const kinds = { stack: "text", outputs: "text", minutes: "text", json: "flag" } as const;
  const args = readArguments(argv, "compare", kinds, true);
  const [first, second, ...more] = args.positionals;
  if (first === undefined || second === undefined || more.length > 0) {
    throw new Failure("Name two backends, the old one first, such as npm run compare -- jaeger new-relic.");
  }
  const [before, after] = [askable(first), askable(second)];
  if (before === after) throw new Failure(`${before} is named twice: name the old backend and the new one.`);
  return {
    /** The backend to leave, and the one to move to. */
    old: before,
    new: after,
    stack: stackName(args.text("stack")),
    /** A file instead of the stack's own outputs. */
    outputs: args.text("outputs"),
    /** Length of the window that is counted. */
    minutes: numberOption(args, "minutes", { from: 1, to: 1440, otherwise: 15, whole: true }),
    json: args.flag("json"),
  };
}

function askable(name: string): QueryableKind {
  const kind = ASKABLE.find((one) => one === name);
  if (kind !== undefined) return kind;
  throw new Failure(`${name} cannot be queried; these can: ${ASKABLE.join(", ")}.`);
}
