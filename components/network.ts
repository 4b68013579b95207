import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { labelList, physicalName, type Scope } from "./docker/scope.ts";

/** The networks of one deployment. */
export class Network extends pulumi.ComponentResource {
  /** Where every container of the deployment meets the others. */
  readonly main: pulumi.Output<string>;
  /** Only the collector and the proxy to the Docker API: what the proxy answers is nobody else's business. Absent without the proxy. */
  readonly dockerApi: pulumi.Output<string> | undefined;
  /** Those that the collector is in. */
  readonly ofCollector: readonly pulumi.Output<string>[];

  /** @param args.containerMetrics whether there is a proxy to the Docker API */
  constructor(
    name: string,
    args: { readonly scope: Scope; readonly containerMetrics: boolean },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("game-scheduler-otel:components:Network", name, args, opts);
    const made = (purpose: string, isolation: Pick<docker.NetworkArgs, "internal">) =>
      new docker.Network(
        `${name}-${purpose}`,
        { name: physicalName(args.scope, purpose), driver: "bridge", labels: labelList(args.scope), ...isolation },
        // A changed label replaces a network and with it every container: labels are given once and never changed.
        { parent: this, ignoreChanges: ["labels"] },
      ).id;
    this.main = made("main", {});
    this.dockerApi = args.containerMetrics ? made("docker-api", { internal: true }) : undefined;
    this.ofCollector = [this.main, ...(this.dockerApi ? [this.dockerApi] : [])];
    this.registerOutputs({ main: this.main, dockerApi: this.dockerApi });
  }
}
