import * as pulumi from "@pulumi/pulumi";
import { container } from "../docker/container.ts";
import type { Scope } from "../docker/scope.ts";
import { dataVolume } from "../docker/volume.ts";
import { password } from "../password.ts";
import { type Datastore, MONITOR } from "./datastore.ts";
import { REDIS_MONITOR_COMMANDS } from "./monitor-scripts.ts";

const PORT = 6379;
const USER = "999:1000";
const CONFIG = "/usr/local/etc/redis/redis.conf";

export interface RedisArgs {
  readonly scope: Scope;
  readonly network: pulumi.Input<string>;
  readonly image: string;
  /** Memory limit in MiB; keys may take three quarters of it, then the least recently used are evicted. */
  readonly memory: number;
}

/** A Redis of our own with two users: the application's, and one that may ask for statistics only. */
export class Redis extends pulumi.ComponentResource implements Datastore {
  readonly login: Datastore["login"];
  readonly source: Datastore["source"];
  readonly secrets: Datastore["secrets"];
  readonly ready: Datastore["ready"];

  constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("game-scheduler-otel:datastores:Redis", name, args, opts);
    const app = password(`${name}-app`, this);
    const monitor = password(`${name}-monitor`, this);
    const data = dataVolume(args.scope, name, this);
    const made = container(
      args.scope,
      {
        name,
        image: args.image,
        user: USER,
        networks: [args.network],
        command: ["redis-server", CONFIG],
        files: [
          {
            path: CONFIG,
            content: pulumi.all([app, monitor]).apply(([a, m]) => redisConf(args.memory, a, m)),
            mode: "0400",
          },
        ],
        volumes: [{ volume: data.name, path: "/data" }],
        memory: args.memory,
        // Without a password the server refuses the ping, which shows as well that it serves.
        health: { command: ["sh", "-c", "redis-cli ping | grep -qE 'PONG|NOAUTH'"], everySeconds: 5 },
        stopSeconds: 30,
      },
      this,
    );
    this.login = pulumi.interpolate`:${app}@${name}:${PORT}`;
    this.source = {
      kind: "redis",
      endpoint: `${name}:${PORT}`,
      user: MONITOR,
      passwordSecret: "redis-monitor",
      tls: false,
    };
    this.secrets = { "redis-monitor": monitor };
    this.ready = [made];
    this.registerOutputs({ containerId: made.id });
  }
}

const redisConf = (memory: number, app: string, monitor: string): string => `bind * -::*
protected-mode no
dir /data
appendonly yes
maxmemory ${Math.floor((memory * 3) / 4)}mb
maxmemory-policy allkeys-lru
user default on >${app} ~* &* +@all
user ${MONITOR} on >${monitor} resetkeys resetchannels -@all ${REDIS_MONITOR_COMMANDS}
`;
