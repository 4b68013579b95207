import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { physicalName, type Scope } from "./docker/scope.ts";

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
    const main = new docker.Network(
      `${name}-main`,
      { name: physicalName(args.scope, "main"), driver: "bridge" },
      { parent: this },
    );
    this.main = main.id;
    this.dockerApi = args.containerMetrics
      ? new docker.Network(
          `${name}-docker-api`,
          { name: physicalName(args.scope, "docker-api"), driver: "bridge", internal: true },
          { parent: this },
        ).id
      : undefined;
    this.ofCollector = [this.main, ...(this.dockerApi ? [this.dockerApi] : [])];
    this.registerOutputs({ main: this.main, dockerApi: this.dockerApi });
  }
}
