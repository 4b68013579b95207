import { parseArgs } from "node:util";

/** What a person typed after `npm run verify --`. */
export interface CliOptions {
  readonly stack: string;
  /** Instead of the stack's own outputs file. */
  readonly outputs?: string;
  readonly json: boolean;
  readonly drive: boolean;
  /** How old evidence may be. Default: 5 minutes, or, when the app is driven, nothing from before. */
  readonly sinceSeconds?: number;
  readonly timeoutSeconds: number;
  readonly help: boolean;
}

export const usage = `npm run verify -- [--stack dev] [--outputs FILE] [--since 5m] [--timeout 60] [--drive] [--json]
Proves that every service x signal, every edge and every infrastructure source arrived on the stack's backends.
  --since    how far back evidence may lie (30s, 5m, 2h); default 5m, with --drive: now
  --timeout  seconds to wait for what is missing; default 60
  --drive    use the app meanwhile: create a game, join it, a slash command, a due reminder; without the example
             application nothing is used, and that is said
Exit code: 0 complete, 1 something is missing (named), 2 the command itself could not run.`;

/** @throws Error, one sentence, for an unknown option or a bad value */
export function parseOptions(args: readonly string[]): CliOptions {
  const { values } = readArgs(args);
  const timeoutSeconds = Number(values.timeout);
  if (!Number.isFinite(timeoutSeconds) || timeoutSeconds < 0) {
    throw new Error(`--timeout is "${values.timeout}", expected seconds such as 60.`);
  }
  if (!/^[a-z0-9][a-z0-9-]*$/i.test(values.stack)) {
    throw new Error(`--stack is "${values.stack}", expected letters, digits and dashes such as dev.`);
  }
  return {
    stack: values.stack,
    ...(values.outputs === undefined ? {} : { outputs: values.outputs }),
    json: values.json,
    drive: values.drive,
    ...(values.since === undefined ? {} : { sinceSeconds: durationSeconds(values.since) }),
    timeoutSeconds,
    help: values.help,
  };
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        stack: { type: "string", default: "dev" },
        outputs: { type: "string" },
        json: { type: "boolean", default: false },
        drive: { type: "boolean", default: false },
        since: { type: "string" },
        timeout: { type: "string", default: "60" },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)} Try npm run verify -- --help.`);
  }
}

function durationSeconds(value: string): number {
  const [, amount, unit] = /^(\d+)([smh])$/.exec(value) ?? [];
  if (amount === undefined) throw new Error(`--since is "${value}", expected a duration such as 30s, 5m or 2h.`);
  return Number(amount) * (unit === "h" ? 3600 : unit === "m" ? 60 : 1);
}
