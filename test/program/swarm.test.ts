import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { stackFile } from "../../offline/compose/stack-file.ts";
import { writeStack } from "../../offline/compose/write-stack.ts";
import { type PropertyMap, UNKNOWN } from "../../offline/properties.ts";
import type { Registration } from "../../offline/registration.ts";
import { containsSecret, unwrap } from "../../offline/secrets.ts";
import { judge } from "../../policy/judge.ts";
import { stackOf } from "../../policy/stack.ts";
import { planOf } from "../../start/preflight/plan.ts";
import type { ProgramRun } from "../support/engine.ts";
import { CASES, canary, KINDS, on } from "./backends/cases.ts";

const SERVICE = "docker:index/service:Service";
const SECRET = "docker:index/secret:Secret";
const CONFIG = "docker:index/serviceConfig:ServiceConfig";

const LOCAL: readonly string[] = ["jaeger", "lgtm"];

const swarm = (kind: (typeof KINDS)[number]) =>
  on(kind, { stack: "swarm", ...(LOCAL.includes(kind) && kind === "jaeger" && { config: { images: "local" } }) });

/** Inputs of a service, by the parts that tests ask for. */
interface View {
  readonly name: string;
  readonly inputs: PropertyMap;
  readonly container: PropertyMap;
  readonly registration: Registration;
}

const mapOf = (value: unknown): PropertyMap => (value ?? {}) as PropertyMap;
const listOf = (value: unknown): readonly PropertyMap[] => (value ?? []) as readonly PropertyMap[];

const services = (run: ProgramRun): readonly View[] =>
  run.byType(SERVICE).map((registration) => {
    const inputs = mapOf(unwrap(registration.inputs));
    return { name: registration.name, inputs, container: mapOf(mapOf(inputs.taskSpec).containerSpec), registration };
  });

const service = (run: ProgramRun, name: string): View => {
  const found = services(run).find((each) => each.name === name);
  if (found === undefined) throw new Error(`no service ${name}`);
  return found;
};

const taskOf = ({ inputs }: View): PropertyMap => mapOf(inputs.taskSpec);

describe.each(KINDS)("a swarm on %s", (kind) => {
  test("previews without an error, and is services only", async () => {
    const run = await swarm(kind);
    expect(run.errors).toEqual([]);
    expect(judge(stackOf(run.recording, { config: {} }))).toEqual([]);
    expect(run.byType("docker:index/container:Container")).toEqual([]);
    expect(run.byType("docker:index/volume:Volume")).toEqual([]);
    expect(services(run).map(({ name }) => name)).toEqual(
      expect.arrayContaining(["agent", "collector", "scraper", "gateway", "web", "worker", "postgres", "rabbitmq"]),
    );
  });

  test("is planned as services, with the images that nodes need and the volumes that their tasks make", async () => {
    const run = await swarm(kind);
    const plan = planOf(run);
    expect(plan.containers).toEqual([]);
    expect(plan.services).toEqual(services(run).map(({ inputs }) => inputs.name));
    expect(plan.images).toEqual([...new Set(services(run).map(({ container }) => String(container.image)))].sort());
    const made = ["agent-data", "collector-data-1", "collector-data-2", "postgres-data"];
    expect(plan.volumes).toEqual(expect.arrayContaining(made.map((name) => `game-scheduler-otel-swarm-${name}`)));
    expect(plan.volumes.filter((name) => name.includes("{"))).toEqual([]);
  });

  test("has secrets nowhere but in Swarm's secrets", async () => {
    const run = await swarm(kind);
    for (const { name, registration } of services(run)) expect(containsSecret(registration.inputs), name).toBe(false);
    for (const { name, inputs } of run.byType(CONFIG)) expect(containsSecret(inputs), name).toBe(false);
    for (const { name, inputs } of run.byType(SECRET)) {
      expect([name, containsSecret(inputs.data ?? null), containsSecret(inputs.name ?? null)]).toEqual([
        name,
        true,
        false,
      ]);
    }
    for (const key of Object.keys(CASES[kind]?.secrets ?? {})) expect(run.leaks(canary(key)), key).toEqual([]);
  });

  test("names each config and secret once, in at most 64 characters, and each service mounts what exists", async () => {
    const run = await swarm(kind);
    const made = [...run.byType(CONFIG), ...run.byType(SECRET)];
    const names = made.map(({ inputs }) => String(inputs.name));
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name))).toEqual([]);
    const ids = new Set(made.map(({ id }) => id));
    for (const { name, container } of services(run)) {
      const mounted = [
        ...listOf(container.configs).map(({ configId }) => configId),
        ...listOf(container.secrets).map(({ secretId }) => secretId),
      ];
      expect(
        mounted.filter((id) => !ids.has(String(id))),
        name,
      ).toEqual([]);
    }
    expect(JSON.stringify(services(run).map(({ inputs }) => inputs))).not.toContain(UNKNOWN);
  });
});

