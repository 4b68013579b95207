/** The steps of a start up to running containers, for `npm start` and `npm run release` alike. */
import { existsSync } from "node:fs";
import path from "node:path";
import { rememberEngine, type StackEngine, useEngineToDeploy } from "../cli/engine.ts";
import { Failure } from "../cli/failure.ts";
import { forwardPorts, loopbackPorts, tunnelRuns } from "../cli/forward.ts";
import { dockerPrefix, ROOT } from "../cli/paths.ts";
import type { Progress } from "../cli/progress.ts";
import { type UpLimits, upWithCompose } from "./deploy/compose.ts";
import { collectorAnswers } from "./deploy/health.ts";
import { requireOwn, resourcesOnEngine } from "./deploy/owner.ts";
import { LocalStack } from "./deploy/pulumi.ts";
import { existingAmong } from "./deploy/remove.ts";
import { rememberDeployer, rememberedDeployer, rememberMade, saveOutputs } from "./deploy/state.ts";
import { chooseDeployer, type Deployer, describeDeployer } from "./deploy/tool.ts";
import { composeIsUp } from "./deploy/unchanged.ts";
import { ensureEngine } from "./engine/engine.ts";
import type { StartOptions } from "./options.ts";
import { requireExternalVolumes } from "./preflight/external-volumes.ts";
import { checkGround } from "./preflight/ground.ts";
import { firstSource, type SettledImages, settleImages } from "./preflight/images.ts";
import { requirePasswords } from "./preflight/passwords.ts";
import { requireFreePorts } from "./preflight/ports.ts";
import { previewProgram } from "./preflight/program.ts";
import { withSocketGroup } from "./preflight/socket-group.ts";

/** Before a folder for its state is made. */
export function requireStackFile(stack: string): void {
  if (existsSync(path.join(ROOT, `Pulumi.${stack}.yaml`))) return;
  throw new Failure(
    `There is no stack "${stack}": create Pulumi.${stack}.yaml (Pulumi.dev.yaml is an example), or name another with --stack.`,
  );
}

type Wanted = Pick<StartOptions, "stack" | "settings" | "images" | "deploy">;

/** Everything that a deployment needs, found or obtained: nothing of the stack is touched yet. */
export interface Prepared {
  readonly deployer: Deployer;
  readonly settled: SettledImages;
  /** What was asked for, and what was learnt of the engine. */
  readonly settings: StartOptions["settings"];
  readonly at: StackEngine;
}

/** The engine that the stack is to be deployed to, which every Docker command of this process then asks. */
export const engineFor = ({ stack, settings }: Pick<Wanted, "stack" | "settings">): Promise<StackEngine> =>
  useEngineToDeploy(stack, settings.find(({ path }) => path === "dockerHost")?.value);

/** Four steps: configuration, Docker Engine, deployment tool, images. */
export async function prepare(options: Wanted, progress: Progress): Promise<Prepared> {
  const { stack } = options;
  const at = await engineFor(options);
  const preview = await progress.step(
    "Configuration",
    () => previewProgram(stack, options.settings, firstSource(options)),
    ({ plan }) => `${plan.containers.length} containers`,
  );
  for (const warning of preview.warnings) progress.note(`warning: ${warning}`);

  const { existing } = await progress.step(
    "Docker Engine",
    async () => {
      const engine = await ensureEngine(progress);
      const { containers, networks, volumes } = preview.plan;
      const resources = await resourcesOnEngine();
      requireOwn(
        stack,
        { container: containers.map(({ name }) => name), network: networks, volume: volumes },
        resources,
      );
      await requireExternalVolumes(stack, preview.plan.externalVolumes, resources);
      if (!tunnelRuns(stack)) await requireFreePorts(containers, preview.portOffset);
      return { engine, existing: existingAmong(resources, stack) };
    },
    ({ engine }) => `version ${engine.version}, ${engine.origin}`,
  );
  const deployer = await progress.step(
    "Deployment tool",
    async () => {
      const before = existing.containers.length > 0 ? rememberedDeployer(stack) : undefined;
      const chosen = await chooseDeployer(options.deploy, before, preview.plan.packages, progress);
      requirePasswords(stack, chosen.kind, existing.volumes);
      return chosen;
    },
    describeDeployer,
  );
  const known = await progress.step(
    "Images",
    async () => {
      const images = await settleImages(options, preview, progress);
      await checkGround(images, at, progress);
      await images.provide();
      return at.isRemote ? withSocketGroup(images, options) : { settled: images, settings: options.settings };
    },
    ({ settled }) => settled.summary,
  );

  return { deployer, at, ...known };
}

/** What a deployment left. */
export interface Deployed {
  /** Of the stack; secret ones are masked where Compose deployed. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Where they are stored. */
  readonly file: string;
  /** Whether there was anything to do. */
  readonly changed: boolean;
}

/**
 * Two steps: containers, and the answer of the collector.
 * @param onChange called before anything is changed, and not where nothing is
 * @param limits of Docker Compose alone; default: as `npm start` has it
 * @throws Failure, one sentence, when not everything comes up
 */
export async function bringUp(
  { deployer, settled, settings, at }: Prepared,
  { stack }: Pick<Wanted, "stack">,
  progress: Progress,
  onChange: () => void,
  limits: UpLimits = {},
): Promise<Deployed> {
  const { plan } = settled.preview;
  rememberMade(stack, plan);
  rememberDeployer(stack, deployer.kind);
  rememberEngine(stack, at);
  const { outputs, changed } = await progress.step(
    "Containers",
    () => deploy(deployer, { stack, settings }, settled, progress, onChange, limits),
    (done) => `${plan.containers.length} up and healthy${done.changed ? "" : ", nothing changed"}`,
  );
  const file = saveOutputs(stack, outputs);
  if (at.isRemote) await forwardPorts(stack, loopbackPorts(outputs));
  await progress.step(
    "Collector",
    () => collectorAnswers(String(outputs.collectorHealth), `${dockerPrefix(stack)}-collector`),
    () => "answers at its published port",
  );
  return { outputs, file, changed };
}

async function deploy(
  deployer: Deployer,
  { stack, settings }: Pick<Wanted, "stack" | "settings">,
  { source, preview }: SettledImages,
  progress: Progress,
  onChange: () => void,
  limits: UpLimits,
): Promise<Pick<Deployed, "outputs" | "changed">> {
  switch (deployer.kind) {
    case "pulumi": {
      onChange();
      const all = [...settings, { path: "images", value: source, secret: false }];
      return { outputs: await new LocalStack(deployer.tool, stack, progress).up(all), changed: true };
    }
    case "compose": {
      const written = await preview.writeCompose();
      const changed = !(await composeIsUp(stack, written));
      if (changed) {
        onChange();
        await upWithCompose(deployer.tool, stack, written, progress, limits);
      }
      return { outputs: written.outputs, changed };
    }
    default:
      return deployer satisfies never;
  }
}
