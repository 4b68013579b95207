import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { physicalName, type Scope } from "./docker/scope.ts";

/** The networks of one deployment. */
export class Network extends pulumi.ComponentResource {
  /** Where every container of the deployment meets the others. */
  readonly main: pulumi.Output<string>;
  /** Only the collector and the proxy to the Docker API: what the proxy answers is nobody else's business. */
  readonly dockerApi: pulumi.Output<string>;

  constructor(name: string, args: { readonly scope: Scope }, opts?: pulumi.ComponentResourceOptions) {
    super("game-scheduler-otel:components:Network", name, args, opts);
    const main = new docker.Network(
      `${name}-main`,
      { name: physicalName(args.scope, "main"), driver: "bridge" },
      { parent: this },
    );
    const dockerApi = new docker.Network(
      `${name}-docker-api`,
      { name: physicalName(args.scope, "docker-api"), driver: "bridge", internal: true },
      { parent: this },
    );
    this.main = main.id;
    this.dockerApi = dockerApi.id;
    this.registerOutputs({ main: this.main, dockerApi: this.dockerApi });
  }
}
