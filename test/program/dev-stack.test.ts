import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type ProgramRun, program } from "../support/engine.ts";
import { EXAMPLE } from "../support/fixtures/cost/example.ts";

const NETWORK = "docker:index/network:Network";
const images = { images: "local" } as const;
const dev = () => program({ config: images });

const NAMES = [
  "api",
  "bot",
  "collector",
  "console",
  "deployment",
  "discord",
  "docker-api",
  "frontend",
  "instrumentation",
  "jaeger",
].concat(["notification", "postgres", "prometheus", "rabbitmq", "redis", "status", "victorialogs", "vmalert"]);

describe("the dev stack", () => {
  test("runs without a complaint", async () => {
    const { exitCode, errors, warnings } = await dev();
    expect({ exitCode, errors, warnings }).toEqual({ exitCode: 0, errors: [], warnings: [] });
  });

  test("is these containers", async () => {
    expect(
      (await dev())
        .containers()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(NAMES);
  });

  test("has a Grafana as well where images come from a registry", async () => {
    const official = await program({ config: { images: "official" } });
    expect(
      official
        .containers()
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...NAMES, "grafana"].sort());
  });

  test("says where to look and how verify asks", async () => {
    expect((await dev()).outputs).toEqual({
      links: {
        console: "http://127.0.0.1:3001",
        traces: "http://127.0.0.1:3001/traces",
        metrics: "http://127.0.0.1:3001/metrics",
        logs: "http://127.0.0.1:3001/logs",
      },
      browser: {},
      query: [
        {
          kind: "jaeger",
          jaeger: "http://127.0.0.1:16686",
          prometheus: "http://127.0.0.1:9090",
          victorialogs: "http://127.0.0.1:9428",
          console: "http://127.0.0.1:3001",
        },
      ],
      environment: "dev",
      services: [
        ...["api", "bot", "notification", "status"].map((name) => ({
          name,
          kind: "python",
          work: name === "api" ? "requests" : name === "bot" ? "commands" : "schedule",
          injected: true,
          traced: name === "notification" || name === "status",
          browser: false,
          calls: ["PostgreSQL", "Redis", "RabbitMQ"],
        })),
        {
          name: "frontend",
          kind: "nginx",
          work: "pages",
          calls: [],
          injected: false,
          traced: false,
          browser: true,
        },
      ],
      sources: ["PostgreSQL", "Redis", "RabbitMQ", "nginx", "containers", "container logs", "host", "collector"],
      workload: EXAMPLE,
      containerLogs: ["postgres", "redis", "rabbitmq", "discord", "frontend"],
      facts: expect.objectContaining({
        packs: ["example/content.ts"],
        stores: ["postgres", "redis", "rabbitmq"],
        services: [
          ["api", "http", "python"],
          ["bot", "bot", "python"],
          ["notification", "daemon", "python", 1],
          ["status", "daemon", "python", 2],
          ["frontend", "frontend", "nginx"],
        ].map(([name, role, runtime, every]) => ({
          name,
          role,
          runtime,
          container: `game-scheduler-otel-dev-${name}`,
          injected: runtime === "python",
          stubStatus: runtime === "nginx",
          browser: runtime === "nginx",
          traced: role === "daemon",
          ...(every !== undefined && { every }),
        })),
      }),
      drive: "example/drive.ts",
      collectorHealth: "http://127.0.0.1:13133",
      published: { discord: "http://127.0.0.1:8090", frontend: "http://127.0.0.1:8080" },
    });
  });

  test("published ports move together", async () => {
    const moved = await program({ config: { ...images, portOffset: 100 } });
    const ports = moved
      .containers()
      .flatMap(({ inputs }) => (inputs.ports ?? []) as { ip: string; external: number }[]);
    expect(ports.map(({ ip }) => ip)).toEqual(ports.map(() => "127.0.0.1"));
    expect(ports.map(({ external }) => external).sort()).toEqual([13_233, 16_786, 3101, 8180, 8190, 9190, 9528].sort());
  });
});

