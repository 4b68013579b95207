import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/load.ts";
import type { DockerSource } from "../pipeline/input.ts";
import type { ContainerLogs, LoggedContainer } from "../pipeline/logged-container.ts";
import { COLLECTOR_ID } from "./collector.ts";
import { container, type VolumeMount } from "./docker/container.ts";
import { ownerLabels, type Scope } from "./docker/scope.ts";
import { socketVolume } from "./docker/volume.ts";
import { ENGINE_SOCKET, PROXY_SOCKET, proxyConf, proxyScript, SOCKET_FOLDER } from "./docker-api-proxy.ts";

const USER = 101;

export interface DockerApiArgs {
  readonly scope: Scope;
  /** An nginx with njs. */
  readonly image: string;
  /** Path of the engine's socket where its containers run. */
  readonly socket: string;
  /** Group that may read it. */
  readonly socketGroup: number;
  /** Containers whose logs it passes. */
  readonly logged: readonly LoggedContainer[];
}

/**
 * What the collector gets instead of the Docker socket: five GET calls about this stack's containers, without their environment. They are asked
 * through a socket that only the collector has: neither another container nor another user of the machine reaches it.
 */
export class DockerApi extends pulumi.ComponentResource {
  readonly source: DockerSource;
  /** What the collector reads logs with; undefined where none is read. */
  readonly logs: ContainerLogs | undefined;
  /** The volume that holds its socket, for the collector. */
  readonly mount: VolumeMount;
  readonly container: pulumi.CustomResource;

  constructor(name: string, args: DockerApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("game-scheduler-otel:components:DockerApi", name, args, opts);
    const { scope, image, socket, socketGroup, logged } = args;
    const labels = ownerLabels(scope);
    const endpoint = `unix://${PROXY_SOCKET}`;
    const proxy = { labels, logsOf: logged.map((each) => each.name).sort() };
    const folder = socketVolume(scope, name, { owner: USER, user: COLLECTOR_ID }, this);
    this.mount = { volume: folder.name, path: SOCKET_FOLDER };
    this.container = container(
      scope,
      {
        name,
        image,
        user: `${USER}:${USER}`,
        groups: [socketGroup],
        networks: [],
        // an nginx that was killed leaves its socket behind, and the next one refuses to start over it
        command: ["sh", "-c", `rm -f ${PROXY_SOCKET}; exec nginx -c /etc/docker-api/nginx.conf -g "daemon off;"`],
        files: [
          { path: "/etc/docker-api/nginx.conf", content: proxyConf(proxy) },
          { path: "/etc/docker-api/api.js", content: proxyScript(proxy) },
        ],
        volumes: [this.mount],
        hostPaths: [{ host: socket, path: ENGINE_SOCKET }],
        // an nginx that passes a few small answers has needed 4
        memory: 16,
      },
      this,
    );
    this.source = { kind: "docker", endpoint, labels };
    this.logs = logged.length > 0 ? { endpoint, labels, containers: logged } : undefined;
    this.registerOutputs({ containerId: this.container.id });
  }
}

/** The proxy, where the stack wants its containers measured or their logs read. */
export function createDockerApi(
  {
    dockerSocketGroup: socketGroup,
    socketOnEngine: socket,
    containerMetrics,
  }: Pick<Config, "dockerSocketGroup" | "socketOnEngine" | "containerMetrics">,
  args: Omit<DockerApiArgs, "socket" | "socketGroup">,
): DockerApi | undefined {
  if (!containerMetrics && args.logged.length === 0) return undefined;
  return new DockerApi("docker-api", { ...args, socket, socketGroup });
}
