import type { PropertyMap, PropertyValue } from "../../offline/properties.ts";
import { isList, isMap } from "../../offline/properties.ts";
import type { Recording } from "../../offline/registration.ts";
import { unwrap } from "../../offline/secrets.ts";

/** One container that the program wants. */
export interface PlannedContainer {
  /** Full Docker name. */
  readonly name: string;
  /** Ports on this machine. */
  readonly ports: readonly number[];
  /** Memory limit in MiB; 0: none. */
  readonly memory: number;
}

/** What a recorded run of the program would bring onto this machine. */
export interface Plan {
  readonly containers: readonly PlannedContainer[];
  /** References of the images, each once, sorted. */
  readonly images: readonly string[];
  /** Full Docker names. */
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  /** Volumes that containers mount and the program does not make: they must exist, and hold data of somebody's. */
  readonly externalVolumes: readonly string[];
  /** Provider packages the program uses: `docker`, `random`, ... */
  readonly packages: readonly string[];
}

export function planOf(recording: Pick<Recording, "registrations">): Plan {
  const inputs = (type: string) => recording.registrations.filter((r) => r.type === type).map((r) => r.inputs);
  const volumes = distinct(inputs("docker:index/volume:Volume").map((volume) => textOf(volume.name)));
  const mounted = inputs("docker:index/container:Container").flatMap(mountedVolumes);
  return {
    containers: inputs("docker:index/container:Container").map(plannedContainer),
    images: distinct(inputs("docker:index/remoteImage:RemoteImage").map((image) => textOf(image.name))),
    networks: distinct(inputs("docker:index/network:Network").map((network) => textOf(network.name))),
    volumes,
    externalVolumes: distinct(mounted).filter((name) => !volumes.includes(name)),
    packages: distinct(
      recording.registrations
        .filter((r) => r.custom)
        .map((r) => r.type.replace(/^pulumi:providers:/, "").split(":")[0] ?? ""),
    ),
  };
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].filter((text) => text !== "").sort();
}

function plannedContainer(inputs: PropertyMap): PlannedContainer {
  const ports = inputs.ports === undefined ? [] : unwrap(inputs.ports);
  return {
    name: textOf(inputs.name),
    ports: (isList(ports) ? ports : []).flatMap((port) => (isMap(port) ? [numberOf(port.external)] : [])),
    memory: numberOf(inputs.memory),
  };
}

function mountedVolumes({ volumes = [] }: PropertyMap): readonly string[] {
  const mounts = unwrap(volumes);
  return (isList(mounts) ? mounts : []).flatMap((mount) => (isMap(mount) ? [textOf(mount.volumeName)] : []));
}

function textOf(value: PropertyValue | undefined): string {
  const plain = value === undefined ? "" : unwrap(value);
  return typeof plain === "string" ? plain : "";
}

function numberOf(value: PropertyValue | undefined): number {
  const plain = value === undefined ? 0 : unwrap(value);
  return typeof plain === "number" ? plain : 0;
}
