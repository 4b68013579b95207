import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/load.ts";
import type { StoreName } from "../../config/stores.ts";
import type { Source } from "../../pipeline/input.ts";
import type { Scope } from "../docker/scope.ts";
import { existingPostgres, managedPostgres, refuseAnotherDatabase } from "./postgres.ts";
import { existingRabbitMq, managedRabbitMq } from "./rabbitmq.ts";
import { existingRedis, managedRedis } from "./redis.ts";
import type { Datastore } from "./store.ts";

/** The stores of this stack, and what the collector needs to watch them. */
export interface Datastores {
  /** Without those that the stack does not have (`none`). */
  readonly byName: Readonly<Partial<Record<StoreName, Datastore>>>;
  /** Of those that are measured. */
  readonly sources: readonly Source[];
  readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
}

export interface DatastoresArgs {
  readonly config: Pick<Config, StoreName | "storeMetrics" | "secret">;
  readonly scope: Scope;
  readonly network: pulumi.Input<string>;
  readonly imageOf: (name: StoreName) => string;
}

/** Makes each store, or takes the existing one of the stack's configuration. */
export async function createDatastores({
  config: { postgres, redis, rabbitmq, storeMetrics, secret },
  scope,
  network,
  imageOf,
}: DatastoresArgs): Promise<Datastores> {
  if (postgres !== "none" && postgres.managed) await refuseAnotherDatabase(postgres, scope);
  const args = <C>(name: StoreName, config: C) => ({ config, scope, network, secret, image: imageOf(name) });
  const byName = {
    ...(postgres !== "none" && {
      postgres: postgres.managed
        ? managedPostgres(args("postgres", postgres))
        : existingPostgres(args("postgres", postgres)),
    }),
    ...(redis !== "none" && {
      redis: redis.managed ? managedRedis(args("redis", redis)) : existingRedis(args("redis", redis)),
    }),
    ...(rabbitmq !== "none" && {
      rabbitmq: rabbitmq.managed
        ? managedRabbitMq(args("rabbitmq", rabbitmq))
        : existingRabbitMq(args("rabbitmq", rabbitmq)),
    }),
  };
  const measured: readonly Datastore[] = storeMetrics ? Object.values(byName) : [];
  return {
    byName,
    sources: measured.map((store) => store.source),
    secrets: Object.assign({}, ...measured.map((store) => store.secrets)),
  };
}
