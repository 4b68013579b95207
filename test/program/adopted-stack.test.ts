import { beforeAll, describe, expect, test } from "vitest";
import { program } from "../support/engine.ts";

/** What `npm run adopt` writes of a small project. */
const config = {
  images: "local",
  postgres: { managed: false, host: "db", user: "app", database: "shop", adminUser: "app" },
  redis: "none",
  rabbitmq: "none",
  services: [
    {
      name: "web",
      image: "shop-web:1",
      after: ["migrate", "db"],
      aliases: ["shop_web"],
      env: { DATABASE_URL: "postgresql://{postgres.login}" },
      user: "image",
    },
    { name: "migrate", image: "shop-web:1", instrumentation: "off", after: ["db"], once: true, user: "image" },
    {
      name: "db",
      kind: "other",
      image: "postgres:17",
      env: { POSTGRES_PASSWORD: "{postgres.password}" },
      volumes: [
        { external: "shop_pgdata", path: "/var/lib/postgresql/data" },
        { name: "dumps", path: "/dumps", readOnly: true },
        { host: "/srv/init", path: "/init", write: true },
      ],
      health: ["pg_isready"],
      startPeriod: "5m",
      user: "image",
    },
  ],
};

let run: Awaited<ReturnType<typeof program>>;
beforeAll(async () => {
  run = await program({ config, secrets: { postgresPassword: "hunter22" } });
});

describe("a stack that took over a Compose project", () => {
  test("is accepted, with one password for the application and for whoever makes the monitoring role", () => {
    expect(run.errors).toEqual([]);
    expect(run.containers().map(({ name }) => name)).toContain("postgres-monitor");
  });

  test("mounts the volume that exists, and makes no resource of it that could be deleted", () => {
    expect(run.container("db").inputs.volumes).toEqual([
      { volumeName: "shop_pgdata", containerPath: "/var/lib/postgresql/data" },
      { volumeName: "game-scheduler-otel-dev-services-dumps-data", containerPath: "/dumps", readOnly: true },
      { hostPath: "/srv/init", containerPath: "/init" },
    ]);
    const volumes = run.byType("docker:index/volume:Volume").map(({ inputs }) => inputs.name);
    expect(volumes).not.toContain("shop_pgdata");
  });

  test("starts each service after those that it waits for, whatever their order in the file", () => {
    const urn = (name: string) => run.container(name).registration.urn;
    const awaited = (name: string) => run.container(name).registration.options.dependsOn ?? [];
    expect(awaited("web")).toEqual(expect.arrayContaining([urn("migrate"), urn("db")]));
    expect(awaited("migrate")).toContain(urn("db"));
    expect(awaited("db")).not.toContain(urn("migrate"));
  });

  test("runs the images as their own users, reaches services by all their names, and a task once", () => {
    expect(run.container("web").inputs).not.toHaveProperty("user");
    expect(run.container("web").inputs).not.toHaveProperty("capabilities");
    expect(run.container("web").inputs.networksAdvanced).toMatchObject([{ aliases: ["web", "shop_web"] }]);
    expect(run.container("migrate").inputs).toMatchObject({ restart: "no", mustRun: false, attach: true });
    expect(run.container("db").inputs).toMatchObject({ healthcheck: { startPeriod: "5m0s" }, waitTimeout: 360 });
  });
});
