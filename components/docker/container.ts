import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { swarmService } from "../swarm/service.ts";
import type { Watched } from "./health.ts";
import { labelList, physicalName, publishedPort, type Scope, type Usage } from "./scope.ts";
import { type ContainerFile, type ContainerSpec, healthcheck, pathAndOptions, SECRET_MODE } from "./spec.ts";

import { unpinnedWarning } from "./unpinned.ts";

export { type ContainerFile, type ContainerSpec, secretFile, type VolumeMount } from "./spec.ts";

const HEALTH_TIMEOUT_SECONDS = 180;
const READY_SECONDS = 60;

/** What a container of this program may have besides its spec. */
export interface ContainerOptions extends Pick<pulumi.CustomResourceOptions, "dependsOn" | "hideDiffs"> {
  /** Address that answers with a 2xx once it is ready, for images without a shell, where no health command can run. */
  readonly ready?: { readonly url: string /** Default: 60. */; readonly seconds?: number };
  /** Whether the last line it prints says why it is not healthy, so that `up` fails with it. Default: no. */
  readonly explainsItself?: boolean;
}

/**
 * Makes the container, and reads its image: kept on destroy, since other stacks on the machine may use it. Every `up` fails where it does not work.
 * Where the deployment is a swarm it is a service there, whose own update says whether it works.
 * @throws pulumi.RunError when its name or a published port is taken
 */
export function container(
  scope: Scope,
  spec: ContainerSpec,
  parent: pulumi.Resource,
  { ready, explainsItself = false, ...opts }: ContainerOptions = {},
): docker.Container | docker.Service {
  const { name } = spec;
  takeNames(scope, spec);
  const unpinned = unpinnedWarning(scope.environment, spec.image);
  if (unpinned !== undefined) scope.warnOnce(unpinned);
  if (scope.swarm !== undefined) return swarmService(scope, scope.swarm, spec, parent, opts);
  const image = new docker.RemoteImage(`${name}-image`, { name: spec.image, keepLocally: true }, { parent });
  // The provider's wait would come first, and has no reason to show.
  const explained = explainsItself && scope.engine !== undefined;
  const args = { ...containerArgs(scope, spec, image.imageId), ...(explained && { wait: false }) };
  const made = new docker.Container(name, args, {
    parent,
    // The provider creates a replacement that it did not ask for itself first, which fails on the taken name (measured).
    deleteBeforeReplace: true,
    // The provider writes a change of these to its state but never to the container.
    replaceOnChanges: ["healthcheck", "init", "tmpfs"],
    ...opts,
  });
  const watched = watchedAs(scope, spec, ready, explainsItself);
  if (watched) scope.watch(made, watched, secretsOf(spec));
  return made;
}

/** How it is asked on every `up` whether it works; undefined where it cannot be asked from here, and for a task that ends. */
function watchedAs(
  scope: Scope,
  { name, health, once }: ContainerSpec,
  ready: ContainerOptions["ready"],
  explainsItself: boolean,
): Watched | undefined {
  const { engine } = scope;
  const common = { name, container: physicalName(scope, name), engine, explainsItself };
  const readySeconds = ready?.seconds ?? READY_SECONDS;
  if (ready && scope.engineIsLocal) return { ...common, url: ready.url, seconds: readySeconds };
  if (once || engine === undefined || (!health && !ready)) return undefined;
  return { ...common, seconds: health ? READY_SECONDS + (health.startSeconds ?? 0) : readySeconds };
}

/** What its log may repeat and nobody may see. */
const secretsOf = ({ files = [], env = {} }: ContainerSpec): pulumi.Output<readonly string[]> =>
  pulumi.all([
    ...files.filter(({ mode }) => mode === SECRET_MODE).map(({ content }) => content),
    ...Object.values(env).map(ifSecret),
  ]);

const ifSecret = (value: pulumi.Input<string>): pulumi.Output<string> => {
  const output = pulumi.output(value);
  return pulumi.all([output, pulumi.isSecret(output)]).apply(([text, secret]) => (secret ? text : ""));
};

/**
 * The provider's arguments for a container.
 * Lists are sorted and values canonical, because anything else is a difference at the next preview (pulumi-docker#1651, #1354).
 * @param imageId the image by id, never by name: a rebuilt image is noticed only by its id
 */
