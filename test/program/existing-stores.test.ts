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
  test("makes no container and no volume for them, but reconciles the monitoring users", async () => {
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
    ).toEqual([
      "collector-data",
      "docker-api-socket",
      "instrumentation-data",
      "jaeger-data",
      "prometheus-data",
      "victorialogs-data",
    ]);
  });

  test("gives the applications the configured logins", async () => {
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

describe("a stack with existing stores by TLS", () => {
  const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
  const encrypted = () =>
    program({
      config: {
        images: "local",
        postgres: { managed: false, host: "db.internal", user: "app", database: "games", tls: true },
        redis: { managed: false, host: "fd00::5", tls: true },
        rabbitmq: { managed: false, host: "mq.internal", user: "app", vhost: "games/1", tls: true },
        services: [{ name: "web", image: "build:example-python", env: { MQ: "amqps://{rabbitmq.login}" } }],
      },
      secrets: {
        postgresPassword: "a",
        postgresMonitorPassword: "it's $5",
        postgresCaCertificate: PEM,
        redisPassword: "b",
        rabbitmqPassword: "c",
        rabbitmqCaCertificate: PEM,
      },
    });

  test("verifies each against its private authority, or the public ones", async () => {
    const { errors } = await encrypted();
    expect(errors).toEqual([]);
    const { files } = (await encrypted()).container("collector");
    const { receivers } = parse(files["/etc/otelcol/config.yaml"] ?? "");
    expect(receivers["postgresql/postgres"].tls).toEqual({ insecure: false, ca_file: "/run/secrets/postgres-ca" });
    expect(receivers["redis/redis"]).toMatchObject({ endpoint: "[fd00::5]:6379", tls: { insecure: false } });
    for (const job of receivers["prometheus/rabbitmq"].config.scrape_configs)
      expect(job).toMatchObject({
        scheme: "https",
        tls_config: { ca_file: "/run/secrets/rabbitmq-ca" },
        static_configs: [{ targets: ["mq.internal:15691"] }],
      });
    expect(files["/run/secrets/rabbitmq-ca"]).toBe(PEM);
  });

  test("writes PostgreSQL's password as a value of a connection string, for the collector's own expansion", async () => {
    const { files } = (await encrypted()).container("collector");
    expect(files["/run/secrets/postgres-monitor"]).toBe("'it\\'s $$5'");
  });

  test("names port and virtual host in RabbitMQ's login", async () => {
    expect((await encrypted()).container("web").env.MQ).toBe("amqps://app:c@mq.internal:5671/games%2F1");
  });
});

describe("is refused", () => {
  const redis = { managed: false, host: "cache" };
  test.each([
    [
      "an authority where nothing is encrypted",
      { redis },
      { redisPassword: "a", redisCaCertificate: "-----BEGIN CERTIFICATE-----" },
      "redisCaCertificate: set, but redis.tls is false, so nothing would be verified. Set it with: pulumi config set --path redis.tls true",
    ],
    [
      "a password where there is none",
      { redis: { ...redis, password: "none" } },
      { redisPassword: "a" },
      "redisPassword: set, but redis.password says none. Remove one of them with: pulumi config rm redisPassword",
    ],
    [
      "an administrator without a password",
      { redis: { ...redis, adminUser: "root" } },
      { redisPassword: "a" },
      "redisAdminPassword: not set, but needed because redis.adminUser is set. Set it with: pulumi config set --secret redisAdminPassword",
    ],
    [
      "a PostgreSQL whose monitoring role nobody makes",
      { postgres: { managed: false, host: "db", user: "app", database: "games" } },
      { postgresPassword: "a" },
      "postgresMonitorPassword: not set, but needed because postgres.adminUser is not set. Set it with: pulumi config set --secret postgresMonitorPassword",
    ],
  ])("%s", async (_, config, secrets, sentence) => {
    const { errors } = await program({ config: { images: "local", ...config }, secrets });
    expect(errors).toEqual([sentence]);
  });
});

test("a preview with dummies for every secret needs none of them to fit", async () => {
  const redis = { managed: false, host: "cache", password: "none" };
  const { errors } = await program({ config: { images: "local", redis }, dummySecrets: true });
  expect(errors).toEqual([]);
});
