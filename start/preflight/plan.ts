import { SERVICE } from "../../offline/compose/stack-file.ts";
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

/** What a recorded run of the program would bring onto this machine, or into a swarm. */
export interface Plan {
  /** None in a swarm. */
  readonly containers: readonly PlannedContainer[];
  /** Services of a swarm, by their full names. */
  readonly services: readonly string[];
  /** References of the images, each once, sorted. */
  readonly images: readonly string[];
  /** Full Docker names. */
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  /** Volumes that containers mount and the program does not make: they must exist, and hold data of somebody's. */
  readonly externalVolumes: readonly string[];
  /** Files and folders of the engine's machine that containers mount, and which container first does. */
  readonly hostPaths: ReadonlyMap<string, string>;
  /** Provider packages the program uses: `docker`, `random`, ... */
  readonly packages: readonly string[];
}

export function planOf(recording: Pick<Recording, "registrations">): Plan {
  const inputs = (type: string) => recording.registrations.filter((r) => r.type === type).map((r) => r.inputs);
  const services = inputs(SERVICE).map(plannedService);
  const volumes = distinct([
    ...inputs("docker:index/volume:Volume").map((volume) => textOf(volume.name)),
    ...services.flatMap((service) => service.volumes),
  ]);
  const mounted = inputs("docker:index/container:Container").flatMap(mountedVolumes);
  return {
    containers: inputs("docker:index/container:Container").map(plannedContainer),
    services: services.map(({ name }) => name),
    images: distinct([
      ...inputs("docker:index/remoteImage:RemoteImage").map((image) => textOf(image.name)),
      ...services.map(({ image }) => image),
    ]),
    networks: distinct(inputs("docker:index/network:Network").map((network) => textOf(network.name))),
    volumes,
    externalVolumes: distinct(mounted).filter((name) => !volumes.includes(name)),
    hostPaths: new Map(inputs("docker:index/container:Container").toReversed().flatMap(mountedPaths)),
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

interface PlannedService {
  readonly name: string;
  readonly image: string;
  /** Those that its tasks make on their nodes. */
  readonly volumes: readonly string[];
}

function plannedService({ name, taskSpec, mode }: PropertyMap): PlannedService {
  const container = mapOf(mapOf(taskSpec).containerSpec);
  const mounts = container.mounts === undefined ? [] : unwrap(container.mounts);
  const replicas = Math.max(1, numberOf(mapOf(mapOf(mode).replicated).replicas));
  const slots = Array.from({ length: replicas }, (_, i) => String(i + 1));
  const volumes = (isList(mounts) ? mounts : []).flatMap((mount) => {
    if (!isMap(mount) || textOf(mount.type) !== "volume") return [];
    return slots.map((slot) => textOf(mount.source).replace("{{.Task.Slot}}", slot));
  });
  return { name: textOf(name), image: textOf(container.image), volumes: distinct(volumes) };
}

function mapOf(value: PropertyValue | undefined): PropertyMap {
  const plain = value === undefined ? {} : unwrap(value);
  return isMap(plain) ? plain : {};
}

function mountedVolumes({ volumes = [] }: PropertyMap): readonly string[] {
  const mounts = unwrap(volumes);
  return (isList(mounts) ? mounts : []).flatMap((mount) => (isMap(mount) ? [textOf(mount.volumeName)] : []));
}

/** Without the engine's socket, which is where the engine is. */
function mountedPaths({ name, volumes = [] }: PropertyMap): readonly (readonly [path: string, container: string])[] {
  const mounts = unwrap(volumes);
  const paths = (isList(mounts) ? mounts : []).flatMap((mount) => (isMap(mount) ? [textOf(mount.hostPath)] : []));
  return paths.filter((path) => path !== "" && !path.endsWith(".sock")).map((path) => [path, textOf(name)]);
}

function textOf(value: PropertyValue | undefined): string {
  const plain = value === undefined ? "" : unwrap(value);
  return typeof plain === "string" ? plain : "";
}

function numberOf(value: PropertyValue | undefined): number {
  const plain = value === undefined ? 0 : unwrap(value);
  return typeof plain === "number" ? plain : 0;
}