export function containerArgs(scope: Scope, spec: ContainerSpec, imageId: pulumi.Input<string>): docker.ContainerArgs {
  const env = Object.entries(spec.env ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const [uid = "0", gid = "0"] = spec.user?.split(":") ?? [];
  return {
    name: physicalName(scope, spec.name),
    image: imageId,
    hostname: spec.hostname ?? spec.name,
    ...(spec.user !== undefined && { user: spec.user }),
    ...(spec.once ? { restart: "no", mustRun: false, attach: true } : { restart: spec.restart ?? "unless-stopped" }),
    ...(spec.entrypoint && { entrypoints: [...spec.entrypoint] }),
    ...(spec.workingDir !== undefined && { workingDir: spec.workingDir }),
    ...(spec.hosts && { hosts: Object.entries(spec.hosts).map(([host, ip]) => ({ host, ip })) }),
    ...(spec.command && { command: [...spec.command] }),
    ...(env.length > 0 && { envs: env.map(([key, value]) => assignment(key, value)) }),
    ...(spec.files && { uploads: spec.files.map((file) => upload(file, uid, gid)) }),
    ...((spec.volumes || spec.hostPaths) && {
      volumes: [
        ...(spec.volumes ?? []).map(({ volume, path, readOnly }) => ({
          volumeName: volume,
          containerPath: path,
          ...(readOnly && { readOnly }),
        })),
        ...(spec.hostPaths ?? []).map(({ host, path, write }) => ({
          hostPath: host,
          containerPath: path,
          ...(!write && { readOnly: true }),
        })),
      ],
    }),
    ...(spec.ports && {
      ports: spec.ports.map(({ container, host }) => ({
        internal: container,
        external: publishedPort(scope, host),
        ip: "127.0.0.1",
        protocol: "tcp",
      })),
    }),
    ...(spec.groups && { groupAdds: [...spec.groups].sort((a, b) => a - b).map(String) }),
    ...(spec.networks.length === 0
      ? { networkMode: "none" }
      : {
          networksAdvanced: [
            ...spec.networks.map((network) => ({ name: network, aliases: [spec.name, ...(spec.aliases ?? [])] })),
            ...(spec.outward === undefined ? [] : [{ name: spec.outward }]),
          ],
        }),
    memory: spec.memory,
    memorySwap: spec.memory,
    ...(spec.health && {
      healthcheck: healthcheck(spec.health),
      wait: true,
      waitTimeout: Math.max(HEALTH_TIMEOUT_SECONDS, (spec.health.startSeconds ?? 0) + 60),
    }),
    ...processArgs(spec),
    securityOpts: ["no-new-privileges:true"],
    destroyGraceSeconds: spec.stopSeconds ?? 10,
    logDriver: "json-file",
    logOpts: { "max-file": "3", "max-size": "10m" },
    labels: labelList(scope),
  };
}

/** How its process runs. */
function processArgs(spec: ContainerSpec): Partial<docker.ContainerArgs> {
  const { user, capabilities, stopSignal, init, readOnly, tmpfs, cpus, sharedMemory, ulimits } = spec;
  const own = capabilities ?? (user === undefined ? undefined : []);
  return {
    ...(own && { capabilities: { ...(own.length > 0 && { adds: own.toSorted() }), drops: ["ALL"] } }),
    ...(stopSignal !== undefined && { stopSignal }),
    ...(init && { init }),
    ...(readOnly && { readOnly }),
    ...(tmpfs && { tmpfs: Object.fromEntries(tmpfs.map(pathAndOptions)) }),
    ...(cpus !== undefined && { cpus: String(cpus) }),
    ...(sharedMemory !== undefined && { shmSize: sharedMemory }),
    ...(ulimits && {
      ulimits: Object.entries(ulimits)
        .map(([name, limit]) => ({ name, ...(typeof limit === "number" ? { soft: limit, hard: limit } : limit) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    }),
  };
}

function takeNames(scope: Scope, { name, usage, ports = [], aliases = [], hostname, hosts = {} }: ContainerSpec): void {
  const { by, path, key } = usage ?? { by: `this program's container ${name}` };
  const from = (part: string): Usage => {
    const chosen = path === undefined ? key : `${path}.${part}`;
    return { by, ...(chosen !== undefined && { key: chosen }) };
  };
  scope.take("name", name, from("name"));
  for (const alias of aliases) scope.takeAlias(alias, from("aliases"));
  if (hostname !== undefined) scope.takeAlias(hostname, from("hostname"));
  for (const host of Object.keys(hosts)) scope.takeAlias(host, from("hosts"));
  ports.forEach(({ host }, i) => {
    scope.takePort(host, from(i === 0 ? "publish.as" : `alsoPublish[${i - 1}].as`));
  });
}

const assignment = (key: string, value: pulumi.Input<string>): pulumi.Input<string> =>
  typeof value === "string" ? `${key}=${value}` : pulumi.interpolate`${key}=${value}`;

const upload = (file: ContainerFile, uid: string, gid: string): docker.types.input.ContainerUpload => ({
  file: file.path,
  content: file.content,
  permissions: file.mode ?? "0444",
  owner: uid,
  group: gid,
});
