import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { labelList, physicalName, type Scope } from "./docker/scope.ts";

/** The network of the application: services, their stores, the collector. */
export class Network extends pulumi.ComponentResource {
  /** Where services reach their stores and the collector. No container of a backend is on it. */
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

/** Without it a bridge has an address, and by that every user of the machine reaches every port of every container on it. Docker 20.10 and newer. */
const NO_HOST_ADDRESS = { "com.docker.network.bridge.inhibit_ipv4": "true" };

/** The two networks of backends on this machine. */
export class BackendNetworks extends pulumi.ComponentResource {
  /**
   * Where the collector delivers, and where what is stored is read. Nothing leads out of it or into it: no service is on it, and the engine's
   * machine has no address there.
   */
  readonly stores: pulumi.Output<string>;
  /** Where ports are published, and what is outside is reached: nothing that can be written to listens on it. */
  readonly pages: pulumi.Output<string>;

  constructor(name: string, args: { readonly scope: Scope }, opts?: pulumi.ComponentResourceOptions) {
    super("game-scheduler-otel:components:BackendNetworks", name, args, opts);
    const { scope } = args;
    const network = (id: string, more: Partial<docker.NetworkArgs>) =>
      new docker.Network(
        `network-${id}`,
        { name: physicalName(scope, id), labels: labelList(scope), ...more },
        { parent: this, ignoreChanges: ["labels"] },
      ).id;
    const overlay = { driver: "overlay", attachable: true };
    this.stores = network("stores", {
      internal: true,
      ...(scope.swarm ? overlay : { driver: "bridge", options: NO_HOST_ADDRESS }),
    });
    this.pages = network("pages", scope.swarm ? overlay : { driver: "bridge" });
    this.registerOutputs({ stores: this.stores, pages: this.pages });
  }
}
