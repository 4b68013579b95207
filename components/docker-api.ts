import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/load.ts";
import type { DockerSource } from "../pipeline/input.ts";
import { container } from "./docker/container.ts";
import { ownerLabels, type Scope } from "./docker/scope.ts";
import type { Network } from "./network.ts";

const PORT = 2375;
/** Where the proxy finds the socket in its container, wherever the engine has it. */
const SOCKET = "/var/run/docker.sock";

export interface DockerApiArgs {
  readonly scope: Scope;
  /** A network that only this proxy and the collector share. */
  readonly network: pulumi.Input<string>;
  /** An nginx. */
  readonly image: string;
  /** Path of the engine's socket where its containers run. */
  readonly socket: string;
  /** Group that may read it. */
  readonly socketGroup: number;
}

/** What the collector gets instead of the Docker socket: five GET calls of the engine's API and nothing else. */
export class DockerApi extends pulumi.ComponentResource {
  readonly source: DockerSource;
  readonly container: docker.Container;

  constructor(name: string, args: DockerApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("game-scheduler-otel:components:DockerApi", name, args, opts);
    this.container = container(
      args.scope,
      {
        name,
        image: args.image,
        user: "101:101",
        groups: [args.socketGroup],
        networks: [args.network],
        command: ["nginx", "-c", "/etc/docker-api/nginx.conf", "-g", "daemon off;"],
        files: [{ path: "/etc/docker-api/nginx.conf", content: proxyConf }],
        hostPaths: [{ host: args.socket, path: SOCKET }],
        // an nginx that hands on a few small answers has needed 4
        memory: 16,
      },
      this,
    );
    this.source = { kind: "docker", endpoint: `http://${name}:${PORT}`, labels: ownerLabels(args.scope) };
    this.registerOutputs({ containerId: this.container.id });
  }
}

/** The proxy, where there is a network for it: the stack wants its containers measured. */
export function createDockerApi(
  { dockerSocketGroup: socketGroup, socketOnEngine: socket }: Pick<Config, "dockerSocketGroup" | "socketOnEngine">,
  {
    network,
    ...args
  }: Omit<DockerApiArgs, "socket" | "socketGroup" | "network"> & { readonly network: Network["dockerApi"] },
  opts: pulumi.ComponentResourceOptions,
): DockerApi | undefined {
  return network ? new DockerApi("docker-api", { ...args, network, socket, socketGroup }, opts) : undefined;
}

/**
 * The version in the path is taken away, so that every engine answers with its own version of the API. A fixed one is refused by an
 * engine that is older or much newer, and the refusal ends the whole collector (measured; contrib#44279). So does a socket that cannot be opened,
 * which is answered with an empty list: container metrics are then missing, and nothing else.
 */
const proxyConf = `pid /tmp/nginx.pid;
worker_processes 1;
error_log /dev/stderr warn;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  upstream engine { server unix:${SOCKET}; }
  server {
    listen ${PORT};
    location / { return 403; }
    location ~ ^(/v1\\.[0-9]+)?/(_ping|version|info|events|containers/json|containers/[a-zA-Z0-9_.-]+/(json|stats))$ {
      limit_except GET { deny all; }
      rewrite ^/v1\\.[0-9]+(/.*)$ $1 break;
      proxy_pass http://engine;
      proxy_http_version 1.1;
      proxy_set_header Host docker;
      proxy_buffering off;
      proxy_read_timeout 1h;
      error_page 502 504 = @nothing;
    }
    location @nothing {
      default_type application/json;
      return 200 '[]';
    }
  }
}
`;
