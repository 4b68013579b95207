/** A stack file and the swarm that Docker's own client deploys it to: what `npm run release` has where there is no Pulumi CLI. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../cli/failure.ts";
import { dockerPrefix, localFolder, ofStack, ROOT } from "../../cli/paths.ts";
import { interruption, lastLines, linesOf, type RunOptions, run, unlessInterrupted } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";
import { until } from "../../cli/time.ts";
import type { UpLimits } from "./compose.ts";
import { namesInSwarm, TASK } from "./owner.ts";
import { rememberedDeployer } from "./state.ts";

/** Docker's own client. */
export interface StackTool {
  readonly version: string;
  readonly origin: string;
}

export async function dockerClient(): Promise<StackTool> {
  const version = await said(["version", "--format", "{{.Client.Version}}"]);
  return { version: version.trim(), origin: "Docker's own client" };
}

/** Where a stack's file is written; contents of its configs and secrets are in `swarm` beside it. */
export const stackFileOf = (stack: string): string => path.join(localFolder(stack), "stack.yaml");
export const stackFolderOf = (stack: string): string => localFolder(stack, "swarm");

/** What a service may be called in full: Pulumi and a stack file join it to its stack by different characters. */
export const servicesCalled = (stack: string, service: string): readonly string[] =>
  ["-", "_"].map((joint) => `${dockerPrefix(stack)}${joint}${service}`);

/** What a command of Docker's prints. @throws Failure with its last line */
async function said(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const outcome = await run("docker", args, { timeoutMs: 60_000, ...options });
  if (outcome.code === 0) return outcome.stdout;
  throw new Failure(`"docker ${args.slice(0, 2).join(" ")}" failed: ${lastLines(outcome, 1)}.`);
}

/**
 * Services that exist of a stack, by their full names.
 * @throws Failure where the engine manages no swarm, or they are not this checkout's
 */
export async function swarmServices(stack: string): Promise<readonly string[]> {
  const manages = (await said(["info", "--format", "{{.Swarm.ControlAvailable}}"])).trim();
  if (manages !== "true") {
    throw new Failure(
      'deployment: swarm needs an engine that manages one: run "docker swarm init" on it, or name a manager by the config key dockerHost (docs/swarm.md).',
    );
  }
  const names = (await stateOf(stack)).map(({ name }) => name);
  if (names.length > 0 && rememberedDeployer(stack) === undefined) {
    throw new Failure(
      `Stack ${stack} runs in this swarm already, deployed by what this checkout knows nothing of: remove it there ("pulumi destroy", or "docker stack rm ${dockerPrefix(stack)}"), or judge it as it is with "npm run release -- --stack ${stack} --judge".`,
    );
  }
  return names;
}

/** How many services a stack has in the swarm of the engine; 0 where that manages none. */
export const servicesIn = async (stack: string): Promise<number> =>
  linesOf((await run("docker", ["service", "ls", "--quiet", ...ofStack(stack)], { timeoutMs: 30_000 })).stdout).length;

/** A service as `docker service ls` and `inspect` have it. */
export interface ServiceState {
  /** Full name. */
  readonly name: string;
  /** Tasks that run, and that should. */
  readonly have: number;
  readonly want: number;
  /** State of its last update, when that began, and what Swarm says of it; empty where there was none. */
  readonly update: string;
  readonly since: string;
  readonly message: string;
}

async function stateOf(stack: string): Promise<readonly ServiceState[]> {
  const listed = linesOf(await said(["service", "ls", ...ofStack(stack), "--format", "{{.Name}}\t{{.Replicas}}"]));
  const names = listed.map((line) => line.split("\t")[0] ?? "");
  if (names.length === 0) return [];
  const format = "{{.Spec.Name}}\t{{json .UpdateStatus}}";
  const updates = new Map(
    linesOf(await said(["service", "inspect", "--format", format, ...names])).map((line) => {
      const [name = "", json = "null"] = line.split("\t");
      return [name, JSON.parse(json) as Update | null] as const;
    }),
  );
  return listed.map((line) => serviceIn(line, updates.get(line.split("\t")[0] ?? "") ?? {}));
}

interface Update {
  readonly State?: string;
  readonly StartedAt?: string;
  readonly Message?: string;
}

/** Reads `name<tab>1/2`. Pure. */
export function serviceIn(
  line: string,
  { State: update = "", StartedAt: since = "", Message: message = "" }: Update,
): ServiceState {
  const [, name = "", have = "0", want = "0"] = /^(\S+)\t(\d+)\/(\d+)/.exec(line) ?? [];
  return { name, have: Number(have), want: Number(want), update, since, message };
}

/** States of an update that is not to be waited for any longer. */
const FAILED: Readonly<Record<string, string>> = {
  rollback_started: "Swarm takes its update back",
  rollback_completed: "Swarm took its update back",
  rollback_paused: "Swarm stopped taking its update back",
  paused: "Swarm paused its update",
};

/** What became of an update of some services. */
export type Convergence =
  | { readonly kind: "done" }
  | { readonly kind: "under-way"; readonly says: string }
  | { readonly kind: "failed"; readonly says: string };

/**
 * Whether all of them run as they should, and none is being updated; failed as soon as Swarm takes an update back, or stops one. Pure.
 * @param before the same services before the deployment: updates that were begun then are no matter of it
 */
