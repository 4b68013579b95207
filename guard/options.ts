import { Failure } from "../cli/failure.ts";
import { duration } from "../config/values.ts";
import { parseArguments, sharedHelp } from "../offline/arguments.ts";
import { DEPLOYMENT, deploymentOptions, type StartOptions } from "../start/options.ts";

/** What a person typed after `npm run release --`. */
export interface ReleaseOptions extends Omit<StartOptions, "verify"> {
  /** Seconds by which it is decided; default: what the stack's configuration says. */
  readonly within: number | undefined;
  /** Deploy nothing: judge what runs. */
  readonly judge: boolean;
  /** Deploy nothing: return to the last good release. */
  readonly rollback: boolean;
}

export const releaseHelp = `npm run release -- [options]

Deploys as npm start does, then judges what runs: containers, telemetry, errors, latency, logs, alerts, exports, canaries. What is good is remembered;
what is bad is taken back to the last good release, by the same tool, and a mark of both is written on every backend. docs/release-guard.md
${sharedHelp}
      --images SOURCE     official (a registry) or local (built here); default: as before
      --deploy TOOL       pulumi or compose, to a swarm pulumi or stack (docker stack deploy); default: as before
      --within DURATION   from the begin of the deployment until it is decided, such as 90s or 5m; default: config key guard.within
      --judge             deploy nothing and take nothing back: judge what runs, also where "pulumi up" was run by hand or by CI
      --rollback          deploy nothing: return to the last good release
      --json              the result as JSON on standard output

Exit code: 0 good, 1 bad (taken back, or left as it is where there is no good one), 2 the command itself could not run, 3 undecided: a backend could not be asked.`;

/** @throws Failure, one sentence, for what cannot be */
export function releaseOptions(argv: readonly string[]): ReleaseOptions {
  const own = { within: "text", judge: "flag", rollback: "flag" } as const;
  const args = parseArguments(argv, "release", { ...DEPLOYMENT, ...own });
  const within = args.text("within");
  const [judge, rollback] = [args.flag("judge"), args.flag("rollback")];
  if (judge && rollback) throw new Failure("--judge takes nothing back and --rollback does: give one of them.");
  return { ...deploymentOptions(args), within: within === undefined ? undefined : secondsOf(within), judge, rollback };
}

function secondsOf(value: string): number {
  const parsed = duration.safeParse(value);
  if (parsed.success && parsed.data >= 30) return parsed.data;
  throw new Failure(`--within is "${value}", expected a duration of 30s or more, such as 90s or 5m.`);
}
