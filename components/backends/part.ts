import type * as pulumi from "@pulumi/pulumi";
import { type ContainerOptions, type ContainerSpec, container } from "../docker/container.ts";
import { publishedUrl } from "../docker/scope.ts";
import { backendVolume } from "../docker/volume.ts";
import type { CommonArgs } from "./backend.ts";

/** What the containers of one backend on this machine are made in. */
export interface OnThisMachine extends Pick<CommonArgs, "imageOf" | "network" | "scope"> {
  /** Whose they are, for the sentence about a collision. */
  readonly usage: NonNullable<ContainerSpec["usage"]>;
}

/** One container of the backend, as far as it differs from the others. */
export interface Part
  extends Omit<ContainerSpec, "name" | "usage" | "image" | "networks" | "volumes" | "ports">,
    Pick<ContainerOptions, "hideDiffs"> {
  /** Also the image's and its address in the network. */
  readonly name: Parameters<CommonArgs["imageOf"]>[0];
  /** Where its data is mounted; it is kept on a volume of the container's name. */
  readonly data?: string;
  /** Published as they are; the first one answers when it is ready. */
  readonly ports: readonly number[];
  /** Port in the container, where it differs from the published one. */
  readonly inside?: number;
  /** Path that answers with a 2xx once it is ready, and after how many seconds at the latest. Default: 60. */
  readonly ready: { readonly path: string; readonly seconds?: number };
}

/** Makes the container. @returns its id, and the published address of its first port */
export function part(
  { imageOf, network, scope, usage }: OnThisMachine,
  { name, data, ports, inside, ready: { path, ...waiting }, hideDiffs, ...spec }: Part,
  parent: pulumi.Resource,
): { readonly url: string; readonly id: pulumi.Output<string> } {
  const [first = 0] = ports;
  const url = publishedUrl(scope, first);
  const volume = data === undefined ? undefined : backendVolume(scope, name, parent);
  const made = container(
    scope,
    {
      ...spec,
      name,
      usage,
      image: imageOf(name),
      networks: [network],
      ...(volume && data !== undefined && { volumes: [{ volume: volume.name, path: data }] }),
      ports: ports.map((port) => ({ container: inside ?? port, host: port })),
    },
    parent,
    { ready: { url: `${url}${path}`, ...waiting }, ...(hideDiffs && { hideDiffs }) },
  );
  return { url, id: made.id };
}
