import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../collector/collector.ts";
import { Ground, ODD_PASSWORD, type Running, startPostgres, startRabbitMq, startRedis } from "./servers.ts";
import { Deployed } from "./stack.ts";

/** Existing stores reached by IPv6 addresses, whose monitoring users a person made as docs/existing-stores.md says, and a Redis without a password. */

let ground: Ground;
let deployed: Deployed;
let collector: Running;

beforeAll(async () => {
  ground = new Ground();
  const literal = `'${ODD_PASSWORD.replaceAll("'", "''")}'`;
  const servers = {
    postgres: startPostgres(ground, {
      name: "db6",
      init: `CREATE ROLE app LOGIN PASSWORD 'app';
CREATE DATABASE games OWNER app;
CREATE ROLE otel_monitor LOGIN CONNECTION LIMIT 5 PASSWORD ${literal};
GRANT pg_read_all_stats TO otel_monitor;`,
    }),
    redis: startRedis(ground, { name: "cache6", users: [] }),
    rabbitmq: startRabbitMq(ground, { name: "mq6", user: "app", password: "app", vhost: "/" }),
  };
  deployed = await Deployed.of(
    ground,
    {
      postgres: { managed: false, host: servers.postgres.ipv6(), user: "app", database: "games" },
      redis: { managed: false, host: `[${servers.redis.ipv6()}]`, password: "none" },
      rabbitmq: { managed: false, host: servers.rabbitmq.ipv6(), user: "app" },
    },
    { postgresPassword: "app", postgresMonitorPassword: ODD_PASSWORD, rabbitmqPassword: "app" },
    {
      DATABASE_URL: "postgresql://{postgres.login}",
      REDIS_URL: "redis://{redis.login}/0",
      REDIS_PARTS: "{redis.host} {redis.port} {redis.user}",
      RABBITMQ_URL: "amqp://{rabbitmq.login}",
    },
  );
  collector = deployed.start("collector");
});

afterAll(async () => {
  await deployed?.sink.close();
  ground?.remove();
});

test("no container makes a monitoring user", () => {
  const names = deployed.run.containers().map(({ name }) => name);
  expect(names.filter((name) => name.endsWith("-monitor"))).toEqual([]);
});

describe("the collector", () => {
  test.each([
    ["postgres", ["postgresql.backends", "postgresql.connection.max"]],
    ["redis", ["redis.maxmemory", "redis.memory.used"]],
    ["rabbitmq", ["rabbitmq_connections"]],
  ])("reads %s", async (store, metrics) => {
    const arrived = () => metrics.every((name) => deployed.metricsOf(store).includes(name));
    await until(arrived, `${store} arrived`).catch((error: unknown) => {
      throw new Error(`${error} ${collector.logs().slice(-3000)}`);
    });
  });
});

test("a service reaches all three by IPv6", () => {
  const source = `
import asyncio, os
import aio_pika, asyncpg, redis.asyncio
async def main():
    db = await asyncpg.connect(os.environ["DATABASE_URL"])
    print(await db.fetchval("SELECT current_user"))
    cache = redis.asyncio.from_url(os.environ["REDIS_URL"])
    print(await cache.ping())
    mq = await aio_pika.connect(os.environ["RABBITMQ_URL"])
    await (await mq.channel()).declare_queue("games")
    print("declared")
    await mq.close()
asyncio.run(main())
`;
  expect(deployed.python(source).trim().split("\n")).toEqual(["app", "True", "declared"]);
});