describe("a swarm", () => {
  const run = () => swarm("otlp");

  test("has an agent and the instrumentation on each node, and a tier of gateways without placement", async () => {
    const made = await run();
    const modes = Object.fromEntries(services(made).map(({ name, inputs }) => [name, inputs.mode]));
    expect(modes).toMatchObject({
      agent: { global: true },
      instrumentation: { global: true },
      collector: { replicated: { replicas: 2 } },
      scraper: { replicated: { replicas: 1 } },
      worker: { replicated: { replicas: 2 } },
      postgres: { replicated: { replicas: 1 } },
    });
    expect(taskOf(service(made, "collector")).placement).toEqual({});
  });

  test("keeps state on the node that is labelled for it", async () => {
    const made = await run();
    for (const name of ["postgres", "rabbitmq", "scraper"])
      expect(taskOf(service(made, name)).placement, name).toEqual({ constraints: ["node.labels.state == true"] });
    for (const name of ["gateway", "web", "worker"]) expect(taskOf(service(made, name)).placement, name).toEqual({});
  });

  test("routes spans by trace and metrics by process from the agents to the gateways, whose queues are their own", async () => {
    const made = await run();
    const [config] = made.byType(CONFIG).filter(({ name }) => name === "agent-otelcol-config.yaml");
    const pipeline = parse(String(config?.inputs.dataRaw));
    expect(pipeline.exporters).toMatchObject({
      "loadbalancing/traces": {
        routing_key: "traceID",
        resolver: { dns: { hostname: "collector", port: "4317" } },
        protocol: { otlp: { sending_queue: { enabled: false }, retry_on_failure: { enabled: false } } },
        retry_on_failure: { max_elapsed_time: "0s" },
        sending_queue: { storage: "file_storage/queue" },
      },
      "loadbalancing/metrics": { routing_key: "resource" },
      "otlp_http/collector": { endpoint: "http://collector:4318" },
    });
    const { container } = service(made, "collector");
    expect(listOf(container.mounts).map(({ source }) => source)).toEqual([
      "game-scheduler-otel-swarm-collector-data-{{.Task.Slot}}",
    ]);
    expect(container.env).toMatchObject({ COLLECTOR_INSTANCE: "collector-{{.Task.Slot}}" });
  });

  test("measures stores once, whatever the number of gateways, and tells the gateways' own series apart", async () => {
    const made = await run();
    const pipelineOf = (name: string) =>
      parse(String(made.byType(CONFIG).find((each) => each.name === `${name}-otelcol-config.yaml`)?.inputs.dataRaw));
    const scraped = (name: string) =>
      Object.keys(pipelineOf(name).receivers).filter((id) => id !== "otlp" && id !== "prometheus/collector");
    expect(scraped("collector")).toEqual([]);
    expect(scraped("scraper").sort()).toEqual(["postgresql/postgres", "prometheus/rabbitmq"]);
    const { processors, service: pipelines } = pipelineOf("collector");
    expect(processors["resource/instance"].attributes).toEqual([
      { key: "collector.instance.id", value: "${env:COLLECTOR_INSTANCE}", action: "upsert" },
    ]);
    expect(pipelines.pipelines["metrics/in-spanmetrics"].processors.slice(0, 4)).toEqual([
      "transform/span-metrics",
      "series_start/spans",
      "resource/instance",
      "transform/from-instance",
    ]);
    expect(service(made, "collector").container.secrets).toEqual(
      expect.not.arrayContaining([expect.objectContaining({ fileName: "/run/secrets/postgres-monitor" })]),
    );
  });

  // what the real provider refused, replaced or would have changed at every preview (5.2.0, Engine 20.10)
  test("is written as the provider takes it", async () => {
    const made = await run();
    expect(service(made, "agent").inputs).not.toHaveProperty("convergeConfig");
    expect(service(made, "collector").inputs.convergeConfig).toEqual({ delay: "5s", timeout: "6m0s" });
    const { networksAdvanceds, restartPolicy } = taskOf(service(made, "collector"));
    expect(networksAdvanceds).toEqual([{ id: made.byName("network-main").id, aliases: ["collector"] }]);
    expect(restartPolicy).toEqual({ condition: "any", delay: "5s", window: "0s" });
    const kept = [...made.byType(CONFIG), ...made.byType(SECRET)];
    expect(new Set(kept.map(({ options }) => options.deleteBeforeReplace))).toEqual(new Set([false]));
  });

  test("hands variables with secrets over in a file, which the start command reads", async () => {
    const { container } = service(await run(), "worker");
    expect(container.env).not.toHaveProperty("DATABASE_URL");
    expect(container.commands).toEqual([
      "sh",
      "-c",
      'i=0; until test -e /instrumentation/python/start/sitecustomize.py || test $i -ge 60; do sleep 1; i=$((i + 1)); done; . /run/secrets/environment; exec "$@"',
      "worker",
    ]);
    expect(container.args).toEqual(["python", "-m", "parcels.worker"]);
    expect(listOf(container.secrets)).toMatchObject([{ fileName: "/run/secrets/environment", fileMode: 0o400 }]);
  });

  test("takes a failed update back: old first where a volume has room for one, new first elsewhere", async () => {
    const made = await run();
    const order = (name: string) => mapOf(service(made, name).inputs.updateConfig);
    for (const { name, inputs } of services(made))
      expect(mapOf(inputs.updateConfig).failureAction, name).toBe("rollback");
    expect(order("collector").order).toBe("stop-first");
    expect(order("postgres").order).toBe("stop-first");
    expect(order("agent").order).toBe("stop-first");
    const free = service(await on("otlp", { stack: "swarm", config: { "swarm.ports": "ingress" } }), "gateway");
    expect(mapOf(free.inputs.updateConfig).order).toBe("start-first");
    expect(free.inputs.endpointSpec).toMatchObject({ mode: "vip", ports: [{ publishMode: "ingress" }] });
  });

  test("another secret has another name, and the same one the same", async () => {
    const secrets = async (otlpAuth: string) => {
      const made = await on("otlp", { stack: "swarm", secrets: { otlpAuth } });
      return made.byType(SECRET).map(({ inputs }) => String(inputs.name));
    };
    const [first, again, other] = [await secrets("one"), await secrets("one"), await secrets("two")];
    expect(again).toEqual(first);
    expect(first.filter((name) => !other.includes(name)).length).toBe(2);
  });

  test.each([
    [{ containerMetrics: "true" }, /^containerMetrics: true needs the Docker API of each node/],
    [{ containerLogs: "true" }, /^containerLogs: true needs the Docker API of each node/],
    [{ hostMetrics: "true" }, /^hostMetrics: true needs a collector on each node/],
    [
      { "collector.topology": "gateway" },
      /^collector\.topology: gateway, but deployment swarm has an agent on each node/,
    ],
    [{ "swarm.ports": "none" }, /^services\[0\]\.publish: gateway would be reached on every address of a node/],
    [{ deployment: "containers" }, /^collector\.replicas: 2 needs deployment swarm/],
  ])("refuses %j in one sentence", async (config, sentence) => {
    const { errors } = await on("otlp", { stack: "swarm", config });
    expect(errors.join("\n")).toMatch(sentence);
  });

  test("refuses a variable with a secret where the start command is not known", async () => {
    const services = [{ name: "web", image: "registry.example/web:1", env: { URL: "postgresql://{postgres.login}" } }];
    const { errors } = await on("otlp", { stack: "swarm", config: { services } });
    expect(errors.join("\n")).toMatch(/^service web: URL holds a secret, .* Write it out: services\[\]\.command/);
  });
});

