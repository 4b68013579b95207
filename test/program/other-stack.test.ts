import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Registration } from "../../offline/registration.ts";
import { program } from "../support/engine.ts";
import { KINDS, on } from "./backends/cases.ts";

/** What only the Game Scheduler has, and Redis, which this stack has not: none of it may be shown. */
const EXAMPLE = /\b(discord|reminders?|redis)\b|service[._]name\W{1,12}(api|bot|notification|status|frontend)\b/i;

/** The name of the example in any spelling; `game-scheduler-otel` is this project's own. */
const EXAMPLE_NAME = /game[-_ ]scheduler(?!-otel\b)/i;

const SERVICES = ["gateway", "web", "worker"];
const APPLICATION = [...SERVICES, "postgres", "rabbitmq"];

const other = (kind: (typeof KINDS)[number]) => on(kind, { stack: "other" });
const isShown = ({ type }: Registration): boolean => !type.startsWith("docker:") && !type.startsWith("pulumi:");

describe("another team's stack", () => {
  test("is three services, two stores and the telemetry, and no Redis", async () => {
    const run = await program({ stack: "other", config: { images: "local" } });
    expect(run.errors).toEqual([]);
    expect(
      run
        .containers()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(
      [
        ...APPLICATION,
        "collector",
        "console",
        "deployment",
        "docker-api",
        "instrumentation",
        "jaeger",
        "prometheus",
        "victorialogs",
        "vmalert",
      ].sort(),
    );
    expect(run.outputs).toMatchObject({
      environment: "other",
      services: [
        { name: "gateway", kind: "node", calls: ["RabbitMQ", "web"] },
        { name: "web", kind: "python", calls: ["PostgreSQL"] },
        { name: "worker", kind: "python", calls: ["PostgreSQL", "RabbitMQ"] },
      ],
      sources: ["PostgreSQL", "RabbitMQ", "containers", "container logs", "host", "collector"],
      published: { gateway: "http://127.0.0.1:7400" },
    });
  });

  test("calls its telemetry parcels, whatever the runtime", async () => {
    const run = await program({ stack: "other", config: { images: "local" } });
    for (const name of SERVICES) {
      expect(run.container(name).env.OTEL_RESOURCE_ATTRIBUTES).toMatch(/^service\.namespace=parcels,/);
    }
  });

  test("may limit what the instrumentation of a Python service costs, which only that service is told", async () => {
    const services = ["web", "jobs"].map((name) => ({
      name,
      image: "build:example-python",
      ...(name === "web" && { overhead: "5%" }),
    }));
    const run = await program({ stack: "other", config: { images: "local", services } });
    expect(run.errors).toEqual([]);
    const limits = ["web", "jobs"].map((name) => run.container(name).env.OTEL_PYTHON_INJECT_OVERHEAD);
    expect(limits).toEqual(["5%", undefined]);
  });

  test("may have some of its services sampled, and a backend besides its own gets the profiles", async () => {
    const services = ["web", "jobs"].map((name) => ({ name, image: "build:example-python" }));
    const config = {
      images: "local",
      services,
      extraBackends: ["otlp"],
      otlp: { endpoint: "https://otlp.example.org", profiles: "https://profiles.example.org/v1development/profiles" },
      profiles: { enabled: true, rate: 29, services: ["jobs"] },
    };
    const run = await program({ stack: "other", config });
    expect(run.errors).toEqual([]);
    const rates = ["web", "jobs"].map((name) => run.container(name).env.OTEL_PYTHON_INJECT_PROFILES);
    expect(rates).toEqual([undefined, "29"]);
    const { command, uploads } = run.container("collector").inputs;
    expect(command).toContain("--feature-gates=service.profilesSupport");
    expect(JSON.stringify(uploads)).toContain("profiles_endpoint: https://profiles.example.org/v1development/profiles");
  });

  test("shares no port with stack dev", async () => {
    const ports = async (stack: string) => {
      const run = await program({ stack, config: { images: "local" } });
      const published = run.containers().flatMap(({ inputs }) => (inputs.ports ?? []) as { external: number }[]);
      return published.map(({ external }) => external);
    };
    const [dev, own] = await Promise.all([ports("dev"), ports("other")]);
    expect(own.length).toBeGreaterThanOrEqual(5);
    expect(own.filter((port) => dev.includes(port))).toEqual([]);
  });
});

describe.each(KINDS)("another team's stack on %s", (kind) => {
  test("previews without an error", async () => {
    expect((await other(kind)).errors).toEqual([]);
  });

  // Equal to one means equal to each other: all 56 pairs.
  test("has the same application containers as on any other backend", async () => {
    const [here, there] = await Promise.all([other(kind), other("jaeger")]);
    for (const name of APPLICATION) expect(here.container(name).inputs, name).toEqual(there.container(name).inputs);
  });

  test("shows nothing of the Game Scheduler", async () => {
    const { recording } = await other(kind);
    const naming = recording.registrations.filter(isShown).flatMap(({ name, inputs }) => {
      const named = EXAMPLE.exec(`${name} ${JSON.stringify(inputs)}`)?.[0];
      return named === undefined ? [] : [`${name}: ${named}`];
    });
    expect(naming).toEqual([]);
  });

  test("has the name of the Game Scheduler in no resource and no output", async () => {
    const { recording, outputs } = await other(kind);
    const everything = [...recording.registrations.map(({ name, inputs }) => ({ name, inputs })), { outputs }];
    const naming = everything.flatMap((one) => {
      const text = JSON.stringify(one);
      const at = EXAMPLE_NAME.exec(text)?.index;
      return at === undefined ? [] : [text.slice(Math.max(0, at - 60), at + 60)];
    });
    expect(naming).toEqual([]);
  });
});

test("the page that leads there has the services of the stack that is run", () => {
  const read = (file: string): string => readFileSync(join(import.meta.dirname, "../..", file), "utf8");
  const [, onPage = ""] = /```yaml\n(config:[\s\S]*?)```/.exec(read("docs/your-services.md")) ?? [];
  const key = "game-scheduler-otel:services";
  expect(parse(onPage).config[key]).toEqual(parse(read("Pulumi.other.yaml")).config[key]);
});
