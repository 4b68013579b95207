import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import { Failure } from "../cli/failure.ts";
import { forwardPorts, loopbackPorts } from "../cli/forward.ts";
import { dockerPrefix, localFolder } from "../cli/paths.ts";
import { run } from "../cli/process.ts";
import type { Progress } from "../cli/progress.ts";
import { writeWhole } from "../cli/whole-file.ts";
import { upWithCompose } from "../start/deploy/compose.ts";
import { collectorAnswers } from "../start/deploy/health.ts";
import { stackFileOf, stackFolderOf, upWithStack } from "../start/deploy/stack.ts";
import { saveOutputs } from "../start/deploy/state.ts";
import type { Deployer } from "../start/deploy/tool.ts";
import { imageId } from "./image-id.ts";
import { backWithPulumi } from "./program.ts";
import { deployableOf, type GoodRelease } from "./store.ts";

/**
 * Returns to a good release by the tool that deployed it: images, configuration, collector. Data in volumes stays as it is.
 * @throws Failure, one sentence, when that is not possible
 */
export async function rollBack(
  stack: string,
  to: GoodRelease,
  deployer: Deployer,
  remote: boolean,
  progress: Progress,
): Promise<void> {
  const deployable = deployableOf(stack, to);
  const inSwarm = to.deployment === "swarm";
  if (deployable.kind === "compose" && deployer.kind === "compose") {
    const ids = await pinnedImages(to.images);
    const composeFile = path.join(localFolder(stack), "compose.yaml");
    const envFile = path.join(localFolder(stack), "secrets.env");
    writeWhole(composeFile, withImages(deployable.compose, ids), 0o644);
    writeWhole(envFile, deployable.env, 0o600);
    const { services, outputs } = deployable;
    await upWithCompose(
      deployer.tool,
      stack,
      { project: dockerPrefix(stack), composeFile, envFile, services },
      progress,
    );
    await answered(stack, remote, saved(stack, outputs));
    return;
  }
  if (deployable.kind === "stack" && deployer.kind === "stack") {
    await restoreTags(await movedInSwarm(to.images, progress), progress);
    const project = { stackFile: stackFileOf(stack), folder: stackFolderOf(stack), name: dockerPrefix(stack) };
    writeContents(project.folder, deployable.contents);
    writeWhole(project.stackFile, deployable.file, 0o600);
    await upWithStack(stack, project, progress);
    saved(stack, deployable.outputs);
    return;
  }
  if (deployable.kind === "pulumi" && deployer.kind === "pulumi") {
    await restoreTags(inSwarm ? await movedInSwarm(to.images, progress) : await pinnedImages(to.images), progress);
    const outputs = saved(stack, await backWithPulumi(stack, deployable, deployer.tool, progress));
    if (!inSwarm) await answered(stack, remote, outputs);
    return;
  }
  throw new Failure(
    `Release ${to.id} was deployed by ${deployable.kind} and this one by ${deployer.kind}: run "npm stop", then "npm run release -- --deploy ${deployable.kind}" with what is good.`,
  );
}

type Outputs = Readonly<Record<string, unknown>>;

function saved(stack: string, outputs: Outputs): Outputs {
  saveOutputs(stack, outputs);
  return outputs;
}

async function answered(stack: string, remote: boolean, outputs: Outputs): Promise<void> {
  // on another machine its ports are reached only so, and a release that did not come up has not done it
  if (remote) await forwardPorts(stack, loopbackPorts(outputs));
  await collectorAnswers(String(outputs.collectorHealth), `${dockerPrefix(stack)}-collector`);
}

/**
 * Ids of those images whose reference names another image now, by reference.
 * @param missing called with each image that the engine no longer has
 */
async function movedImages(
  images: GoodRelease["images"],
  missing: (reference: string, id: string) => void,
): Promise<ReadonlyMap<string, string>> {
  const moved = new Map<string, string>();
  for (const [reference, id] of Object.entries(images)) {
    if ((await imageId(reference)) === id) continue;
    if ((await imageId(id)) === undefined) missing(reference, id);
    else moved.set(reference, id);
  }
  return moved;
}

/** @throws Failure, one sentence, when the engine has one of the images no more */
const pinnedImages = (images: GoodRelease["images"]) =>
  movedImages(images, (reference, id) => {
    throw new Failure(
      `The image ${reference} of the last good release (${id.slice(0, 19)}) is no longer on the engine: pull or build it, then run "npm run release -- --rollback".`,
    );
  });

/** A swarm's nodes know images by their references, and those that only other nodes have are theirs to find again. */
const movedInSwarm = (images: GoodRelease["images"], progress: Progress) =>
  movedImages(images, (reference) =>
    progress.note(`the image ${reference} of the last good release is no longer on this node`),
  );

function writeContents(folder: string, contents: Readonly<Record<string, string>>): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  for (const [name, content] of Object.entries(contents)) writeWhole(path.join(folder, name), content, 0o600);
}

/** The Compose project with ids in the place of references that name other images now. Pure. */
export function withImages(compose: string, ids: ReadonlyMap<string, string>): string {
  if (ids.size === 0) return compose;
  const document = parseDocument(compose);
  const { services = {} } = document.toJS() as { readonly services?: Readonly<Record<string, { image?: string }>> };
  for (const [name, { image = "" }] of Object.entries(services)) {
    const id = ids.get(image);
    if (id !== undefined) document.setIn(["services", name, "image"], id);
  }
  return document.toString({ lineWidth: 0 });
}

/** Pulumi finds an image by its reference alone: the tag gets the image back that it had. */
async function restoreTags(moved: ReadonlyMap<string, string>, progress: Progress): Promise<void> {
  for (const [reference, id] of moved) {
    progress.note(`${reference} names ${id.slice(0, 19)} again, as in the last good release`);
    const { code } = await run("docker", ["tag", id, reference], { timeoutMs: 30_000 });
    if (code !== 0) throw new Failure(`The image ${reference} could not be named again: docker tag ${id} ${reference}`);
  }
}
