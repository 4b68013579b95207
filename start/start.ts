/** `npm start`: the whole system on this machine, from nothing to proven telemetry. */
import { existsSync } from "node:fs";
import path from "node:path";
import { runCommand } from "../cli/command.ts";
import { Failure, Interrupted, messageOf } from "../cli/failure.ts";
import { takeLock } from "../cli/lock.ts";
import { dockerPrefix, localFolder, ROOT, shown } from "../cli/paths.ts";
import { interruption, unlessInterrupted } from "../cli/process.ts";
import { Progress } from "../cli/progress.ts";
import { wantsColour } from "../cli/text.ts";
import { loadDrive } from "../verify/drive.ts";
import { readOutputs, type StackOutputs } from "../verify/outputs.ts";
import { prove } from "../verify/prove.ts";
import type { VerifyReport } from "../verify/report-types.ts";
import { runVerify } from "../verify/run.ts";
import { upWithCompose } from "./deploy/compose.ts";
import { collectorAnswers } from "./deploy/health.ts";
import { requireOwn } from "./deploy/owner.ts";
import { LocalStack } from "./deploy/pulumi.ts";
import { existingOf } from "./deploy/remove.ts";
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
import { ensureEngine } from "./engine/engine.ts";
import { type StartOptions, startHelp, startOptions } from "./options.ts";
import { checkGround } from "./preflight/ground.ts";
import { firstSource, type SettledImages, settleImages } from "./preflight/images.ts";
import { requirePasswords } from "./preflight/passwords.ts";
import { requireFreePorts } from "./preflight/ports.ts";
import { previewProgram } from "./preflight/program.ts";
import { measureMemory } from "./report/memory.ts";
import { howToGoOn, renderResult, type StartResult } from "./report/result.ts";

/** How long telemetry may take to arrive. */
const PROOF_SECONDS = 90;

/** A start that was killed just now may take this long to end what it has begun. */
const LOCK_PATIENCE_MS = 20_000;

async function main(argv: readonly string[]): Promise<number> {
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
  const preview = await progress.step(
    "Configuration",
    () => previewProgram(stack, options.settings, firstSource(options)),
    ({ plan }) => `${plan.containers.length} containers`,
  );
  for (const warning of preview.warnings) progress.note(`warning: ${warning}`);

  await progress.step(
    "Docker Engine",
    async () => {
      const engine = await ensureEngine(progress);
      const { containers, networks, volumes } = preview.plan;
      await requireOwn(stack, { container: containers.map(({ name }) => name), network: networks, volume: volumes });
      await requireFreePorts(containers, preview.portOffset);
      return engine;
    },
    (engine) => `version ${engine.version}, ${engine.origin}`,
  );
  const deployer = await progress.step(
    "Deployment tool",
    async () => {
      const existing = await existingOf(stack);
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
  const measure = () => measureMemory(plan.containers, dockerPrefix(stack));
  // Takes Docker two seconds: begun here, they are over when it turns out that nothing changed.
  const asItWas = measure();
  rememberMade(stack, plan);
  rememberDeployer(stack, deployer.kind);
  const { outputs, changed } = await progress.step(
    "Containers",
    () => deploy(deployer, options, settled, progress),
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
  const memory = changed ? measure() : asItWas;
  const earlier = changed ? undefined : rememberedProof(stack);
  if (changed) forgetProof(stack);
  const report = options.verify && askable ? await proved(await readOutputs(file), earlier, progress) : undefined;
  if (report?.complete === true) rememberProof(stack, report);
  const result: StartResult = {
    stack,
    seconds: progress.elapsed() / 1000,
    deployer: describeDeployer(deployer),
    images: settled.source,
    links: outputs.links as Readonly<Record<string, string>>,
    published: outputs.published as Readonly<Record<string, string>>,
    memory: await memory,
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
): Promise<{ readonly outputs: Readonly<Record<string, unknown>>; readonly changed: boolean }> {
  switch (deployer.kind) {
    case "pulumi": {
      const all = [...settings, { path: "images", value: source, secret: false }];
      return { outputs: await new LocalStack(deployer.tool, stack, progress).up(all), changed: true };
    }
    case "compose": {
      const written = await preview.writeCompose();
      return { outputs: written.outputs, changed: await upWithCompose(deployer.tool, stack, written, progress) };
    }
    default:
      return deployer satisfies never;
  }
}

/** Proves the arrival of telemetry: of an application that is used meanwhile, or of what the services send by themselves. */
async function proved(
  outputs: StackOutputs,
  earlier: VerifyReport | undefined,
  progress: Progress,
): Promise<VerifyReport> {
  const watch = {
    timeoutSeconds: PROOF_SECONDS,
    signal: interruption,
    onFound: (backend: string, { label }: { readonly label: string }) => progress.doing(`${backend}: ${label}`),
  };
  const { query, system } = outputs;
  const drive = outputs.drive === undefined ? undefined : await loadDrive(outputs.drive);
  const ask = () =>
    drive === undefined
      ? runVerify({ ...watch, query, system, since: new Date() })
      : prove(outputs, drive, { ...watch, ...(earlier && { earlier }), onStep: ({ did }) => progress.doing(did) });
  return await progress.step(
    drive === undefined ? "Proving what the services send by themselves" : "Using the app, proving its telemetry",
    () => unlessInterrupted(ask()),
    (report) => (report.complete ? "complete" : "INCOMPLETE"),
  );
}

await runCommand({ name: "start", help: startHelp }, main);
