import { Failure } from "../cli/failure.ts";
import { duration } from "../config/values.ts";
import { sharedHelp } from "../offline/arguments.ts";
import { type StartOptions, startOptions } from "../start/options.ts";

/** What a person typed after `npm run release --`. */
export interface ReleaseOptions extends Omit<StartOptions, "verify"> {
  /** Seconds by which it is decided; default: what the stack's configuration says. */
  readonly within: number | undefined;
  /** Deploy nothing: return to the last good release. */
  readonly rollback: boolean;
}

export const releaseHelp = `npm run release -- [options]

Deploys as npm start does, then judges what runs: containers, telemetry, errors, latency, logs, alerts, exports, canaries. What is good is remembered;
what is bad is taken back to the last good release, by the same tool, and a mark of both is written on every backend. docs/release-guard.md
${sharedHelp}
      --images SOURCE     official (a registry) or local (built here); default: as before
      --deploy TOOL       pulumi or compose; default: as before
      --within DURATION   from the begin of the deployment until it is decided, such as 90s or 5m; default: config key guard.within
      --rollback          deploy nothing: return to the last good release
      --json              the result as JSON on standard output

Exit code: 0 good, 1 bad (taken back, or left as it is where there is no good one), 2 the command itself could not run, 3 undecided: a backend could not be asked.`;

/** @throws Failure, one sentence, for what cannot be */
export function releaseOptions(argv: readonly string[]): ReleaseOptions {
  const { rest, within, rollback } = own(argv);
  const { verify: _, ...options } = startOptions(rest, "release");
  return { ...options, within: within === undefined ? undefined : secondsOf(within), rollback };
}

/** The options that `npm start` has not. */
function own(argv: readonly string[]) {
  const rest: string[] = [];
  let within: string | undefined;
  let rollback = false;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? "";
    if (word === "--rollback") rollback = true;
    else if (word === "--within") within = argv[++i] ?? "";
    else if (word.startsWith("--within=")) within = word.slice("--within=".length);
    else rest.push(word);
  }
  return { rest, within, rollback };
}

function secondsOf(value: string): number {
  const parsed = duration.safeParse(value);
  if (parsed.success && parsed.data >= 30) return parsed.data;
  throw new Failure(`--within is "${value}", expected a duration of 30s or more, such as 90s or 5m.`);
}
