import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { physicalName, type Scope } from "./scope.ts";

/**
 * A volume for data that must outlive its container.
 * Has no labels on purpose: a changed label replaces the volume, and the provider deletes the data with it (measured). `protect` stops that too.
 */
export function dataVolume(scope: Scope, name: string, parent: pulumi.Resource): docker.Volume {
  return new docker.Volume(
    `${name}-data`,
    { name: physicalName(scope, `${name}-data`) },
    { parent, protect: scope.protect, ignoreChanges: ["labels"] },
  );
}
