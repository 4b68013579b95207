/** `npm stop`: removes what `npm start` made. Works on half-made stacks and twice in a row. */
import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { runCommand } from "../cli/command.ts";
import { useEngine } from "../cli/engine.ts";
import { Failure } from "../cli/failure.ts";
import { takeLock } from "../cli/lock.ts";
import { localFolder } from "../cli/paths.ts";
import { run } from "../cli/process.ts";
import { Progress } from "../cli/progress.ts";
import { isStack, noSuchStack } from "../cli/stacks.ts";
import { LocalStack } from "./deploy/pulumi.ts";
import { type Existing, existingOf, removeExisting } from "./deploy/remove.ts";
import { removeStack, servicesIn, tasksEnded } from "./deploy/stack.ts";
import { rememberedDeployer } from "./deploy/state.ts";
import { askEngine } from "./engine/engine.ts";
import { ownEngineRuns, stopOwnEngine } from "./engine/install.ts";
import { type StopOptions, stopHelp, stopOptions } from "./options.ts";
import { findPulumi } from "./tools/pulumi.ts";

async function main(argv: readonly string[]): Promise<number> {
  const options = stopOptions(argv);
  if (!isStack(options.stack)) await requireRemains(options.stack);
  const folder = localFolder(options.stack);
  const release = await takeLock(path.join(folder, "lock"), "npm stop", 20_000);
  try {
    const progress = new Progress({ stream: process.stderr, logFile: path.join(folder, "start.log"), total: 1 });
    await stop(options, progress);
    await stopEngine(options.engine);
    return 0;
  } finally {
    release();
  }
}

/** Of a stack whose file and folder are gone there may be containers still: they can be removed. */
async function requireRemains(stack: string): Promise<void> {
  await useEngine(stack);
  const { kind } = await askEngine();
  const left = kind === "running" ? Object.values(await existingOf(stack)).flat() : [];
  if (left.length === 0) throw new Failure(noSuchStack(stack));
}

async function stop(options: StopOptions, progress: Progress): Promise<void> {
  const { address, isRemote } = await useEngine(options.stack);
  const state = await askEngine();
  if (state.kind === "no-client") {
    console.log("Nothing to stop: Docker is not installed.");
    return;
  }
  if (state.kind === "not-running" && rememberedDeployer(options.stack) === undefined && !options.volumes) {
    console.log("Nothing to stop: the stack is not deployed and the Docker Engine is not running.");
    return;
  }
  if (state.kind !== "running") {
    throw new Failure(
      `The Docker Engine${isRemote ? ` at ${address}` : ""} does not answer (${state.kind === "other" ? state.message : state.kind.replace("-", " ")}), so nothing can be removed: start it, or gain access to it, and run "npm stop" again.`,
    );
  }
  const before = await existingOf(options.stack);
  const deployer = rememberedDeployer(options.stack);
  const services = deployer === "stack" || deployer === "pulumi" ? await servicesIn(options.stack) : 0;
  await progress.step(
    `Removing stack ${options.stack}`,
    async () => {
      if (deployer === "pulumi") await destroyWithPulumi(options, progress);
      if (deployer === "stack") await removeStack(options.stack);
      if (deployer !== "compose") await tasksEnded(options.stack);
      await removeExisting(options.stack, await existingOf(options.stack), options.volumes);
    },
    () => summaryOf(before, services, options.volumes),
  );
  if (before.elsewhere.length > 0)
    progress.note(`left as they are, since they belong to another checkout: ${before.elsewhere.join(", ")}`);
  forget(options.stack, options.volumes);
}

/** Lets Pulumi delete what it created, so that its state stays correct. Without its CLI the containers are deleted all the same. */
async function destroyWithPulumi(options: StopOptions, progress: Progress): Promise<void> {
  const search = await findPulumi([], progress);
  if ("tool" in search) {
    const local = new LocalStack(search.tool, options.stack, progress);
    if (local.exists) await local.destroy(options.volumes);
  } else progress.note(`${search.why}: deleting what it created without it; the next "pulumi up" refreshes its state`);
}

/** What other commands are about to claim the stack's lock with. */
const OF_WAITING = /^lock\./;

/** Deletes what is no longer true. Passwords stay as long as the data they are written into; those that a person gave are never deleted. */
function forget(stack: string, withVolumes: boolean): void {
  const folder = localFolder(stack);
  const kept = new Set([
    ...["lock", "start.log", "images.json", "secrets.yaml"],
    ...["pulumi-state", "pulumi-project", "pulumi-passphrase"],
  ]);
  const outdated = withVolumes
    ? readdirSync(folder).filter((name) => !kept.has(name) && !OF_WAITING.test(name))
    : ["outputs.json", "deployer.json", "engine.json", "up.json", "proof.json"];
  for (const name of outdated) rmSync(path.join(folder, name), { recursive: true, force: true });
}

/** @param services of a swarm */
function summaryOf(existed: Existing, services: number, withVolumes: boolean): string {
  const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  const { containers, networks, volumes } = existed;
  if (containers.length + networks.length === 0 && (!withVolumes || volumes.length === 0)) {
    return volumes.length === 0
      ? "nothing existed"
      : `nothing was running; ${count(volumes.length, "volume")} kept (--volumes removes them)`;
  }
  const ran = services > 0 ? count(services, "service") : count(containers.length, "container");
  const removed = [ran, count(networks.length, "network")];
  if (withVolumes) return `removed ${[...removed, count(volumes.length, "volume")].join(", ")}`;
  return `removed ${removed.join(", ")}; ${count(volumes.length, "volume")} kept (--volumes removes them)`;
}

async function stopEngine(wanted: boolean): Promise<void> {
  if (!wanted) {
    if (ownEngineRuns()) console.log("The Docker Engine that npm start started is left running (--engine stops it).");
    return;
  }
  const others = ownEngineRuns() ? (await run("docker", ["ps", "-q"])).stdout.split("\n").length - 1 : 0;
  if (others > 0) {
    console.log(`The Docker Engine is left running: ${others} containers of others run in it.`);
    return;
  }
  const stopped = await stopOwnEngine();
  console.log(stopped ? "Docker Engine stopped." : "The Docker Engine is not one that npm start runs: left as it is.");
}

await runCommand({ name: "stop", help: stopHelp }, main);
