import { isList, isMap, isUnknown, type PropertyMap, type PropertyValue } from "../offline/properties.ts";
import { unwrap } from "../offline/secrets.ts";
import type { Resource, Stack } from "./rule.ts";

/** Containers as rules ask about them: plain values, whatever is unknown or of another shape left out. */
export interface Container {
  readonly resource: Resource;
  /** Secrets opened: for comparing, never for printing. */
  readonly inputs: PropertyMap;
  readonly uploads: readonly Upload[];
  readonly mounts: readonly Mount[];
}

export interface Upload {
  readonly file: string;
  readonly content: string;
}

/** A named volume, or a file or folder of the engine's machine, in a container. */
export interface Mount {
  /** Input that says it: `volumes[1]`. */
  readonly at: string;
  readonly volume?: string;
  readonly host?: string;
  readonly path: string;
  readonly readOnly: boolean;
}

const CONTAINER = "docker:index/container:Container";
/** An image by its reference, of which a container names the id. */
export const REMOTE_IMAGE = "docker:index/remoteImage:RemoteImage";

/** The containers that are to be judged. */
export function containersOf({ judged }: Pick<Stack, "judged">): readonly Container[] {
  return judged
    .filter(({ type }) => type === CONTAINER)
    .map((resource) => {
      const inputs = unwrap(resource.inputs) as PropertyMap;
      return { resource, inputs, uploads: uploadsOf(inputs), mounts: mountsOf(inputs) };
    });
}

/** The maps of a list; an input of any other shape is an empty list. */
export function mapsOf(value: PropertyValue | undefined): readonly PropertyMap[] {
  return isList(value) ? value.filter(isMap) : [];
}

/** The texts of a list, those that are not known yet left out. */
export function textsOf(value: PropertyValue | undefined): readonly string[] {
  return isList(value) ? value.filter((item) => typeof item === "string" && !isUnknown(item)).map(String) : [];
}

/** A text that is known; undefined for anything else. */
export function textOf(value: PropertyValue | undefined): string | undefined {
  return typeof value === "string" && !isUnknown(value) ? value : undefined;
}

function uploadsOf({ uploads }: PropertyMap): readonly Upload[] {
  return mapsOf(uploads).flatMap(({ file, content }) => {
    const text = textOf(content);
    return text === undefined ? [] : [{ file: textOf(file) ?? "", content: text }];
  });
}

/** `volumes`, and `mounts`, which is the provider's other way to say the same. */
function mountsOf(inputs: PropertyMap): readonly Mount[] {
  const short = mapsOf(inputs.volumes).map((volume, index) => ({
    at: `volumes[${index}]`,
    ...textAs("volume", volume.volumeName),
    ...textAs("host", volume.hostPath),
    path: textOf(volume.containerPath) ?? "",
    readOnly: volume.readOnly === true,
  }));
  const long = mapsOf(inputs.mounts).map((mount, index) => ({
    at: `mounts[${index}]`,
    ...textAs(mount.type === "bind" ? "host" : "volume", mount.type === "tmpfs" ? undefined : mount.source),
    path: textOf(mount.target) ?? "",
    readOnly: mount.readOnly === true,
  }));
  return [...short, ...long];
}

function textAs<K extends "volume" | "host">(key: K, value: PropertyValue | undefined): { readonly [P in K]?: string } {
  const text = textOf(value);
  return text === undefined ? {} : ({ [key]: text } as { readonly [P in K]?: string });
}

/** A task that runs to its end: nothing restarts it, and what it has written is read by others. */
export const isTask = ({ inputs }: Container): boolean => inputs.mustRun === false;
