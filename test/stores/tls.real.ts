import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../collector/collector.ts";
import { points } from "../collector/sink.ts";
import { Authority, Ground, ODD_PASSWORD, type Running, startPostgres, startRabbitMq, startRedis } from "./servers.ts";
import { Deployed } from "./stack.ts";

/** Every existing store encrypted, with a certificate of a private authority, and with names and passwords full of odd characters. */

const NAMES = { admin: `root @dm'in"`, app: `app user/é`, database: 'Games-%$"é' };
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

let ground: Ground;
let deployed: Deployed;
let authority: Authority;
let servers: Readonly<Record<"postgres" | "redis" | "rabbitmq", Running>>;
let reconcilers: Readonly<Record<"postgres" | "redis", Running>>;
let collector: Running;

beforeAll(async () => {
  ground = new Ground();
  authority = new Authority(ground.folder, "private");
  const tls = (name: string) => ({ ...authority.server(name), ca: authority.certificate });
  servers = {
    postgres: startPostgres(ground, {
      name: "db.internal",
      // No superuser: as the administrator of a managed database is.
      init: `CREATE ROLE ${quoted(NAMES.admin)} LOGIN CREATEROLE PASSWORD ${literal(ODD_PASSWORD)};
GRANT pg_read_all_stats TO ${quoted(NAMES.admin)} WITH ADMIN OPTION;
CREATE ROLE ${quoted(NAMES.app)} LOGIN PASSWORD ${literal(ODD_PASSWORD)};
CREATE DATABASE ${quoted(NAMES.database)} OWNER ${quoted(NAMES.app)};
GRANT ${quoted(NAMES.app)} TO ${quoted(NAMES.admin)};
REVOKE CONNECT ON DATABASE ${quoted(NAMES.database)} FROM PUBLIC;`,
      tls: tls("db.internal"),
    }),
    redis: startRedis(ground, {
      name: "cache.internal",
      users: [
        "default off",
        `root on >canary-redis-admin ~* &* +@all`,
        `app@x on "${`>${ODD_PASSWORD}`.replace(/["\\]/g, "\\$&")}" ~* &* +@all -@admin`,
      ],
      tls: tls("cache.internal"),
    }),
    rabbitmq: startRabbitMq(ground, {
      name: "mq.internal",
      user: NAMES.app,
      password: ODD_PASSWORD,
      vhost: "/games #1",
      tls: tls("mq.internal"),
    }),
  };
  const existing = { managed: false, tls: true };
  deployed = await Deployed.of(
    ground,
    {
      postgres: { ...existing, host: "db.internal", user: NAMES.app, database: NAMES.database, adminUser: NAMES.admin },
      redis: { ...existing, host: "cache.internal", user: "app@x", adminUser: "root" },
      rabbitmq: { ...existing, host: "mq.internal", user: NAMES.app, vhost: "/games #1" },
    },
    {
      postgresPassword: ODD_PASSWORD,
      postgresAdminPassword: ODD_PASSWORD,
      postgresCaCertificate: authority.certificate,
      redisPassword: ODD_PASSWORD,
      redisAdminPassword: "canary-redis-admin",
      redisCaCertificate: authority.certificate,
      rabbitmqPassword: ODD_PASSWORD,
      rabbitmqCaCertificate: authority.certificate,
    },
    {
      DATABASE_URL: "postgresql://{postgres.login}?sslmode=verify-full&sslrootcert=/ca.pem",
      REDIS_URL: "rediss://{redis.login}/0?ssl_ca_certs=/ca.pem",
      RABBITMQ_URL: "amqps://{rabbitmq.login}?cafile=/ca.pem",
    },
  );
  await until(() => /database system is ready to accept/.test(servers.postgres.logs()), "PostgreSQL is ready").catch(
    (error: unknown) => {
      throw new Error(`${error} ${servers.postgres.logs().slice(-2000)}`);
    },
  );
  // Its log says when its plugins listen; a scrape before that is the error that no test below may meet.
  await until(() => /Server startup complete/.test(servers.rabbitmq.logs()), "RabbitMQ is ready");
  reconcilers = { postgres: deployed.start("postgres-monitor"), redis: deployed.start("redis-monitor") };
  await Promise.all(Object.values(reconcilers).map(reconciled));
  collector = deployed.start("collector");
});

afterAll(async () => {
  await deployed?.sink.close();
  ground?.remove();
});

const reconciled = (running: Running) =>
  until(() => running.exec(["ls", "/tmp/reconciled"]) !== "", `it is reconciled: ${running.logs()}`);

