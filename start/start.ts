/** `npm start`: the whole system on this machine, from nothing to proven telemetry. */
import { existsSync } from "node:fs";
import path from "node:path";
import { Failure, Interrupted, messageOf } from "../cli/failure.ts";
import { takeLock } from "../cli/lock.ts";
import { dockerPrefix, localFolder, ROOT, shown } from "../cli/paths.ts";
import { interruption } from "../cli/process.ts";
import { Progress } from "../cli/progress.ts";
import { wantsColour } from "../cli/text.ts";
import { readOutputs } from "../verify/outputs.ts";
import { upWithCompose } from "./deploy/compose.ts";
import { collectorAnswers } from "./deploy/health.ts";
import { requireOwn, resourcesOnEngine } from "./deploy/owner.ts";
import { LocalStack } from "./deploy/pulumi.ts";
import { existingAmong } from "./deploy/remove.ts";
import {
  forgetProof,
  rememberDeployer,
  rememberedDeployer,
  rememberedProof,
  rememberMade,
  rememberProof,
  saveOutputs,
} from "./deploy/state.ts";
import { chooseDeployer, type Deployer, describeDeployer } from "./deploy/tool.ts";
import { composeIsUp } from "./deploy/unchanged.ts";
import { ensureEngine } from "./engine/engine.ts";
import { type StartOptions, startOptions } from "./options.ts";
import { requireExternalVolumes } from "./preflight/external-volumes.ts";
import { checkGround } from "./preflight/ground.ts";
import { firstSource, type SettledImages, settleImages } from "./preflight/images.ts";
import { requirePasswords } from "./preflight/passwords.ts";
import { requireFreePorts } from "./preflight/ports.ts";
import { previewProgram } from "./preflight/program.ts";
import { type Ahead, beginAhead, proofOf } from "./proof.ts";
import { memoryInUse, memoryTable } from "./report/memory.ts";
import { howToGoOn, renderResult, type StartResult } from "./report/result.ts";

/** A start that was killed just now may take this long to end what it has begun. */
const LOCK_PATIENCE_MS = 20_000;

/** Runs the command and gives its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const options = startOptions(argv);
  requireStackFile(options.stack);
  const folder = localFolder(options.stack);
  const release = await takeLock(path.join(folder, "lock"), "npm start", LOCK_PATIENCE_MS);
  const progress = new Progress({
    stream: process.stderr,
    logFile: path.join(folder, "start.log"),
    total: options.verify ? 7 : 6,
  });
  // Options without their values, some of which are secrets.
  const given = argv.map((word) => word.split("=")[0]).filter((word) => word?.startsWith("--"));
  progress.log(`=== npm start ${new Date().toISOString()} ${given.join(" ")}`);
  try {
    return await start(options, progress);
  } catch (error) {
    if (interruption.aborted) throw new Interrupted(howToGoOn(options.stack, progress.position()));
    progress.log(messageOf(error));
    throw error;
  } finally {
    release();
  }
}

/** Before a folder for its state is made. */
function requireStackFile(stack: string): void {
  if (existsSync(path.join(ROOT, `Pulumi.${stack}.yaml`))) return;
  throw new Failure(
    `There is no stack "${stack}": create Pulumi.${stack}.yaml (Pulumi.dev.yaml is an example), or name another with --stack.`,
  );
}

async function start(options: StartOptions, progress: Progress): Promise<number> {
  const { stack } = options;
  const ahead = beginAhead(stack, options.verify);
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
      await requireFreePorts(containers, preview.portOffset);
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
  const settled = await progress.step(
    "Images",
    async () => {
      const images = await settleImages(options, preview, progress);
      await checkGround(images, progress);
      await images.provide();
      return images;
    },
    ({ summary }) => summary,
  );

  const { plan } = settled.preview;
  rememberMade(stack, plan);
  rememberDeployer(stack, deployer.kind);
  const { outputs, changed } = await progress.step(
    "Containers",
    () => deploy(deployer, options, settled, progress, ahead),
    (done) => `${plan.containers.length} up and healthy${done.changed ? "" : ", nothing changed"}`,
  );
  const file = saveOutputs(stack, outputs);
  await progress.step(
    "Collector",
    () => collectorAnswers(String(outputs.collectorHealth), `${dockerPrefix(stack)}-collector`),
    () => "answers at its published port",
  );

  const askable = Array.isArray(outputs.query) && outputs.query.length > 0;
  if (options.verify && !askable)
    progress.note("this backend only receives: there is no API here to prove the arrival with");
  const used = changed ? memoryInUse() : ahead.memory;
  const earlier = changed ? undefined : rememberedProof(stack);
  if (changed) forgetProof(stack);
  const known = options.verify && askable ? await readOutputs(file) : undefined;
  const report =
    known &&
    (await progress.step(
      known.drive === undefined
        ? "Asking for front pages, proving what the services send"
        : "Using the app, proving its telemetry",
      async () => (changed ? undefined : await ahead.proof) ?? proofOf(stack, known, earlier, interruption, progress),
      ({ complete, seconds }) => `${complete ? "complete" : "INCOMPLETE"} after ${seconds} s`,
    ));
  if (report?.complete === true) rememberProof(stack, report);
  const result: StartResult = {
    stack,
    seconds: progress.elapsed() / 1000,
    deployer: describeDeployer(deployer),
    images: settled.source,
    links: outputs.links as Readonly<Record<string, string>>,
    published: outputs.published as Readonly<Record<string, string>>,
    memory: memoryTable(plan.containers, dockerPrefix(stack), await used),
    ...(report === undefined ? {} : { report }),
    log: shown(path.join(localFolder(stack), "start.log")),
  };
  console.log(options.json ? JSON.stringify(result, undefined, 2) : renderResult(result, wantsColour(process.stdout)));
  return report === undefined || report.complete ? 0 : 1;
}

/** Deploys, and says whether there was anything to do. */
async function deploy(
  deployer: Deployer,
  { stack, settings }: StartOptions,
  { source, preview }: SettledImages,
  progress: Progress,
  ahead: Ahead,
): Promise<{ readonly outputs: Readonly<Record<string, unknown>>; readonly changed: boolean }> {
  switch (deployer.kind) {
    case "pulumi": {
      ahead.stop();
      const all = [...settings, { path: "images", value: source, secret: false }];
      return { outputs: await new LocalStack(deployer.tool, stack, progress).up(all), changed: true };
    }
    case "compose": {
      const written = await preview.writeCompose();
      const changed = !(await composeIsUp(stack, written));
      if (changed) {
        ahead.stop();
        await upWithCompose(deployer.tool, stack, written, progress);
      }
      return { outputs: written.outputs, changed };
    }
    default:
      return deployer satisfies never;
  }
}
