import { isMap, type PropertyValue } from "../properties.ts";
import type { Recording, Registration } from "../registration.ts";
import { itemsOf, openedText } from "./variables.ts";

export const CONTAINER = "docker:index/container:Container";
export const NETWORK = "docker:index/network:Network";
export const VOLUME = "docker:index/volume:Volume";
export const IMAGE = "docker:index/remoteImage:RemoteImage";

/** Finds, for an id or a name an input holds, the resource it names. */
export interface Lookup {
  /** Reference of an image, from an id, a digest or a plain reference. */
  readonly image: (idOrName: string) => string;
  /** Key of a network in compose.yaml; undefined for one this program does not make. */
  readonly network: (idOrName: string) => string | undefined;
  /** Key of a volume in compose.yaml: one that this program makes, or one that existed before; undefined for one that it should make and does not. */
  readonly volume: (name: string) => string | undefined;
  /** Names of volumes that containers mount and this program does not make, sorted. */
  readonly externalVolumes: readonly string[];
  /** Name of a container's service. */
  readonly service: (urn: string) => string | undefined;
  readonly containers: readonly Registration[];
  readonly networks: readonly Registration[];
  readonly volumes: readonly Registration[];
}

/** @throws Error, one sentence, where two containers would be one service */
export function lookupOf(recording: Recording): Lookup {
  const ofType = (type: string) => recording.registrations.filter((r) => r.type === type);
  const [containers, networks, volumes] = [ofType(CONTAINER), ofType(NETWORK), ofType(VOLUME)];
  const prefix = `${recording.project}-${recording.stack}-`;
  const keyOf = (r: Registration) => shortName(prefix, openedText(r.outputs.name ?? r.name));

  const images = new Map<string, string>();
  for (const { outputs } of ofType(IMAGE)) {
    const name = openedText(outputs.name ?? "");
    for (const known of [outputs.imageId, outputs.repoDigest])
      if (known !== undefined) images.set(openedText(known), name);
  }
  const networkKeys = new Map(
    networks.flatMap((r) => [r.id, openedText(r.outputs.name ?? "")].map((id) => [id, keyOf(r)])),
  );
  const volumeKeys = new Map(volumes.map((r) => [openedText(r.outputs.name ?? ""), keyOf(r)]));
  const services = new Map(containers.map((r) => [r.urn, keyOf(r)]));
  refuseTwins("container", [...services.values()]);
  const mounted = containers.flatMap(({ inputs }) => itemsOf(inputs.volumes).map(volumeNameOf));
  const external = [...new Set(mounted)].filter(
    (name) => name !== "" && !volumeKeys.has(name) && !name.startsWith(prefix),
  );
  for (const name of external) volumeKeys.set(name, name);
  return {
    image: (idOrName) => images.get(idOrName) ?? idOrName,
    network: (idOrName) => networkKeys.get(idOrName),
    volume: (name) => volumeKeys.get(name),
    externalVolumes: external.sort(),
    service: (urn) => services.get(urn),
    containers,
    networks,
    volumes,
  };
}

function volumeNameOf(mount: PropertyValue): string {
  const name = isMap(mount) ? mount.volumeName : undefined;
  return name === undefined ? "" : openedText(name);
}

/** `game-scheduler-otel-dev-api` -> `api`; other names stay whole. Compose allows letters, digits, `.`, `_` and `-`. */
function shortName(prefix: string, name: string): string {
  const short = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  return short.replace(/[^A-Za-z0-9._-]/g, "-");
}

function refuseTwins(what: string, names: readonly string[]): void {
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin !== undefined) throw new Error(`Two ${what}s are called "${twin}". Give each its own name.`);
}
