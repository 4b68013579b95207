import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { labelList, physicalName, type Scope } from "./docker/scope.ts";

/** The network of one deployment. */
export class Network extends pulumi.ComponentResource {
  /** Where every container of the deployment meets the others. */
  readonly main: pulumi.Output<string>;

  constructor(name: string, args: { readonly scope: Scope }, opts?: pulumi.ComponentResourceOptions) {
    super("game-scheduler-otel:components:Network", name, args, opts);
    this.main = new docker.Network(
      `${name}-main`,
      {
        name: physicalName(args.scope, "main"),
        ...(args.scope.swarm ? { driver: "overlay", attachable: true } : { driver: "bridge" }),
        labels: labelList(args.scope),
      },
      // A changed label replaces a network and with it every container: labels are given once and never changed.
      { parent: this, ignoreChanges: ["labels"] },
    ).id;
    this.registerOutputs({ main: this.main });
  }
}
