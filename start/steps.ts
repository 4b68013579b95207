/** The steps of a start up to running containers, for `npm start` and `npm run release` alike. */
import { existsSync } from "node:fs";
import path from "node:path";
import { rememberEngine, type StackEngine, useEngineToDeploy } from "../cli/engine.ts";
import { Failure } from "../cli/failure.ts";
import { forwardPorts, loopbackPorts, tunnelRuns } from "../cli/forward.ts";
import { dockerPrefix, ROOT } from "../cli/paths.ts";
import type { Progress } from "../cli/progress.ts";
import { noSuchStack } from "../cli/stacks.ts";
import { type UpLimits, upWithCompose } from "./deploy/compose.ts";
import { collectorAnswers } from "./deploy/health.ts";
import { requireOwn, resourcesOnEngine } from "./deploy/owner.ts";
import { LocalStack } from "./deploy/pulumi.ts";
import { existingAmong } from "./deploy/remove.ts";
import { swarmServices, upWithStack } from "./deploy/stack.ts";
import { rememberDeployer, rememberedDeployer, rememberMade, saveOutputs } from "./deploy/state.ts";
import { chooseDeployer, type Deployer, describeDeployer } from "./deploy/tool.ts";
import { composeIsUp } from "./deploy/unchanged.ts";
import { ensureEngine } from "./engine/engine.ts";
import type { StartOptions } from "./options.ts";
import { requireExternalVolumes } from "./preflight/external-volumes.ts";
import { checkGround } from "./preflight/ground.ts";
import { requireHostPaths } from "./preflight/host-paths.ts";
import { firstSource, type SettledImages, settleImages } from "./preflight/images.ts";
import { requirePasswords } from "./preflight/passwords.ts";
import type { Plan } from "./preflight/plan.ts";
import { requireFreePorts } from "./preflight/ports.ts";
import { previewProgram } from "./preflight/program.ts";
import { withSocketGroup } from "./preflight/socket-group.ts";

/** Before a folder for its state is made. */
export function requireStackFile(stack: string): void {
  if (existsSync(path.join(ROOT, `Pulumi.${stack}.yaml`))) return;
  throw new Failure(noSuchStack(stack));
}

interface Wanted extends Pick<StartOptions, "stack" | "settings" | "images" | "deploy"> {
  /** Whether a swarm may be deployed to. Default: no. */
  readonly swarm?: boolean;
}

const NO_SWARM = (stack: string): string =>
  `deployment: swarm is deployed by npm run release -- --stack ${stack}, by pulumi up, or by a stack file (npm run compose -- --stack ${stack}), not by npm start, which makes containers on one engine. For that: npm start -- --stack ${stack} --config deployment=containers`;

/** `12 containers`, `15 services of a swarm` */
const sizeOf = ({ containers, services }: Plan): string =>
  services.length > 0 ? `${services.length} services of a swarm` : `${containers.length} containers`;

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
    async () => {
      const previewed = await previewProgram(stack, options.settings, firstSource(options));
      if (previewed.plan.services.length > 0 && options.swarm !== true) throw new Failure(NO_SWARM(stack));
      return previewed;
    },
    ({ plan }) => sizeOf(plan),
  );
  const inSwarm = preview.plan.services.length > 0;
  for (const warning of preview.warnings) progress.note(`warning: ${warning}`);

  const { existing, runs } = await progress.step(
    "Docker Engine",
    async () => {
      const engine = await ensureEngine(progress);
      const { containers, networks, volumes } = preview.plan;
      const services = inSwarm ? await swarmServices(stack) : [];
      const resources = await resourcesOnEngine();
      requireOwn(
        stack,
        { container: containers.map(({ name }) => name), network: networks, volume: volumes },
        resources,
      );
      await requireExternalVolumes(stack, preview.plan.externalVolumes, resources);
      if (!at.isRemote) requireHostPaths(preview.plan.hostPaths);
      if (!tunnelRuns(stack)) await requireFreePorts(containers, preview.portOffset);
      const existing = existingAmong(resources, stack);
      return { engine, existing, runs: services.length > 0 || existing.containers.length > 0 };
    },
    ({ engine }) => `version ${engine.version}, ${engine.origin}`,
  );
  const deployer = await progress.step(
    "Deployment tool",
    async () => {
      const before = runs ? rememberedDeployer(stack) : undefined;
      const { packages } = preview.plan;
      const fallback = inSwarm ? "stack" : "compose";
      const chosen = await chooseDeployer(options.deploy, before, packages, progress, fallback);
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
      return at.isRemote && !inSwarm
        ? withSocketGroup(images, options)
        : { settled: images, settings: options.settings };
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
 * @param limits of Docker Compose and of stack files; default: as `npm start` has it
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
    (done) => `${sizeOf(plan)} up and healthy${done.changed ? "" : ", nothing changed"}`,
  );
  const file = saveOutputs(stack, outputs);
  if (at.isRemote) await forwardPorts(stack, loopbackPorts(outputs));
  // in a swarm it publishes no port: its tasks run since its health command says so
  if (plan.services.length > 0) return { outputs, file, changed };
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
    case "stack": {
      const written = await preview.writeStack();
      onChange();
      await upWithStack(stack, written, progress, limits);
      return { outputs: written.outputs, changed: true };
    }
    default:
      return deployer satisfies never;
  }
}
