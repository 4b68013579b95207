import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/load.ts";
import type { Source } from "../../pipeline/input.ts";
import type { Scope } from "../docker/scope.ts";
import type { Datastore } from "./datastore.ts";
import { ExistingPostgres, ExistingRabbitMq, ExistingRedis } from "./existing.ts";
import { Postgres } from "./postgres.ts";
import { RabbitMq } from "./rabbitmq.ts";
import { Redis } from "./redis.ts";

export type StoreName = "postgres" | "redis" | "rabbitmq";

/** The stores of this stack, and what the collector needs to watch them. */
export interface Datastores {
  /** Without those that the stack does not have (`none`). */
  readonly byName: Readonly<Partial<Record<StoreName, Datastore>>>;
  readonly sources: readonly Source[];
  readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
}

export interface DatastoresArgs {
  readonly config: Pick<Config, StoreName | "secret">;
  readonly scope: Scope;
  readonly network: pulumi.Input<string>;
  readonly imageOf: (name: StoreName) => string;
}

/** Makes each store, or takes the existing one of the stack's configuration. */
export function createDatastores(
  { config, scope, network, imageOf }: DatastoresArgs,
  opts: pulumi.ComponentResourceOptions,
): Datastores {
  const { postgres, redis, rabbitmq, secret } = config;
  const at = { scope, network };
  const byName = {
    ...(postgres !== "none" && {
      postgres: postgres.managed
        ? new Postgres(
            "postgres",
            { ...at, image: imageOf("postgres"), database: postgres.database, memory: postgres.memory },
            opts,
          )
        : new ExistingPostgres("postgres", { ...at, image: imageOf("postgres"), server: postgres, secret }, opts),
    }),
    ...(redis !== "none" && {
      redis: redis.managed
        ? new Redis("redis", { ...at, image: imageOf("redis"), memory: redis.memory }, opts)
        : new ExistingRedis("redis", { ...at, image: imageOf("redis"), server: redis, secret }, opts),
    }),
    ...(rabbitmq !== "none" && {
      rabbitmq: rabbitmq.managed
        ? new RabbitMq("rabbitmq", { ...at, image: imageOf("rabbitmq"), memory: rabbitmq.memory }, opts)
        : new ExistingRabbitMq("rabbitmq", { server: rabbitmq, secret }, opts),
    }),
  };
  const stores: readonly Datastore[] = Object.values(byName);
  return {
    byName,
    sources: stores.map((store) => store.source),
    secrets: Object.assign({}, ...stores.map((store) => store.secrets)),
  };
}
