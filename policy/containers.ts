import { mapsOf, type PropertyMap, type PropertyValue } from "../offline/properties.ts";
import { unwrap } from "../offline/secrets.ts";
import type { Resource, Stack } from "./rule.ts";
import { asContainer, SERVICE, SERVICE_CONFIG } from "./services.ts";
import { knownText } from "./shapes.ts";

export { mapsOf } from "../offline/properties.ts";
export { knownText, knownTexts } from "./shapes.ts";

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

/** The containers that are to be judged, those of a swarm's services among them. */
export function containersOf({ judged, resources }: Pick<Stack, "judged" | "resources">): readonly Container[] {
  return judged.flatMap((resource) => {
    const inputs = inputsOf(resource, resources);
    return inputs === undefined ? [] : [{ resource, inputs, uploads: uploadsOf(inputs), mounts: mountsOf(inputs) }];
  });
}

function inputsOf({ type, inputs }: Resource, resources: readonly Resource[]): PropertyMap | undefined {
  const plain = () => unwrap(inputs) as PropertyMap;
  if (type === CONTAINER) return plain();
  return type === SERVICE ? asContainer(plain(), configsIn(resources)) : undefined;
}

/** Content of a swarm's configs, by name. */
function configsIn(resources: readonly Resource[]): ReadonlyMap<string, string> {
  return new Map(
    resources.flatMap(({ type, inputs }) => {
      const { name, dataRaw } = unwrap(inputs) as PropertyMap;
      const [known, content] = [knownText(name), knownText(dataRaw)];
      return type !== SERVICE_CONFIG || known === undefined || content === undefined ? [] : [[known, content] as const];
    }),
  );
}

function uploadsOf({ uploads }: PropertyMap): readonly Upload[] {
  return mapsOf(uploads).flatMap(({ file, content }) => {
    const text = knownText(content);
    return text === undefined ? [] : [{ file: knownText(file) ?? "", content: text }];
  });
}

/** `volumes`, and `mounts`, which is the provider's other way to say the same. */
function mountsOf(inputs: PropertyMap): readonly Mount[] {
  const short = mapsOf(inputs.volumes).map((volume, index) => ({
    at: `volumes[${index}]`,
    ...textAs("volume", volume.volumeName),
    ...textAs("host", volume.hostPath),
    path: knownText(volume.containerPath) ?? "",
    readOnly: volume.readOnly === true,
  }));
  const long = mapsOf(inputs.mounts).map((mount, index) => ({
    at: `mounts[${index}]`,
    ...textAs(mount.type === "bind" ? "host" : "volume", mount.type === "tmpfs" ? undefined : mount.source),
    path: knownText(mount.target) ?? "",
    readOnly: mount.readOnly === true,
  }));
  return [...short, ...long];
}

function textAs<K extends "volume" | "host">(key: K, value: PropertyValue | undefined): { readonly [P in K]?: string } {
  const text = knownText(value);
  return text === undefined ? {} : ({ [key]: text } as { readonly [P in K]?: string });
}

/** Of a service: a swarm cannot publish on one address, and `swarm.ports` has allowed what is published. */
export const isService = ({ resource }: Container): boolean => resource.type === SERVICE;

/** A task that runs to its end: nothing restarts it, and what it has written is read by others. */
export const isTask = ({ inputs }: Container): boolean => inputs.mustRun === false;
