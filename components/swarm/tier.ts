import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/load.ts";
import { OWN_COLLECTOR } from "../../config/schema.ts";
import type { Source } from "../../pipeline/input.ts";
import { secretPath } from "../../pipeline/reference.ts";
import { Collector, type CollectorArgs } from "../collector.ts";
import type { Scope } from "../docker/scope.ts";
import { collectorImage } from "../images.ts";
import { collectorConfig, type Given } from "../pipeline.ts";
import { INSTANCE } from "./instance.ts";

/** The tier of collectors behind the agents of a swarm. */
type TierConfig = Pick<Config, "deployment" | "collector">;

/** What each collector of the tier has besides: its place, its name, a health that is asked inside. Nothing on one engine. */
export function tierOf({ deployment, collector }: TierConfig): Pick<CollectorArgs, "spread" | "env" | "health"> {
  if (deployment !== "swarm") return {};
  return {
    spread: { replicas: collector.replicas, constraints: [] },
    env: { [INSTANCE]: "collector-{{.Task.Slot}}" },
    health: collector.image === OWN_COLLECTOR ? "inside" : "none",
  };
}

/** The secrets that a configuration names: gateways need none of those that stores are read with. */
export function secretsIn(pipeline: string, secrets: CollectorArgs["secrets"]): CollectorArgs["secrets"] {
  return Object.fromEntries(Object.entries(secrets).filter(([name]) => pipeline.includes(secretPath(name))));
}

/** What the collector itself measures: in a tier nothing, since each of them would. */
export const sharedSources = ({ deployment }: TierConfig, sources: readonly Source[]): readonly Source[] =>
  deployment === "swarm" ? [] : sources;

/** The one collector of a swarm that measures stores and nginx, and sends to the backends itself; undefined where nothing is left to it. */
export function createScraper(
  config: Config,
  args: {
    readonly scope: Scope;
    readonly networks: readonly pulumi.Input<string>[];
    readonly secrets: CollectorArgs["secrets"];
    readonly pipeline: Given;
  },
): Collector | undefined {
  if (config.deployment !== "swarm" || args.pipeline.sources.length === 0) return undefined;
  const { engine, memory, image } = config.collector;
  return new Collector("scraper", {
    scope: args.scope,
    networks: args.networks,
    image: collectorImage(config),
    engine,
    memory,
    config: collectorConfig(config, args.pipeline),
    secrets: args.secrets,
    hostMetrics: false,
    dockerApi: undefined,
    after: [],
    env: { [INSTANCE]: "scraper" },
    health: image === OWN_COLLECTOR ? "inside" : "none",
  });
}
