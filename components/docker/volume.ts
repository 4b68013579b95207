import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { labelList, physicalName, type Scope } from "./scope.ts";

/** What a mount needs of a volume. In a swarm nothing makes it: each node does, when a task of its mounts it. */
export interface Volume {
  readonly name: pulumi.Input<string>;
}

/** A volume for data that must outlive its container. */
export function dataVolume(scope: Scope, name: string, parent: pulumi.Resource): Volume {
  return volume(scope, name, { parent, protect: scope.protect });
}

/**
 * A volume of a backend on this machine. Not protected, since a protected one would refuse the swap to another backend; it is let go
 * instead, with its data, and adopted again by its name when the backend returns.
 */
export function backendVolume(scope: Scope, name: string, parent: pulumi.Resource): Volume {
  return volume(scope, name, { parent, retainOnDelete: scope.protect });
}

/** A volume that Docker fills from an image, and can fill again. Another version is another volume: an old one would never be filled anew. */
export function imageVolume(scope: Scope, name: string, version: string, parent: pulumi.Resource): Volume {
  return volume(scope, name, { parent }, `${name}-${version}`);
}

/**
 * A folder in memory in which one container has a socket for another. `owner` is the numeric uid that makes it, `user` the gid that may enter;
 * on the engine's machine only root can.
 */
export function socketVolume(
  scope: Scope,
  name: string,
  { owner, user }: { readonly owner: number; readonly user: number },
  parent: pulumi.Resource,
): docker.Volume {
  const resource = `${name}-socket`;
  scope.take("volume", resource, { by: `container ${name}` });
  const driverOpts = { type: "tmpfs", device: "tmpfs", o: `size=64k,uid=${owner},gid=${user},mode=0750` };
  const args = { name: physicalName(scope, resource), labels: labelList(scope), driver: "local", driverOpts };
  return new docker.Volume(resource, args, { parent, ignoreChanges: ["labels"] });
}

/** A changed label replaces a volume, and the provider deletes the data with it (measured): labels are given once and never changed. */
function volume(scope: Scope, owner: string, opts: pulumi.CustomResourceOptions, name = `${owner}-data`): Volume {
  scope.take("volume", name, { by: `container ${owner}` });
  if (scope.swarm !== undefined) return { name: physicalName(scope, name) };
  const args = { name: physicalName(scope, name), labels: labelList(scope) };
  return new docker.Volume(`${owner}-data`, args, { ...opts, ignoreChanges: ["labels"] });
}
