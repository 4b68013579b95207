import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/load.ts";
import { OWN_COLLECTOR } from "../config/schema.ts";
import { sends } from "../config/services.ts";
import { AGENT_MEMORY_MIB } from "../pipeline/agent.ts";
import { ALLOY } from "../pipeline/alloy.ts";
import { Collector } from "./collector.ts";
import type { Scope } from "./docker/scope.ts";
import { collectorImage } from "./images.ts";
import { agentConfig } from "./pipeline.ts";

/** The one agent of a stack with `collector.topology` agent. */
const AGENT = "agent";

const agentOf = (service: string): string => `${service}-${AGENT}`;

/** Names of the agents of a stack. */
export function agentsOf({ collector, services }: Pick<Config, "collector" | "services">): readonly string[] {
  if (collector.topology === "gateway") return [];
  return collector.topology === "agent" ? [AGENT] : services.filter(sends).map(({ name }) => agentOf(name));
}

/** Where a service sends. */
export interface Intake {
  readonly url: string;
  /** What must run before the service. */
  readonly after: readonly pulumi.Resource[];
}

/** The agents between the services and the collector, as `collector.topology` wants them. @returns where the service of a name sends */
export function createAgents(
  config: Pick<Config, "collector" | "deployment" | "expected" | "ownImages" | "profiles" | "services">,
  at: { readonly scope: Scope; readonly network: pulumi.Input<string> },
): (service: string) => Intake {
  const { engine, image, topology } = config.collector;
  const memory = engine === "alloy" ? ALLOY.memoryMiB : AGENT_MEMORY_MIB;
  const agent = (name: string): Intake => {
    const made = new Collector(name, {
      scope: at.scope,
      networks: [at.network],
      image: collectorImage(config),
      engine,
      memory,
      config: agentConfig(config, memory),
      secrets: {},
      hostMetrics: false,
      dockerApi: undefined,
      after: [],
      spread: { everyNode: true },
      // an image without a program that asks can only be asked from outside
      health: engine === "otelcol" && image === OWN_COLLECTOR ? "inside" : "none",
    });
    return { url: Collector.intakeOf(name), after: [made] };
  };
  const gateway: Intake = { url: Collector.intake, after: [] };
  switch (topology) {
    case "gateway":
      return () => gateway;
    case "agent": {
      const shared = agent(AGENT);
      return () => shared;
    }
    case "sidecar": {
      const senders = config.services.filter(sends).map(({ name }) => [name, agent(agentOf(name))] as const);
      const own = new Map(senders);
      return (service) => own.get(service) ?? gateway;
    }
    default:
      return topology satisfies never;
  }
}
