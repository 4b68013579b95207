import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/load.ts";
import type { Scope } from "../docker/scope.ts";
import { password } from "../password.ts";
import { type Datastore, MONITOR } from "./datastore.ts";
import { keepPostgresMonitor, keepRedisMonitor } from "./monitor-scripts.ts";
import { Keeper } from "./reconciler.ts";

type Existing<K extends "postgres" | "redis" | "rabbitmq"> = Extract<Config[K], { readonly managed: false }>;

interface ExistingArgs<K extends "postgres" | "redis" | "rabbitmq"> {
  readonly server: Existing<K>;
  readonly secret: Config["secret"];
}

interface KeptArgs {
  readonly scope: Scope;
  readonly network: pulumi.Input<string>;
  /** An image with the store's own client. */
  readonly image: string;
}

/** A PostgreSQL that exists. A small container keeps the monitoring role there, signed in as the administrator that the stack names. */
export class ExistingPostgres extends pulumi.ComponentResource implements Datastore {
  readonly login: Datastore["login"];
  readonly source: Datastore["source"];
  readonly secrets: Datastore["secrets"];
  readonly ready: Datastore["ready"];

  constructor(name: string, args: ExistingArgs<"postgres"> & KeptArgs, opts?: pulumi.ComponentResourceOptions) {
    const { server } = args;
    super("game-scheduler-otel:datastores:ExistingPostgres", name, { server }, opts);
    const app = required(args.secret, "postgresPassword", "postgres.managed is false");
    const admin =
      server.adminUser === undefined
        ? undefined
        : required(args.secret, "postgresAdminPassword", "postgres.adminUser is set");
    const monitor = admin
      ? password(`${name}-monitor`, this)
      : required(args.secret, "postgresMonitorPassword", "postgres.adminUser is not set");
    const address = `${server.host}:${server.port}`;
    if (admin) {
      new Keeper(
        `${name}-monitor`,
        {
          ...args,
          user: "70:70",
          script: keepPostgresMonitor({ ...server, adminUser: server.adminUser ?? "postgres" }),
          secrets: { admin, monitor },
        },
        { parent: this },
      );
    }
    this.login = pulumi.interpolate`${server.user}:${app}@${address}/${server.database}`;
    this.source = {
      kind: "postgres",
      endpoint: address,
      user: MONITOR,
      passwordSecret: "postgres-monitor",
      databases: [server.database],
      tls: server.tls,
    };
    this.secrets = { "postgres-monitor": monitor };
    this.ready = [];
    this.registerOutputs({ address });
  }
}

/** A Redis that exists. A small container keeps the monitoring user there, since a Redis without an ACL file forgets users at a restart. */
export class ExistingRedis extends pulumi.ComponentResource implements Datastore {
  readonly login: Datastore["login"];
  readonly source: Datastore["source"];
  readonly secrets: Datastore["secrets"];
  readonly ready: Datastore["ready"] = [];

  constructor(name: string, args: ExistingArgs<"redis"> & KeptArgs, opts?: pulumi.ComponentResourceOptions) {
    const { server } = args;
    super("game-scheduler-otel:datastores:ExistingRedis", name, { server }, opts);
    const app = required(args.secret, "redisPassword", "redis.managed is false");
    const monitor = password(`${name}-monitor`, this);
    new Keeper(
      `${name}-monitor`,
      {
        ...args,
        user: "999:1000",
        script: keepRedisMonitor({ ...server, user: server.user ?? "default" }),
        secrets: { admin: app, monitor },
      },
      { parent: this },
    );
    const address = `${server.host}:${server.port}`;
    this.login = pulumi.interpolate`${server.user ?? ""}:${app}@${address}`;
    this.source = { kind: "redis", endpoint: address, user: MONITOR, passwordSecret: "redis-monitor", tls: server.tls };
    this.secrets = { "redis-monitor": monitor };
    this.registerOutputs({ address });
  }
}

/** A RabbitMQ that exists, with its Prometheus plugin on. That plugin asks for no user, so there is none to create. */
export class ExistingRabbitMq extends pulumi.ComponentResource implements Datastore {
  readonly login: Datastore["login"];
  readonly source: Datastore["source"];
  readonly secrets: Datastore["secrets"] = {};
  readonly ready: Datastore["ready"] = [];

  constructor(name: string, args: ExistingArgs<"rabbitmq">, opts?: pulumi.ComponentResourceOptions) {
    const { server } = args;
    super("game-scheduler-otel:datastores:ExistingRabbitMq", name, { server }, opts);
    const app = required(args.secret, "rabbitmqPassword", "rabbitmq.managed is false");
    this.login = pulumi.interpolate`${server.user}:${app}@${server.host}:${server.port}`;
    this.source = { kind: "rabbitmq", endpoint: `${server.host}:${server.metricsPort}` };
    this.registerOutputs({ host: server.host });
  }
}

function required(
  secret: Config["secret"],
  key: Parameters<Config["secret"]>[0],
  because: string,
): pulumi.Output<string> {
  const value = secret(key);
  if (value) return value;
  throw new pulumi.RunError(
    `${key}: not set, but needed because ${because}. Set it with: pulumi config set --secret ${key} <value>`,
  );
}