describe("the stack file", () => {
  const folder = mkdtempSync(join(tmpdir(), "stack-file-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("has every service, and every value that is secret in a private file beside it", async () => {
    const { recording } = await swarm("otlp");
    const write = () => expect.fail("no Compose project");
    const recorded = { recording, config: {}, secretKeys: [], keep: () => undefined, write };
    const out = join(folder, "stack.yaml");
    const written = writeStack(recorded, { projectDir: folder, stack: "swarm", out });
    const text = readFileSync(out, "utf8");
    const stack = parse(text);
    expect(Object.keys(stack.services).sort()).toEqual(written.services);
    expect(stack.services.collector.deploy).toMatchObject({ replicas: 2, endpoint_mode: "dnsrr" });
    expect(stack.services.agent.deploy.mode).toBe("global");
    expect(stack.networks.main).toMatchObject({ driver: "overlay", attachable: true });
    const files = readdirSync(written.folder);
    expect(files.sort()).toEqual([...Object.keys(stack.configs), ...Object.keys(stack.secrets)].sort());
    for (const file of files) expect(statSync(join(written.folder, file)).mode & 0o777, file).toBe(0o600);
    for (const { content, secret } of stackFile(recording, ".").files.values())
      if (secret) expect(text).not.toContain(content.trim());
  });

  test("that cannot be written leaves what was written before as it is", async () => {
    const { recording } = await swarm("otlp");
    const write = () => expect.fail("no Compose project");
    const written = { config: {}, secretKeys: [], keep: () => undefined, write };
    const at = { projectDir: folder, stack: "kept", out: join(folder, "kept.yaml") };
    const before = writeStack({ ...written, recording }, at);
    const files = readdirSync(before.folder);
    const registrations = recording.registrations.map((each) =>
      each.type === "docker:index/service:Service" ? { ...each, inputs: { ...each.inputs, auth: "unknown" } } : each,
    );
    expect(() => writeStack({ ...written, recording: { ...recording, registrations } }, at)).toThrow(
      '"auth" has no translation to a stack file',
    );
    expect(readdirSync(before.folder)).toEqual(files);
  });
});