export function convergenceOf(
  now: readonly ServiceState[],
  before: readonly ServiceState[],
  prefix: string,
): Convergence {
  const short = (name: string): string => name.slice(prefix.length + 1);
  const failed = now.find(
    ({ name, update, since }) => update in FAILED && before.find((was) => was.name === name)?.since !== since,
  );
  if (failed !== undefined) {
    const because = failed.message === "" ? "" : ` (${failed.message})`;
    return { kind: "failed", says: `${short(failed.name)}: ${FAILED[failed.update]}${because}` };
  }
  const waiting = now
    .filter(({ have, want }) => have < want)
    .map(({ name, have, want }) => `${short(name)} ${have}/${want}`);
  const updated = now.filter(({ update }) => update === "updating" || update === "rollback_started");
  if (now.length > 0 && waiting.length === 0 && updated.length === 0) return { kind: "done" };
  const names = waiting.length > 0 ? waiting : updated.map(({ name }) => `${short(name)} is updated`);
  return { kind: "under-way", says: names.join(", ") };
}

/** Seconds until every service must run. A new task is watched for half a minute, one after the other. */
const WAIT_SECONDS = 600;
/** After a deployment Swarm needs a moment to begin with it. */
const SETTLE_MS = 5000;

/** What of a written stack is brought up. */
export interface StackProject {
  readonly stackFile: string;
  /** With the contents of its configs and secrets, each a file of its name. */
  readonly folder: string;
  /** Docker's name of the stack. */
  readonly name: string;
}

/** `docker stack deploy`, until all of it runs. @throws Failure, one sentence, where it does not, or Swarm took an update back */
export async function upWithStack(
  stack: string,
  { stackFile, folder, name }: StackProject,
  progress: Progress,
  { waitSeconds = WAIT_SECONDS, signal }: UpLimits = {},
): Promise<void> {
  const before = await stateOf(stack);
  const command = ["stack", "deploy", "--prune", "--resolve-image", "never", "-c", stackFile, name];
  const onLine = (line: string) => progress.log(`  ${line}`);
  await said(command, { cwd: ROOT, timeoutMs: 180_000, onLine });
  await unlessInterrupted(sleep(SETTLE_MS));
  const ended = signal === undefined ? interruption : AbortSignal.any([signal, interruption]);
  const deadline = Date.now() + waitSeconds * 1000;
  for (;;) {
    const convergence = convergenceOf(await stateOf(stack), before, name);
    if (convergence.kind === "done") break;
    if (convergence.kind === "failed") throw new Failure(`${convergence.says}.`);
    progress.doing(convergence.says);
    if (ended.aborted || Date.now() > deadline)
      throw new Failure(`Not every service came up: ${convergence.says}. ${await whyNot(stack)}`.trim());
    await sleep(1000, undefined, { signal: ended }).catch(() => undefined);
  }
  await removeUnused(stack, folder);
}

/** What Swarm says of the newest task of each place that does not run. */
async function whyNot(stack: string): Promise<string> {
  const names = (await stateOf(stack)).filter(({ have, want }) => have < want).map(({ name }) => name);
  if (names.length === 0) return "";
  const format = "{{.Name}} {{.CurrentState}} {{.Error}}";
  const tasks = await said(["service", "ps", "--no-trunc", "--format", format, ...names]).catch(() => "");
  const [first] = linesOf(tasks).filter((line) => !line.includes(" Running ") && !/ \S+ ago $/.test(line));
  return first === undefined ? "" : `Swarm says: ${first}.`;
}

/** `docker stack deploy` leaves configs and secrets of before: the keys of a release that is gone are no business of the swarm's. */
async function removeUnused(stack: string, folder: string): Promise<void> {
  const used = new Set(readdirSync(folder));
  for (const kind of ["config", "secret"] as const) {
    const names = await namesInSwarm(kind, stack);
    // one that is still in use stays
    for (const name of names.filter((each) => !used.has(each)))
      await run("docker", [kind, "rm", name], { timeoutMs: 60_000 });
  }
}

/** Removes services, configs, secrets and networks of a stack file. Volumes stay on the nodes that have them. */
export async function removeStack(stack: string): Promise<void> {
  await said(["stack", "rm", dockerPrefix(stack)], { timeoutMs: 120_000 });
  const left = async () => linesOf(await said(["network", "ls", "--quiet", ...ofStack(stack)])).length;
  const gone = await until(async () => ((await left()) === 0 ? true : undefined), {
    timeoutMs: 90_000,
    everyMs: 1000,
    signal: interruption,
  });
  if (gone === undefined)
    throw new Failure(
      `The networks of ${dockerPrefix(stack)} are not gone 90 s after their services: run "npm stop" again.`,
    );
}

/** Waits until containers that a swarm has started for a stack are gone: until then they hold networks and volumes. At once where there are none. */
export async function tasksEnded(stack: string): Promise<void> {
  const tasks = ["ps", "--all", "--quiet", ...ofStack(stack), "--filter", `label=${TASK}`];
  const left = async () => linesOf((await run("docker", tasks, { timeoutMs: 30_000 })).stdout).length;
  await until(async () => ((await left()) === 0 ? true : undefined), {
    timeoutMs: 60_000,
    everyMs: 500,
    signal: interruption,
  });
}
