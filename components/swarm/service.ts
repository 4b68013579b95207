import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/load.ts";
import { goDuration } from "../../formats/go.ts";
import { labelList, physicalName, publishedPort, type Scope } from "../docker/scope.ts";
import { type ContainerSpec, healthcheck, pathAndOptions } from "../docker/spec.ts";
import { filesOf } from "./files.ts";
import { type Start, startOf } from "./start.ts";

const MIB = 1024 * 1024;

/** Seconds in which a new task that fails takes the update back. */
const MONITOR_SECONDS = 30;

/** Seconds that `up` waits for one task to run. */
const CONVERGE_SECONDS = 240;

/** A container of this program as a service of the swarm. @throws pulumi.RunError for what a service cannot have */
export function swarmService(
  scope: Scope,
  swarm: Config["swarm"],
  spec: ContainerSpec,
  parent: pulumi.Resource,
  opts: pulumi.CustomResourceOptions,
): docker.Service {
  const start = startOf(spec);
  const files = filesOf(scope, spec.name, start.files, spec.user, parent);
  return new docker.Service(spec.name, serviceArgs(scope, swarm, spec, start, files), {
    parent,
    // a service of another mode is another one, under the same name
    deleteBeforeReplace: true,
    ...opts,
  });
}

/** The provider's arguments. Lists are sorted and values canonical, as for containers. */
export function serviceArgs(
  scope: Scope,
  swarm: Config["swarm"],
  spec: ContainerSpec,
  { command, args, env }: Start,
  files: ReturnType<typeof filesOf>,
): docker.ServiceArgs {
  const { name, spread = {}, cpus, networks, outward, aliases = [] } = spec;
  const ports = swarm.ports === "none" ? [] : (spec.ports ?? []);
  const labels = labelList(scope);
  const update = updateOf(spec, ports.length > 0 && swarm.ports === "host");
  const constraints = [...(spread.constraints ?? []), ...(keepsState(spec) ? [swarm.state] : [])];
  const replicas = spread.replicas ?? 1;
  return {
    name: physicalName(scope, name),
    labels,
    taskSpec: {
      containerSpec: {
        image: spec.image,
        ...(command && { commands: [...command] }),
        ...(args && { args: [...args] }),
        ...(Object.keys(env).length > 0 && { env }),
        hostname: spec.hostname ?? name,
        labels,
        ...files,
        ...processOf(spec),
        mounts: mountsOf(scope, spec),
        stopGracePeriod: goDuration(spec.stopSeconds ?? 10),
        ...(spec.health && { healthcheck: healthcheck(spec.health) }),
      },
      networksAdvanceds: [
        ...networks.map((network) => ({ id: network, aliases: [name, ...aliases] })),
        ...(outward === undefined ? [] : [{ id: outward }]),
      ],
      placement: { ...(constraints.length > 0 && { constraints: [...constraints].sort() }) },
      resources: {
        limits: { memoryBytes: spec.memory * MIB, ...(cpus !== undefined && { nanoCpus: Math.round(cpus * 1e9) }) },
      },
      restartPolicy: restartOf(spec),
      logDriver: { name: "json-file", options: { "max-file": "3", "max-size": "10m" } },
    },
    mode: spread.everyNode ? { global: true } : { replicated: { replicas } },
    // names lead to the tasks themselves: connections are spread by who opens them, and the kernel needs no IPVS
    endpointSpec: {
      mode: ports.length > 0 && swarm.ports === "ingress" ? "vip" : "dnsrr",
      ...(ports.length > 0 && {
        ports: ports.map(({ container, host }) => ({
          targetPort: container,
          publishedPort: publishedPort(scope, host),
          publishMode: swarm.ports,
          protocol: "tcp",
        })),
      }),
    },
    updateConfig: update,
    rollbackConfig: { ...update, failureAction: "pause" },
    // of a service on every node the provider does not know how many tasks to wait for, and refuses
    ...(!spread.everyNode && {
      convergeConfig: { delay: "5s", timeout: goDuration(CONVERGE_SECONDS + replicas * 60) },
    }),
  };
}

/** Volumes that outlive their tasks stay where they are, so those that have some stay with them: on the node for state, unless on every one. */
const keepsState = ({ volumes = [], spread }: ContainerSpec): boolean =>
  spread?.everyNode !== true && spread?.constraints === undefined && volumes.some(({ readOnly }) => !readOnly);

/** One after the other, taken back where a new task fails. A volume or a port of a node has room for one of old and new. */
function updateOf({ volumes = [], spread, health }: ContainerSpec, hostPorts: boolean) {
  const alone = volumes.length > 0 || spread?.everyNode === true || hostPorts;
  return {
    parallelism: 1,
    delay: "0s",
    order: alone ? "stop-first" : "start-first",
    failureAction: "rollback",
    monitor: goDuration(MONITOR_SECONDS + (health?.startSeconds ?? 0)),
    maxFailureRatio: "0.0",
  };
}

function restartOf({ restart = "unless-stopped" }: ContainerSpec): docker.types.input.ServiceTaskSpecRestartPolicy {
  const conditions = { "unless-stopped": "any", "on-failure": "on-failure", no: "none" } as const;
  // a window that is not written is a difference at every preview
  return { condition: conditions[restart], delay: "5s", window: "0s" };
}

function processOf(spec: ContainerSpec): Partial<docker.types.input.ServiceTaskSpecContainerSpec> {
  const { user, groups, workingDir, hosts, init, readOnly, stopSignal, capabilities } = spec;
  const own = capabilities ?? (user === undefined ? undefined : []);
  return {
    ...(user !== undefined && { user }),
    ...(groups && { groups: [...groups].sort((a, b) => a - b).map(String) }),
    ...(workingDir !== undefined && { dir: workingDir }),
    ...(hosts && { hosts: Object.entries(hosts).map(([host, ip]) => ({ host, ip })) }),
    ...(init && { init }),
    ...(readOnly && { readOnly }),
    ...(stopSignal !== undefined && { stopSignal }),
    ...(own && { capDrops: ["ALL"], ...(own.length > 0 && { capAdds: own.map((each) => `CAP_${each}`).sort() }) }),
  };
}

function mountsOf(scope: Scope, spec: ContainerSpec): docker.types.input.ServiceTaskSpecContainerSpecMount[] {
  const ownLabels = labelList(scope);
  return [
    ...(spec.volumes ?? []).map(({ volume, path, readOnly = false }) => ({
      type: "volume",
      source: volume,
      target: path,
      readOnly,
      volumeOptions: { labels: ownLabels },
    })),
    ...(spec.hostPaths ?? []).map(({ host, path, write = false }) => ({
      type: "bind",
      source: host,
      target: path,
      readOnly: !write,
    })),
    ...(spec.tmpfs ?? []).map((text) => ({ type: "tmpfs", target: pathAndOptions(text)[0] })),
  ];
}
