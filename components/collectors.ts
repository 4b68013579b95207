import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/load.ts";
import { Collector, type CollectorArgs } from "./collector.ts";
import type { Scope } from "./docker/scope.ts";
import type { DockerApi } from "./docker-api.ts";
import { collectorImage } from "./images.ts";
import type { Given } from "./pipeline.ts";
import { createScraper, secretsIn, tierOf } from "./swarm/tier.ts";

export interface CollectorsArgs {
  readonly scope: Scope;
  readonly network: pulumi.Input<string>;
  /** The networks on which it reaches backends, besides. */
  readonly delivery: readonly pulumi.Input<string>[];
  /** Configuration of the collector. */
  readonly pipeline: string;
  /** What that was made from. */
  readonly given: Given;
  readonly secrets: CollectorArgs["secrets"];
  readonly dockerApi: DockerApi | undefined;
}

/** The collector, of which a swarm may have several; then one beside them measures the stores. */
export function createCollectors(
  config: Config,
  { scope, network, delivery, pipeline, given, secrets, dockerApi }: CollectorsArgs,
): Collector {
  const collector = new Collector("collector", {
    scope,
    networks: [network, ...new Set(delivery)],
    image: collectorImage(config),
    engine: config.collector.engine,
    memory: config.collector.memory,
    config: pipeline,
    secrets: config.deployment === "swarm" ? secretsIn(pipeline, secrets) : secrets,
    hostMetrics: config.hostMetrics,
    dockerApi: dockerApi?.mount,
    after: dockerApi ? [dockerApi.container] : [],
    ...tierOf(config),
  });
  createScraper(config, { scope, networks: [network, ...new Set(delivery)], secrets, pipeline: given });
  return collector;
}
