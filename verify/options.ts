import { numberOption, readArguments, stackName } from "../cli/arguments.ts";
import { Failure } from "../cli/failure.ts";

export const USAGE = `npm run verify -- [--stack dev] [--outputs FILE] [--since 5m] [--timeout 60] [--drive] [--json]
Proves that every service x signal, every edge and every infrastructure source arrived on the stack's backends.
  --since    how far back evidence may lie (30s, 5m, 2h); default 5m, with --drive: now
  --timeout  seconds to wait for what is missing; default 60
  --drive    use the application meanwhile, as the file of the config key drive says; without one nothing is used, and that is said
Then prints the ledger: what came into the collector against what became of it, for every exporter and signal, to the item.
Exit code: 0 complete, 1 something is missing (named), 2 the command itself could not run.`;

/** What a person typed after `npm run verify --`. @throws Failure, one sentence, for an unknown option or a bad value */
export function parseOptions(argv: readonly string[]) {
  const args = readArguments(argv, "verify", {
    stack: "text",
    outputs: "text",
    since: "text",
    timeout: "text",
    json: "flag",
    drive: "flag",
  });
  const since = args.text("since");
  return {
    stack: stackName(args.text("stack")),
    /** A file instead of the stack's own outputs. */
    outputs: args.text("outputs"),
    json: args.flag("json"),
    drive: args.flag("drive"),
    /** How old evidence may be. Undefined: 5 minutes, or, when the app is driven, nothing from before. */
    sinceSeconds: since === undefined ? undefined : durationSeconds(since),
    timeoutSeconds: numberOption(args, "timeout", { from: 0, to: 86_400, otherwise: 60 }),
  };
}

function durationSeconds(value: string): number {
  const [, amount, unit] = /^(\d+)([smh])$/.exec(value) ?? [];
  if (amount === undefined) throw new Failure(`--since is "${value}", expected a duration such as 30s, 5m or 2h.`);
  return Number(amount) * (unit === "h" ? 3600 : unit === "m" ? 60 : 1);
}
