import { hashInputs, type InputFile, inputFiles } from "./inputs.ts";
import pins from "./pins.json" with { type: "json" };
import { type ImageName, PROGRAMS_FOLDER, SPECS } from "./specs.ts";

export type { ImageName } from "./specs.ts";

/** Where an image comes from: published by its project, or built from this repository. */
export type ImageSource = "official" | "local";

/** An image was asked for from a source that does not have it. */
export class NoSuchImage extends Error {
  override readonly name = "NoSuchImage";
}

const allNames = Object.keys(SPECS) as readonly ImageName[];

/** Whether this repository can build the image; `grafana` and `lgtm` exist as published images only. */
export const canBuild = (name: ImageName): boolean => SPECS[name].local !== undefined;

/** Every image this repository can build. */
export const imageNames: readonly ImageName[] = allNames.filter(canBuild);

/**
 * Images that are built from this repository wherever the others come from: those that nobody publishes, and the collector, since `build:collector`
 * is a distribution of its own.
 */
export const ownImages: readonly ImageName[] = imageNames.filter(
  (name) => (SPECS[name].official === undefined && name !== "go") || name === "collector",
);

/**
 * Docker asks the registry that a reference begins with, and Docker Hub where it begins with none; there anyone may own a name. Of `localhost` it
 * asks nobody but this machine, so that an image that was not built is an error.
 */
const REGISTRY = "localhost/";
const localName = (name: ImageName): string => `game-scheduler-otel/${contentName(name)}`;

/** What a local image of this content was called by earlier versions, which a machine may still have. */
export const earlierReference = (name: ImageName): string | undefined => (canBuild(name) ? localName(name) : undefined);

/** Name and hash of its inputs: what an image built here is called wherever it is. */
export const contentName = (name: ImageName): string => `${name}:${hashOf(name)}`;

/** Whether only this machine can be asked for the image. */
export const isLocalReference = (reference: string): boolean => reference.startsWith(`${REGISTRY}game-scheduler-otel/`);

/** Narrows what a person typed to an image's name. */
export const isImageName = (text: string): text is ImageName => Object.hasOwn(SPECS, text);

/**
 * The reference under which Docker knows the image.
 *
 * `official` is a pinned published reference, and for images that are not published the local one. `local` is
 * `localhost/game-scheduler-otel/<name>:<hash>`, where the hash covers the build's files, its recipe and its bases.
 * @throws NoSuchImage for a local `grafana` or `lgtm` (ask `canBuild` first) and for an unknown name.
 */
export function imageReference(name: ImageName, source: ImageSource): string {
  if (!isImageName(name)) {
    throw new NoSuchImage(`There is no image "${name}" in images/specs.ts: use one of ${allNames.join(", ")}.`);
  }
  const official = SPECS[name].official;
  return source === "official" && official !== undefined ? pinnedBy(pins, official) : REGISTRY + localName(name);
}

/** A published reference with its digest, where `npm run pins` has learnt it. */
export function pinnedBy(known: Readonly<Record<string, string>>, reference: string): string {
  const digest = known[reference];
  return digest === undefined ? reference : `${reference}@${digest}`;
}

/** Images that must exist before this one, by the name of the Dockerfile's ARG. */
export function basesOf(name: ImageName): Readonly<Record<string, ImageName>> {
  const local = SPECS[name].local;
  return local === undefined || local.kind === "rootfs" ? {} : local.bases;
}

const topFolder = (name: string): string => name.slice(0, name.indexOf("/"));

/** Read once, for all images that are Go programs. */
let programs: readonly InputFile[] | undefined;

function programFiles(): readonly InputFile[] {
  programs ??= inputFiles(PROGRAMS_FOLDER);
  return programs;
}

const hashes = new Map<ImageName, string>();

function hashOf(name: ImageName): string {
  const known = hashes.get(name);
  if (known !== undefined) return known;
  const local = SPECS[name].local;
  if (local === undefined) {
    throw new NoSuchImage(
      `The image "${name}" cannot be built from this repository (its program is in no package registry): use source "official", or a backend that does not need it.`,
    );
  }
  const bases = Object.entries(basesOf(name)).map(([argument, base]) => [
    argument,
    hashOf(base),
    SPECS[base].official ?? "",
  ]);
  // How long it takes decides its turn, not its result.
  const recipe = { kind: local.kind, bases, ...(local.kind === "rootfs" ? { suite: local.suite } : {}) };
  const read =
    local.kind === "go-program"
      ? programFiles().filter((file) => !file.name.includes("/") || local.reads(topFolder(file.name)))
      : [];
  const below = read.map((file) => ({ ...file, name: `programs/${file.name}` }));
  const hash = hashInputs(recipe, [
    ...inputFiles(local.folder, local.kind === "dockerfile" ? local.beside : []),
    ...below,
  ]);
  hashes.set(name, hash);
  return hash;
}
