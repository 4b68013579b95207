import type { PlainConfig } from "./schema.ts";
import type { ServiceConfig } from "./services.ts";

/** What a stack may not ask for in its deployment. Pure. */
export function swarmProblems(plain: PlainConfig): readonly string[] {
  return plain.deployment === "swarm" ? inSwarm(plain) : onOneEngine(plain);
}

const set = (key: string, value: string): string =>
  `Set it with: pulumi config set ${key.includes(".") ? "--path " : ""}${key} ${value}`;

function onOneEngine({ collector, services }: PlainConfig): readonly string[] {
  const alone = "needs deployment swarm, and this stack is containers on one engine. Remove it, or: pulumi config set";
  return [
    ...(collector.replicas > 1 ? [`collector.replicas: ${collector.replicas} ${alone} deployment swarm`] : []),
    ...services.flatMap(({ replicas, placement }, i) => [
      ...(replicas > 1 ? [`services[${i}].replicas: ${replicas} ${alone} deployment swarm`] : []),
      ...(placement.length > 0 ? [`services[${i}].placement: ${alone} deployment swarm`] : []),
    ]),
  ];
}

function inSwarm(plain: PlainConfig): readonly string[] {
  const { collector, containerMetrics, containerLogs, hostMetrics, services, swarm } = plain;
  return [
    ...(collector.topology === "agent"
      ? []
      : [
          `collector.topology: ${collector.topology}, but deployment swarm has an agent on each node. ${set("collector.topology", "agent")}`,
        ]),
    ...(collector.engine === "otelcol"
      ? []
      : [`collector.engine: ${collector.engine} has no tier of gateways here. ${set("collector.engine", "otelcol")}`]),
    ...measured("containerMetrics", containerMetrics, "the Docker API of each node, which nothing here asks for"),
    ...measured("containerLogs", containerLogs, "the Docker API of each node, which nothing here asks for"),
    ...measured("hostMetrics", hostMetrics, "a collector on each node that has its file system"),
    ...services.flatMap((service, i) => [
      ...publishProblems(service, i, swarm.ports),
      ...replicaProblems(service, i),
      ...unsupported(service, i),
    ]),
  ];
}

const measured = (key: string, wanted: boolean, why: string): readonly string[] =>
  wanted ? [`${key}: true needs ${why} in deployment swarm. ${set(key, "false")}`] : [];

function publishProblems(
  { name, publish, alsoPublish }: ServiceConfig,
  i: number,
  ports: PlainConfig["swarm"]["ports"],
): readonly string[] {
  if (ports !== "none" || (publish === undefined && alsoPublish.length === 0)) return [];
  return [
    `services[${i}].publish: ${name} would be reached on every address of a node, since a swarm cannot publish on 127.0.0.1 alone. Allow that with: pulumi config set --path swarm.ports host (or ingress), or remove publish`,
  ];
}

function replicaProblems({ name, replicas, volumes }: ServiceConfig, i: number): readonly string[] {
  const shared = volumes.some((mount) => !("host" in mount) && !mount.readOnly);
  if (replicas === 1 || !shared) return [];
  return [
    `services[${i}].replicas: ${replicas} of ${name} would write to the same volumes. Set it to 1, or make the volumes readOnly`,
  ];
}

/** What a Swarm service cannot have, at least as the Docker provider makes it. */
const NOT_IN_SWARM = {
  once: (service: ServiceConfig) => service.once,
  sharedMemory: ({ sharedMemory }: ServiceConfig) => sharedMemory !== undefined,
  ulimits: ({ ulimits }: ServiceConfig) => Object.keys(ulimits).length > 0,
} as const;

const unsupported = (service: ServiceConfig, i: number): readonly string[] =>
  Object.entries(NOT_IN_SWARM).flatMap(([key, has]) =>
    has(service)
      ? [
          `services[${i}].${key}: ${service.name} cannot have it in deployment swarm. Remove it, or run ${service.name} beside the stack`,
        ]
      : [],
  );