describe("the networks of the stack", () => {
  const contact = {
    config: { images: "official", alerts: { contact: "webhook" } },
    secrets: { alertWebhook: "https://hooks.example/1" },
  };
  function networksOf(run: ProgramRun): Readonly<Record<string, string>> {
    const names = new Map(run.byType(NETWORK).map(({ id, name }) => [id, name.replace("network-", "")]));
    return Object.fromEntries(
      run.containers().map(({ name, inputs }) => {
        const joined = (inputs.networksAdvanced ?? []) as { name: string }[];
        return [name, joined.map((each) => names.get(each.name)).join(" ")];
      }),
    );
  }

  test("keep services from the stores of the backend, which only the collector and the proxy for reading reach", async () => {
    const { collector, console, alertmanager, grafana, jaeger, prometheus, victorialogs, vmalert, ...others } =
      networksOf(await program(contact));
    expect([jaeger, prometheus, victorialogs, vmalert]).toEqual(Array(4).fill("stores"));
    expect({ collector, console, alertmanager, grafana }).toEqual({
      collector: "main stores",
      console: "stores pages",
      alertmanager: "stores pages",
      grafana: "pages",
    });
    expect(new Set(Object.values(others))).toEqual(new Set(["main", ""]));
  });

  test("give the one of stores no way out, and no address on the engine's machine", async () => {
    const networks = (await dev()).byType(NETWORK);
    expect(
      networks.map(({ name, inputs: { internal = false, options = {} } }) => [name, internal, options]).sort(),
    ).toEqual([
      ["network-main", false, {}],
      ["network-pages", false, {}],
      ["network-stores", true, { "com.docker.network.bridge.inhibit_ipv4": "true" }],
    ]);
  });

  test("have an Alertmanager that listens in the one of stores only", async () => {
    const { inputs } = (await program(contact)).container("alertmanager");
    expect(inputs.command).toContain("--web.listen-address=alertmanager-api:9093");
    const [stores, pages] = inputs.networksAdvanced as { aliases?: string[] }[];
    expect([stores?.aliases, pages?.aliases]).toEqual([["alertmanager", "alertmanager-api"], undefined]);
  });
});

describe("every container of the stack", () => {
  test("has a user that is not root, no privilege, no capability, a limit", async () => {
    for (const { name, inputs } of (await dev()).containers()) {
      expect([name, inputs.user]).toEqual([name, expect.stringMatching(/^[1-9]\d*:\d+$/)]);
      expect([name, inputs.privileged ?? false]).toEqual([name, false]);
      expect([name, inputs.capabilities]).toEqual([name, { drops: ["ALL"] }]);
      expect([name, inputs.memorySwap]).toEqual([name, inputs.memory]);
    }
  });

  test("is replaced in the order that its taken name allows", async () => {
    for (const { name, registration } of (await dev()).containers()) {
      expect([name, registration.options.deleteBeforeReplace]).toEqual([name, true]);
      expect([name, registration.options.replaceOnChanges]).toEqual([name, ["healthcheck", "init", "tmpfs"]]);
    }
  });

  test("has a parent of ours", async () => {
    const run = await dev();
    for (const { registration } of run.containers()) {
      expect(run.parentOf(registration)?.type).toMatch(/^game-scheduler-otel:(components|datastores|backends):/);
    }
  });
});

describe("volumes of the stack", () => {
  test("with the data of applications refuse deletion; those of the local backend are let go, or no swap would succeed", async () => {
    const options = (await dev())
      .byType("docker:index/volume:Volume")
      .map(({ name, options: { protect = false, retainOnDelete = false } }) => [name, protect, retainOnDelete]);
    expect(options.sort()).toEqual([
      ["collector-data", true, false],
      ["docker-api-socket", false, false],
      ["instrumentation-data", false, false],
      ["jaeger-data", false, true],
      ["postgres-data", true, false],
      ["prometheus-data", false, true],
      ["rabbitmq-data", true, false],
      ["redis-data", true, false],
      ["victorialogs-data", false, true],
    ]);
  });
});

