import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { untilWorking } from "../../components/docker/health.ts";
import { until } from "../collector/collector.ts";
import { Authority, docker, Ground, type Running, startPostgres, startRedis } from "./servers.ts";
import { Deployed } from "./stack.ts";

/** What the containers that make monitoring users say where they cannot; `up` waits for each to be healthy, and fails with what it says. */

let ground: Ground;
let authority: Authority;
let postgres: Running;
let redis: Running;

beforeAll(async () => {
  ground = new Ground();
  authority = new Authority(ground.folder, "private");
  const tls = { ...authority.server("db"), ca: authority.certificate };
  const init = "CREATE ROLE app LOGIN PASSWORD 'app'; CREATE DATABASE games OWNER app;";
  postgres = startPostgres(ground, { name: "db", init, tls });
  redis = startRedis(ground, {
    name: "cache",
    users: ["default on >right ~* &* +@all", "app on >app ~* &* +@all -@admin"],
  });
  await until(() => /ready to accept/.test(postgres.logs()), "PostgreSQL is ready");
});

afterAll(() => ground?.remove());

const existingPostgres = {
  managed: false,
  host: "db",
  user: "app",
  database: "games",
  adminUser: "postgres",
  tls: true,
};
const SECRETS = { postgresPassword: "app", postgresAdminPassword: "unused", redisPassword: "right" };

/** What the reconciler says first, and the error that `up` ends with. */
async function said(
  store: "postgres" | "redis",
  config: Readonly<Record<string, string | number | boolean>>,
  secrets: Readonly<Record<string, string>>,
): Promise<string> {
  const others = store === "postgres" ? { redis: "none" } : { postgres: "none" };
  const deployed = await Deployed.of(
    ground,
    { ...others, rabbitmq: "none", [store]: config },
    { ...SECRETS, ...secrets },
  );
  await deployed.sink.close();
  const running = deployed.start(`${store}-monitor`);
  await until(() => running.logs().includes("\n"), "it said something");
  const lines = running.logs().trim().split("\n");
  const socket = docker("context", "inspect", "--format", "{{.Endpoints.docker.Host}}").replace("unix://", "");
  const watched = {
    name: store,
    container: running.id,
    engine: { address: `unix://${socket}` },
    seconds: 1,
    explainsItself: true,
  };
  expect(await untilWorking(watched)).toBe(lines.at(-1));
  return lines[0] ?? "";
}

describe("PostgreSQL", () => {
  test("a wrong password of the administrator", async () => {
    expect(
      await said("postgres", existingPostgres, {
        postgresAdminPassword: "wrong",
        postgresCaCertificate: authority.certificate,
      }),
    ).toMatch(
      /^postgres\.adminUser: postgres cannot make the role otel_monitor in PostgreSQL at db, port 5432: .*password authentication failed for user "postgres"$/,
    );
  });

  test("a certificate of another authority", async () => {
    const { certificate } = new Authority(ground.folder, "stranger");
    expect(await said("postgres", existingPostgres, { postgresCaCertificate: certificate })).toMatch(
      /at db, port 5432: .*certificate verify failed$/,
    );
  });

  test("a server that takes encrypted connections only, without tls", async () => {
    expect(await said("postgres", { ...existingPostgres, tls: false }, {})).toMatch(
      /no pg_hba\.conf entry for host .*no encryption$/,
    );
  });

  test("no server at the address", async () => {
    expect(await said("postgres", { ...existingPostgres, port: 5433, tls: false }, {})).toMatch(
      /port 5433: .*Connection refused/,
    );
  });
});

describe("Redis", () => {
  test("a wrong password", async () => {
    expect(await said("redis", { managed: false, host: "cache" }, { redisPassword: "wrong" })).toMatch(
      /^redis: user default cannot make the user otel_monitor at cache, port 6379: .*WRONGPASS.*redisMonitorPassword\)$/,
    );
  });

  test("an application's user without the right to make users", async () => {
    expect(await said("redis", { managed: false, host: "cache", user: "app" }, { redisPassword: "app" })).toMatch(
      /^redis: user app cannot make .*NOPERM.*\(name an administrator by redis\.adminUser/,
    );
  });

  test("the same user with an administrator", async () => {
    const deployed = await Deployed.of(
      ground,
      {
        postgres: "none",
        rabbitmq: "none",
        redis: { managed: false, host: "cache", user: "app", adminUser: "default" },
      },
      { redisPassword: "app", redisAdminPassword: "right" },
    );
    await deployed.sink.close();
    const running = deployed.start("redis-monitor");
    await until(() => running.exec(["ls", "/tmp/reconciled"]) !== "", "it is reconciled");
    expect(running.logs()).toBe("");
    // As a restart does.
    const cli = (command: string) => redis.exec(["sh", "-c", `REDISCLI_AUTH=$(cat) redis-cli ${command}`], "right");
    cli("ACL DELUSER otel_monitor");
    running.exec(["sh", "/reconciler/script.sh"]);
    expect(cli("ACL LIST")).toMatch(/user otel_monitor on .* -@all \+info$/m);
  });

  test("the same user where otel_monitor was made by hand", async () => {
    startRedis(ground, {
      name: "other-cache",
      users: ["default off", "app on >app ~* &* +@all -@admin", "otel_monitor on >by-hand -@all +info"],
    });
    const deployed = await Deployed.of(
      ground,
      { postgres: "none", rabbitmq: "none", redis: { managed: false, host: "other-cache", user: "app" } },
      { redisPassword: "app", redisMonitorPassword: "by-hand" },
    );
    expect(deployed.run.containers().map(({ name }) => name)).not.toContain("redis-monitor");
    deployed.start("collector");
    await until(() => deployed.metricsOf("redis").includes("redis.maxmemory"), "Redis arrived");
    await deployed.sink.close();
  });
});
