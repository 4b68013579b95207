import { createHash } from "node:crypto";
import { isIP } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import type { RedisSource } from "../../pipeline/input.ts";
import { secretFile } from "../docker/container.ts";
import { password } from "../password.ts";
import { Reconciler } from "./reconciler.ts";
import {
  commonParts,
  type Datastore,
  type Existing,
  hostPort,
  type Managed,
  MONITOR,
  required,
  Store,
  type StoreArgs,
  server,
  verification,
} from "./store.ts";

const PORT = 6379;
const USER = "999:1000";
const CONFIG = "/usr/local/etc/redis/redis.conf";
/** Name Redis gives whoever signs in with a password alone. */
const DEFAULT_USER = "default";

/**
 * All that the collector's receiver calls (0.145, seen by MONITOR) besides HELLO, which needs no permission. Not `config|get`: it shows passwords.
 * Its client also names itself by CLIENT SETINFO and continues where that is refused.
 */
const MONITOR_RULES = "resetkeys resetchannels -@all +info";

/** How the collector signs in as the monitoring user. */
const signedIn = { user: MONITOR, passwordSecret: "redis-monitor" } as const;

/** A Redis of our own with two users: the application's, and one that may ask for statistics only. */
export function managedRedis(args: StoreArgs<Managed<"redis">>): Datastore {
  return new Store("Redis", "redis", { config: args.config }, make);

  function make(parent: pulumi.Resource): Datastore {
    const app = password("redis-app", parent);
    const monitor = password("redis-monitor", parent);
    const content = pulumi.all([app, monitor]).apply(([a, m]) => redisConf(args.config.memory, a, m));
    const container = server(
      "redis",
      args,
      {
        user: USER,
        command: ["redis-server", CONFIG],
        files: [secretFile(CONFIG, content)],
        dataPath: "/data",
        // Without a password the server refuses the ping, which shows as well that it serves.
        health: { command: ["sh", "-c", "redis-cli ping | grep -qE 'PONG|NOAUTH'"], everySeconds: 5 },
        stopSeconds: 30,
      },
      parent,
    );
    return {
      parts: { ...commonParts({ host: "redis", port: PORT, password: app }), user: DEFAULT_USER },
      path: undefined,
      source: { kind: "redis", endpoint: hostPort("redis", PORT), ...signedIn },
      secrets: { "redis-monitor": monitor },
      ready: [container],
    };
  }
}

/**
 * A Redis that exists. The collector reads as `otel_monitor`, which a small container makes again and again, since a Redis without an ACL file
 * forgets users at a restart; or which exists (`redisMonitorPassword`). Where there is no password at all, it reads without one.
 */
export function existingRedis(args: StoreArgs<Existing<"redis">>): Datastore {
  const { config, secret } = args;
  const port = config.port ?? PORT;
  return new Store("ExistingRedis", "redis", { server: config }, make);

  function make(parent: pulumi.Resource): Datastore {
    const app = config.password === "none" ? undefined : required(secret, "redisPassword", NO_PASSWORD);
    const { secrets, ...tls } = verification("redis", args);
    const byHand = config.adminUser === undefined ? secret("redisMonitorPassword") : undefined;
    const monitor = byHand ?? reconciled(parent, app);
    const source: RedisSource = {
      kind: "redis",
      endpoint: hostPort(config.host, port),
      ...tls,
      ...(monitor && signedIn),
    };
    const { host, user } = config;
    const at = { host, port, ...(user !== undefined && { user }), ...(app && { password: app }) };
    return {
      parts: { ...commonParts(at), user: user ?? DEFAULT_USER },
      path: undefined,
      source,
      secrets: { ...secrets, ...(monitor && { "redis-monitor": monitor }) },
      ready: [],
    };
  }

  /** Password of the monitoring user that a container makes, signed in as the administrator or else as the application. */
  function reconciled(
    parent: pulumi.Resource,
    app: pulumi.Output<string> | undefined,
  ): pulumi.Output<string> | undefined {
    const admin =
      config.adminUser === undefined ? app : required(secret, "redisAdminPassword", "redis.adminUser is set");
    if (admin === undefined) return undefined;
    const monitor = password("redis-monitor", parent);
    const ca = secret("redisCaCertificate");
    new Reconciler(
      "redis-monitor",
      {
        ...args,
        user: USER,
        script: RECONCILE_USER,
        env: {
          REDIS_HOST: config.host,
          REDIS_PORT: String(port),
          ADMIN_USER: config.adminUser ?? config.user ?? DEFAULT_USER,
          REDIS_TLS: config.tls ? tlsOptions(config.host, ca !== undefined) : "",
        },
        secrets: {
          admin,
          rules: monitor.apply((text) => `ACL SETUSER ${MONITOR} reset on #${sha256(text)} ${MONITOR_RULES}`),
          ...(ca && { ca }),
        },
      },
      { parent },
    );
    return monitor;
  }
}

const NO_PASSWORD = "redis.managed is false (a Redis without a password: pulumi config set --path redis.password none)";

/** Of redis-cli. An address is no server name. */
const tlsOptions = (host: string, privateAuthority: boolean): string =>
  ["--tls", ...(isIP(host) ? [] : [`--sni ${host}`]), ...(privateAuthority ? ["--cacert /run/secrets/ca"] : [])].join(
    " ",
  );

/** What Redis stores of a password: so the password itself is sent in no command. */
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * A third of the memory is for keys: the server holds up to 1.7 times what it counts, and while it rewrites its file a forked copy keeps the old
 * state of every page that is written meanwhile. With a half the kernel ended it within 25 s of such writing at 128 MiB (Redis 8.0).
 */
const redisConf = (memory: number, app: string, monitor: string): string => `bind * -::*
protected-mode no
dir /data
appendonly yes
maxmemory ${Math.floor(memory / 3)}mb
maxmemory-policy allkeys-lru
user ${DEFAULT_USER} on >${app} ~* &* +@all
user ${MONITOR} on >${monitor} ${MONITOR_RULES}
`;

/** The command comes from a file, the administrator's password by the environment of the client alone: neither is an argument. */
export const RECONCILE_USER = `set -euf
said=$(REDISCLI_AUTH="$(cat /run/secrets/admin)" timeout 10 redis-cli -e -h "$REDIS_HOST" -p "$REDIS_PORT" --user "$ADMIN_USER" $REDIS_TLS \\
  < /run/secrets/rules 2>&1) || :
test "$said" = OK || {
  echo "redis: user $ADMIN_USER cannot make the user ${MONITOR} at $REDIS_HOST, port $REDIS_PORT:" $said \
    "(name an administrator by redis.adminUser, or make the user yourself and set redisMonitorPassword)"
  exit 1
}
`;