describe("the reconciler", () => {
  test("makes the monitoring role, and its second run writes nothing", () => {
    reconcilers.postgres.exec(["sh", "/reconciler/script.sh"]);
    const altered = servers.postgres.logs().match(/LOG: {2}statement: ALTER ROLE otel_monitor/g);
    expect(altered).toHaveLength(1);
  });

  test("leaves no password in the server's log, which has every statement", () => {
    expect(servers.postgres.logs()).toContain("PASSWORD 'SCRAM-SHA-256$4096:");
    expect(servers.postgres.logs()).not.toContain("generated-postgres-monitor");
  });

  test("lets the role read statistics and no table, and makes no extension", () => {
    const query = (sql: string) => servers.postgres.exec(["psql", "-U", "postgres", "-d", NAMES.database, "-qAt"], sql);
    expect(query("SELECT extname FROM pg_extension")).toBe("plpgsql");
    expect(query("SELECT rolsuper, rolcreaterole, rolconnlimit FROM pg_roles WHERE rolname = 'otel_monitor'")).toBe(
      "f|f|5",
    );
    expect(query("SELECT roleid::regrole FROM pg_auth_members WHERE member = 'otel_monitor'::regrole")).toBe(
      "pg_read_all_stats",
    );
  });

  test("makes the Redis user without sending a password, and that user may read statistics only", () => {
    const cli = (command: string) =>
      servers.redis.exec(
        [
          "sh",
          "-c",
          "REDISCLI_AUTH=$(cat) redis-cli --tls --cacert /tls/ca.pem --sni cache.internal --user otel_monitor " +
            command,
        ],
        "generated-redis-monitor",
      );
    expect(cli("INFO memory")).toContain("maxmemory:0");
    for (const command of ["CONFIG GET requirepass", "ACL LIST", "GET x", "KEYS '*'", "MONITOR", "CLIENT LIST"])
      expect(cli(command)).toMatch(/NOPERM/);
  });
});

describe("the collector", () => {
  test.each([
    ["postgres", ["postgresql.backends", "postgresql.commits", "postgresql.connection.max", "postgresql.db_size"]],
    ["redis", ["redis.cmd.calls", "redis.maxmemory", "redis.memory.used", "redis.role", "redis.uptime"]],
    ["rabbitmq", ["rabbitmq_connections", "rabbitmq_queue_messages"]],
  ])("reads %s by TLS", async (store, metrics) => {
    await until(() => metrics.every((name) => deployed.metricsOf(store).includes(name)), `${store} arrived`).catch(
      (error: unknown) => {
        throw new Error(`${error}; arrived: ${deployed.metricsOf(store)}; ${collector.logs().slice(-3000)}`);
      },
    );
  });

  test("meets no error, and is refused nothing but naming its client", () => {
    expect(collector.logs()).not.toMatch(/error scraping|failed/i);
    const log = servers.redis.exec(
      ["sh", "-c", "REDISCLI_AUTH=$(cat) redis-cli --json --tls --cacert /tls/ca.pem --user root ACL LOG"],
      "canary-redis-admin",
    );
    const refused = (JSON.parse(log) as { object: string; "client-info": string }[])
      .filter((entry) => !entry["client-info"].includes("addr=127.0.0.1"))
      .map(({ object }) => object);
    expect(refused).toEqual(["client|setinfo"]);
  });

  test("names the database as the server does", () => {
    const names = points(deployed.sink).map(({ attributes }) => attributes["postgresql.database.name"]);
    expect(names).toContain(NAMES.database);
  });
});

test("a service signs in to all three with what its environment got", () => {
  const source = `
import asyncio, os, ssl
import aio_pika, asyncpg, redis.asyncio
async def main():
    db = await asyncpg.connect(os.environ["DATABASE_URL"])
    print(await db.fetchval("SELECT current_user || '|' || current_database()"))
    cache = redis.asyncio.from_url(os.environ["REDIS_URL"])
    print(await cache.execute_command("ACL WHOAMI"))
    mq = await aio_pika.connect(os.environ["RABBITMQ_URL"])
    await (await mq.channel()).declare_queue("games")
    print("declared")
    await mq.close()
asyncio.run(main())
`;
  expect(deployed.python(source, { "/ca.pem": authority.certificate }).trim().split("\n")).toEqual([
    `${NAMES.app}|${NAMES.database}`,
    "app@x",
    "declared",
  ]);
});
