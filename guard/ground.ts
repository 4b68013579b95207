/** What a stack is observed and judged with: its settings, objectives, drive, outputs. */
import path from "node:path";
import { Failure } from "../cli/failure.ts";
import { ROOT } from "../cli/paths.ts";
import { parseSettings } from "../config/parse.ts";
import { settingsOf } from "../config/settings.ts";
import { BURN_WINDOWS } from "../dashboards/model/objective.ts";
import { loadStackConfig } from "../offline/stack-config.ts";
import { contentOfOutputs } from "../offline/stack-content.ts";
import { type Drive, loadDrive } from "../verify/drive.ts";
import { outputsFile, readOutputs, type StackOutputs } from "../verify/outputs.ts";
import type { Rules } from "./findings.ts";
import { lookAtRunning } from "./look/running.ts";
import type { Observation } from "./observation.ts";
import type { ReleaseOptions } from "./options.ts";
import { type Asked, lookBefore } from "./watch.ts";

/** How long light traffic is made before a release, for the numbers that it is held against. */
const BEFORE_SECONDS = 8;

/** `remote`: the engine is on another machine. */
export type GuardSettings = ReturnType<typeof guardSettings> & { readonly remote: boolean };

/** Config key `guard`, with what the command line says. @throws Failure, with a sentence for each thing that is wrong in the configuration */
export function guardSettings({ stack, settings, within }: Pick<ReleaseOptions, "stack" | "settings" | "within">) {
  // none of what is read here is secret
  const config = loadStackConfig({ projectDir: ROOT, stack, set: settings, dummySecrets: true });
  const { plain, problems } = parseSettings(settingsOf(config));
  if (problems.length > 0) throw new Failure(problems.join("\n"));
  return {
    ...plain.guard,
    within: within ?? plain.guard.within,
    deployment: plain.deployment,
  };
}

/** The outputs that a deployment stored; of a stack without a backend that can be asked, too. @param remote see `asReached` */
export const storedOutputs = async (stack: string, { remote }: Pick<GuardSettings, "remote">): Promise<StackOutputs> =>
  asReached(await readOutputs(path.join(ROOT, outputsFile(stack)), false), remote);

/** Ports are published on the engine's own machine: where that is another one, nothing can be asked of the services from here. Pure. */
export const asReached = (outputs: StackOutputs, remote: boolean): StackOutputs =>
  remote ? { ...outputs, published: {}, drive: undefined } : outputs;

const driveOf = async ({ drive }: StackOutputs): Promise<Drive | undefined> =>
  drive === undefined ? undefined : loadDrive(drive);

/** Whom light traffic asks, and for what of it telemetry is searched. */
export const askedOf = async (
  stack: string,
  outputs: StackOutputs,
  { requests, canaries, deployment }: Pick<GuardSettings, "requests" | "canaries" | "deployment">,
): Promise<Asked> => ({
  stack,
  deployment,
  outputs,
  drive: await driveOf(outputs),
  requests,
  canaries,
});

/** Numbers of what runs; undefined where nothing does. */
export async function observedBefore(stack: string, settings: GuardSettings): Promise<Observation | undefined> {
  if ((await lookAtRunning(stack, settings.deployment)).containers.length === 0) return undefined;
  const outputs = await storedOutputs(stack, settings).catch(() => undefined);
  if (outputs === undefined) return undefined;
  return lookBefore(await askedOf(stack, outputs, settings), BEFORE_SECONDS);
}

/** Of a stack whose objectives are not known. */
export const WITHOUT_OBJECTIVES: Rules = {
  targets: {},
  burn: BURN_WINDOWS[0]?.factor ?? 14.4,
  loss: 0.01,
  collectorChanged: true,
};

/** The one of an engine, and the several of a swarm. */
const COLLECTORS = /^(collector|agent|scraper)(\.\d+)?$/;

/** What the objectives and the configuration of a stack promise, and whether its collector is another one than that of an observation. */
export async function rulesOf(
  stack: string,
  seen: Observation | undefined,
  { deployment, loss }: Pick<GuardSettings, "deployment" | "loss">,
): Promise<Rules> {
  const content = await contentOfOutputs(path.join(ROOT, outputsFile(stack)));
  const promised = (content?.objectives ?? []).filter(({ id }) => /-(availability|success)$/.test(id));
  const collectorsOf = (look: Observation["containers"]) =>
    look
      .filter(({ name }) => COLLECTORS.test(name))
      .map(({ id }) => id)
      .sort()
      .join();
  const { containers } = await lookAtRunning(stack, deployment);
  return {
    ...WITHOUT_OBJECTIVES,
    loss: loss / 100,
    targets: Object.fromEntries(promised.map(({ service, target }) => [service, target])),
    collectorChanged: collectorsOf(containers) !== collectorsOf(seen?.containers ?? []),
  };
}