describe("secrets of the stack", () => {
  const GENERATED = ["postgres-admin", "postgres-app", "postgres-monitor", "redis-app", "redis-monitor"].concat([
    "rabbitmq-app",
    "random-discord-token",
  ]);

  test("are these, and none stands anywhere in plain text", async () => {
    const run = await dev();
    const passwords = run.byType("random:index/randomPassword:RandomPassword");
    expect(passwords.map(({ name }) => name).sort()).toEqual([...GENERATED].sort());
    for (const { outputs } of passwords) {
      const text = JSON.stringify(outputs.result);
      const canary = /"value":"([^"]+)"/.exec(text)?.[1] ?? "";
      expect(canary.length).toBeGreaterThan(8);
      expect(run.leaks(canary)).toEqual([]);
    }
  });

  test("reach the collector as files that only it can read", async () => {
    const { inputs } = (await dev()).container("collector");
    const uploads = inputs.uploads as { file: string; permissions: string; owner: string }[];
    expect(uploads.map(({ file, permissions, owner }) => [file, permissions, owner])).toEqual([
      ["/etc/otelcol/config.yaml", "0444", "10001"],
      ["/run/secrets/postgres-monitor", "0400", "10001"],
      ["/run/secrets/redis-monitor", "0400", "10001"],
    ]);
  });
});

describe("the collector of the stack", () => {
  const config = async () => parse((await dev()).container("collector").files["/etc/otelcol/config.yaml"] ?? "");

  test("has no resource hook: those run after a change only, and hold up whatever is started meanwhile", async () => {
    const { options } = (await dev()).container("collector").registration;
    expect(options.hooks).toBeUndefined();
  });

  test("asks the stores as a user who may only look", async () => {
    const { receivers } = await config();
    expect(receivers["postgresql/postgres"]).toMatchObject({ endpoint: "postgres:5432", username: "otel_monitor" });
    expect(receivers["redis/redis"]).toMatchObject({ endpoint: "redis:6379", username: "otel_monitor" });
  });

  test("never sees the Docker socket", async () => {
    const mounts = (await dev()).container("collector").inputs.volumes as { hostPath?: string; readOnly?: boolean }[];
    expect(mounts.filter(({ hostPath }) => hostPath)).toEqual([
      { hostPath: "/", containerPath: "/hostfs", readOnly: true },
    ]);
  });

  test("starts after the proxy that its receiver cannot start without", async () => {
    const { options } = (await dev()).container("collector").registration;
    expect(options.dependsOn?.map((urn) => urn.split("::").at(-1))).toContain("docker-api");
  });

  test("has time to put its memory into the queue", async () => {
    expect((await dev()).container("collector").inputs.destroyGraceSeconds).toBe(30);
  });
});

describe("applications", () => {
  test("know one telemetry address", async () => {
    const run = await dev();
    for (const name of ["api", "bot", "notification", "status"]) {
      expect(run.container(name).env).toMatchObject({
        OTEL_SERVICE_NAME: name,
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
      });
    }
  });

  test("wait for the stores they name, and never for the collector", async () => {
    const run = await dev();
    const waitsFor = (name: string) =>
      (run.container(name).registration.options.dependsOn ?? []).map((urn) => urn.split("::").at(-1)).sort();
    expect(waitsFor("api")).toEqual(expect.arrayContaining(["postgres", "rabbitmq", "redis"]));
    for (const name of ["api", "bot", "discord", "frontend"]) expect(waitsFor(name)).not.toContain("collector");
  });

  test("share one generated token with the Discord they talk to", async () => {
    const run = await dev();
    expect(run.container("api").env.DISCORD_TOKEN).toBe(run.container("discord").env.DISCORD_TOKEN);
  });
});
