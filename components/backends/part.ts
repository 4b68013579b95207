import type * as pulumi from "@pulumi/pulumi";
import { type ContainerOptions, type ContainerSpec, container } from "../docker/container.ts";
import { backendVolume } from "../docker/volume.ts";
import type { CommonArgs, LocalArgs } from "./backend.ts";

/** What the containers of one backend on this machine are made in. */
export interface OnThisMachine extends Pick<CommonArgs, "imageOf" | "scope">, Pick<LocalArgs<never>, "networks"> {
  /** Whose they are, for the sentence about a collision. */
  readonly usage: NonNullable<ContainerSpec["usage"]>;
}

/** One container of the backend, as far as it differs from the others. */
export interface Part
  extends Omit<ContainerSpec, "name" | "usage" | "image" | "networks" | "outward" | "volumes">,
    Pick<ContainerOptions, "hideDiffs"> {
  readonly image: Parameters<CommonArgs["imageOf"]>[0];
  /** Also its address in the network. Default: the image's. */
  readonly name?: string;
  /** Where its data is mounted; it is kept on a volume of the container's name. */
  readonly data?: string;
  /**
   * Where it is: `stores` is asked and written to by other containers of the backend and the collector, and can reach nothing else; `sender` reaches
   * what is outside besides. Whatever listens in the other two is for everyone on the engine's machine: `proxy` passes what may be read of stores,
   * `page` reaches only what proxies pass. Default: stores.
   */
  readonly place?: "stores" | "sender" | "proxy" | "page";
  /** Default: it works while it keeps running. */
  readonly ready?: NonNullable<ContainerOptions["ready"]>;
}

/** Makes the container. @returns its id */
export function part(
  { imageOf, networks, scope, usage }: OnThisMachine,
  { image, name = image, data, place = "stores", ready, hideDiffs, ...spec }: Part,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const { stores, pages } = networks;
  const volume = data === undefined ? undefined : backendVolume(scope, name, parent);
  return container(
    scope,
    {
      ...spec,
      name,
      usage,
      image: imageOf(image),
      networks: { stores: [stores], sender: [stores], proxy: [stores, pages], page: [pages] }[place],
      ...(place === "sender" && { outward: pages }),
      ...(volume && data !== undefined && { volumes: [{ volume: volume.name, path: data }] }),
    },
    parent,
    { ...(ready && { ready }), ...(hideDiffs && { hideDiffs }) },
  ).id;
}
