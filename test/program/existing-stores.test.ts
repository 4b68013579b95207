import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { program } from "../support/engine.ts";

const run = () =>
  program({
    config: {
      images: "local",
      postgres: JSON.stringify({
        managed: false,
        host: "db.internal",
        user: "app",
        database: "games",
        adminUser: "root",
        tls: true,
      }),
      redis: JSON.stringify({ managed: false, host: "cache.internal" }),
      rabbitmq: JSON.stringify({ managed: false, host: "mq.internal", user: "app" }),
    },
    secrets: {
      postgresPassword: "canary-app-pg",
      postgresAdminPassword: "canary-admin-pg",
      redisPassword: "canary-redis",
      rabbitmqPassword: "canary-rabbit",
    },
  });

describe("a stack with stores that exist", () => {
  test("makes no container and no volume for them, but keeps the monitoring users", async () => {
    const { errors } = await run();
    expect(errors).toEqual([]);
    const names = (await run()).containers().map(({ name }) => name);
    expect(names).not.toContain("postgres");
    expect(names).toEqual(expect.arrayContaining(["postgres-monitor", "redis-monitor"]));
    expect(
      (await run())
        .byType("docker:index/volume:Volume")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["collector-data", "loki-data", "prometheus-data"]);
  });

  test("lets the applications sign in with what it was told", async () => {
    expect((await run()).container("api").env).toMatchObject({
      DATABASE_URL: "postgresql+asyncpg://app:canary-app-pg@db.internal:5432/games",
      REDIS_URL: "redis://:canary-redis@cache.internal:6379/0",
      RABBITMQ_URL: "amqp://app:canary-rabbit@mq.internal:5672",
    });
  });

  test("scrapes them where they are", async () => {
    const { receivers } = parse((await run()).container("collector").files["/etc/otelcol/config.yaml"] ?? "");
    expect(receivers["postgresql/postgres"]).toMatchObject({ endpoint: "db.internal:5432", username: "otel_monitor" });
    expect(receivers["redis/redis"].endpoint).toBe("cache.internal:6379");
    expect(JSON.stringify(receivers)).toContain("mq.internal:15692");
  });

  test.each(["canary-app-pg", "canary-admin-pg", "canary-redis", "canary-rabbit"])("never shows %s", async (canary) => {
    expect((await run()).leaks(canary)).toEqual([]);
  });
});
