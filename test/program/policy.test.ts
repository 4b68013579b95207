import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { asSecret, isMap, type PropertyMap, type PropertyValue } from "../../offline/properties.ts";
import { exitsOf } from "../../policy/exits.ts";
import { judge, RULES, type Violation } from "../../policy/judge.ts";
import type { Resource, Stack } from "../../policy/rule.ts";
import { type Given, stackOf } from "../../policy/stack.ts";
import { type ProgramArgs, type ProgramRun, program } from "../support/engine.ts";
import { CASES, KINDS, on } from "./backends/cases.ts";

const found = ({ recording }: ProgramRun, given: Given = { config: {} }) => judge(stackOf(recording, given));
const shortly = (violations: readonly Violation[]) => violations.map(({ id, place }) => `${id} at ${place}`);

/** Stack dev is held to them in backends/contract.ts, and combinations of switches in matrix.test.ts. */
const STACKS = ["other", "prod"];
const ON_BACKENDS = STACKS.flatMap((stack) => KINDS.map((kind) => [stack, kind] as const));

/** What Alloy has no component for. */
const ALLOY = { storeMetrics: false, hostMetrics: false, containerMetrics: false, containerLogs: false };

/** What else makes another program of a stack. */
const VARIANTS: readonly (readonly [string, ProgramArgs])[] = [
  ["an agent before the collector", { config: { collector: { topology: "agent" } } }],
  ["sidecars before the collector", { config: { collector: { topology: "sidecar" } } }],
  ["Alloy in the collector's place", { config: { ...ALLOY, collector: { engine: "alloy", memory: 384 } } }],
  [
    "Alloy as agent and collector",
    { config: { ...ALLOY, collector: { engine: "alloy", memory: 384, topology: "agent" } } },
  ],
  ["the upstream collector", { config: { collector: { image: "otel/opentelemetry-collector-contrib:0.145.0" } } }],
  [
    "tail sampling and two backends",
    { config: { sampling: { mode: "tail" }, extraBackends: ["otlp"], otlp: { endpoint: "https://otlp.example" } } },
  ],
  ["data that need no protection", { config: { protect: false } }],
];

describe("the rules find nothing in", () => {
  test.each(ON_BACKENDS)("stack %s on %s", async (stack, kind) => {
    const more = stack === "prod" ? { dummySecrets: true } : {};
    expect(shortly(found(await on(kind, { stack, ...more })))).toEqual([]);
  });

  test.each(VARIANTS)("stack dev with %s", async (_, args) => {
    const run = await program({ ...args, config: { images: "official", ...args.config } });
    expect(run.errors).toEqual([]);
    expect(shortly(found(run))).toEqual([]);
  });
});

const tiny = (name: string) =>
  program({
    projectDir: join(import.meta.dirname, "../support/fixtures/policy"),
    config: { program: name },
    secrets: { apiToken: TOKEN },
  });
const TOKEN = "correct-horse-battery";
const GIVEN: Given = { config: { "policy:apiToken": TOKEN }, secretKeys: ["policy:apiToken"] };

describe("a program of somebody else's", () => {
  test("that keeps every rule is let through", async () => {
    const run = await tiny("good");
    expect(run.errors).toEqual([]);
    expect(run.byType("docker:index/container:Container").length).toBe(6);
    expect(shortly(found(run, GIVEN))).toEqual([]);
  });

  test("is refused for each container that breaks one, at that container, by that rule and no other", async () => {
    const run = await tiny("bad");
    expect(run.errors).toEqual([]);
    const violations = found(run, GIVEN);
    expect(shortly(violations).sort()).toEqual([
      "docker-socket at mounted-socket.mounts[0]",
      "docker-socket at socket.volumes[0]",
      "host-folder at writes-host.volumes[0]",
      "host-namespace at host-network.networkMode",
      "host-namespace at host-processes.pidMode",
      "loopback-ports at all-ports.publishAllPorts",
      "loopback-ports at everywhere.ports[0]",
      "loopback-ports at open.ports[0]",
      "memory-limit at swapping.memorySwap",
      "memory-limit at unlimited.memory",
      "pinned-image at moving-image.name",
      "pinned-image at untagged-image.name",
      "plain-secret at address.envs[DATABASE_URL]",
      "plain-secret at argument.command[1]",
      "plain-secret at file.uploads[0].content",
      "plain-secret at label.labels[0].value",
      "plain-secret at opened.command[0]",
      "plain-secret at variable.envs[DATABASE_PASSWORD]",
      "privileges at admin.capabilities.adds",
      "privileges at privileged.privileged",
      "privileges at root.user",
      "privileges at setuid.securityOpts",
      "privileges at unconfined.securityOpts",
      "protected-data at unprotected.volumes[0]",
      "public-otlp at otlp.ports[0]",
      "restart-policy at once.restart",
      "unredacted-exit at unredacted.uploads[/etc/otelcol/config.yaml]",
    ]);
    // what is wrong is said without repeating it
    expect(JSON.stringify(violations)).not.toMatch(/c[o0]rrect-horse/);
  });
});

/** The dev stack's program with one input of one resource changed. */
interface Mutation {
  readonly config?: ProgramArgs["config"] & object;
  readonly resource: string;
  readonly type?: string;
  readonly inputs?: (inputs: PropertyMap) => PropertyMap;
  readonly options?: Resource["options"];
  readonly expected: string;
}

const CONTAINER = "docker:index/container:Container";
const VOLUME = "docker:index/volume:Volume";
const set = (more: PropertyMap) => (inputs: PropertyMap) => ({ ...inputs, ...more });
const listOf = (value: PropertyValue | undefined) => (Array.isArray(value) ? (value as readonly PropertyValue[]) : []);
const added = (key: string, item: PropertyValue) => (inputs: PropertyMap) => ({
  ...inputs,
  [key]: [...listOf(inputs[key]), item],
});
/** The text of the collector's configuration, edited. */
const edited = (from: RegExp, to: string) => (inputs: PropertyMap) => ({
  ...inputs,
  uploads: listOf(inputs.uploads).map((upload) =>
    isMap(upload) && String(upload.file).startsWith("/etc/otelcol")
      ? { ...upload, content: String(upload.content).replaceAll(from, to) }
      : upload,
  ),
});

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "a database password that is not marked secret": {
    resource: "postgres",
    inputs: (inputs) => ({
      ...inputs,
      envs: ["POSTGRES_PASSWORD=generated-postgres-admin"],
    }),
    expected: "plain-secret at postgres.envs[POSTGRES_PASSWORD]",
  },
  "a generated password in another's variable of an innocent name": {
    resource: "api",
    inputs: added("envs", "NOTE=see generated-postgres-app here"),
    expected: "plain-secret at api.envs[NOTE]",
  },
  "a vendor's key in a board": {
    resource: "console",
    inputs: added("uploads", {
      file: "/usr/share/x.json",
      content: `{"key": "${"glsa"}_${"a1".repeat(16)}_1a2b3c4d"}`,
    }),
    expected: "plain-secret at console.uploads",
  },
  "a webhook's address in a file": {
    resource: "prometheus",
    inputs: added("uploads", {
      file: "/etc/a.txt",
      content: `https://discord.com/api/webhooks/123456789012345678/${"aB3".repeat(20)}`,
    }),
    expected: "plain-secret at prometheus.uploads",
  },
  "a collector without its redaction": {
    resource: "collector",
    inputs: edited(/\bprivacy(?=[,\]\s])|\bredaction(?=[,\]\s])/g, "batch"),
    expected: "unredacted-exit at collector.uploads[/etc/otelcol/config.yaml]",
  },
  "the collector's OTLP port open to the world": {
    resource: "collector",
    inputs: added("ports", { internal: 4318, external: 4318, ip: "0.0.0.0" }),
    expected: "public-otlp at collector.ports[1]",
  },
  "the frontend on every address": {
    resource: "frontend",
    inputs: set({ ports: [{ internal: 8080, external: 8080, protocol: "tcp" }] }),
    expected: "loopback-ports at frontend.ports[0]",
  },
  "the console on an address of the local network": {
    resource: "console",
    inputs: set({ ports: [{ internal: 3001, external: 3001, ip: "192.168.1.10" }] }),
    expected: "loopback-ports at console.ports[0]",
  },
  "a collector with the engine's socket instead of the proxy's": {
    resource: "collector",
    inputs: added("volumes", { hostPath: "/var/run/docker.sock", containerPath: "/var/run/docker.sock" }),
    expected: "docker-socket at collector.volumes",
  },
  "a collector that may write its machine": {
    resource: "collector",
    inputs: added("volumes", { hostPath: "/", containerPath: "/hostfs" }),
    expected: "host-folder at collector.volumes",
  },
  "a bot as root": {
    resource: "bot",
    inputs: set({ user: "0", capabilities: {} }),
    expected: "privileges at bot.user",
  },
  "a database without a limit": {
    resource: "postgres",
    inputs: set({ memory: 0 }),
    expected: "memory-limit at postgres.memory",
  },
  "a broker that nothing starts again": {
    resource: "rabbitmq",
    inputs: set({ restart: "no" }),
    expected: "restart-policy at rabbitmq.restart",
  },
  "a database's volume without protection": {
    resource: "postgres-data",
    type: VOLUME,
    options: { ignoreChanges: ["labels"] },
    expected: "protected-data at postgres.volumes[0]",
  },
  "a backend's volume that is not let go": {
    resource: "victorialogs-data",
    type: VOLUME,
    options: { ignoreChanges: ["labels"] },
    expected: "protected-data at victorialogs.volumes[0]",
  },
  "a volume that a changed label replaces": {
    config: { protect: false },
    resource: "redis-data",
    type: VOLUME,
    options: {},
    expected: "protected-data at redis.volumes[0]",
  },
  "an image that moves": {
    resource: "jaeger-image",
    type: "docker:index/remoteImage:RemoteImage",
    inputs: set({ name: "docker.io/jaegertracing/jaeger" }),
    expected: "pinned-image at jaeger-image.name",
  },
  "an image by a name that anybody may own": {
    resource: "api",
    inputs: set({ image: "api:main" }),
    expected: "pinned-image at api.image",
  },
};

const SERVICE = "docker:index/service:Service";
const CONFIG = "docker:index/serviceConfig:ServiceConfig";
/** A service of a swarm with another part of its task. */
const ofTask = (change: (task: Record<string, PropertyValue>) => object) => (inputs: PropertyMap) =>
  ({ ...inputs, taskSpec: change(inputs.taskSpec as Record<string, PropertyValue>) }) as PropertyMap;
const ofContainer = (more: PropertyMap) =>
  ofTask(({ containerSpec, ...task }) => ({ ...task, containerSpec: { ...(containerSpec as object), ...more } }));

const OF_A_SWARM: Readonly<Record<string, Mutation>> = {
  "a collector without its redaction": {
    resource: "collector-otelcol-config.yaml",
    type: CONFIG,
    inputs: ({ dataRaw, ...rest }) => ({
      ...rest,
      dataRaw: String(dataRaw).replaceAll(/\bprivacy(?=[,\]\s])|\bredaction(?=[,\]\s])/g, "batch"),
    }),
    expected: "unredacted-exit at collector.uploads[/etc/otelcol/config.yaml]",
  },
  "OTLP on every node": {
    resource: "collector",
    inputs: set({ endpointSpec: { ports: [{ targetPort: 4317, publishedPort: 4317 }] } }),
    expected: "public-otlp at collector.ports[0]",
  },
  "a task without a limit": {
    resource: "web",
    inputs: ofTask((task) => ({ ...task, resources: {} })),
    expected: "memory-limit at web.memory",
  },
  "a task that nothing starts again": {
    resource: "web",
    inputs: ofTask((task) => ({ ...task, restartPolicy: { condition: "none" } })),
    expected: "restart-policy at web.restart",
  },
  "a task as root": {
    resource: "worker",
    inputs: ofContainer({ user: "root", capDrops: [] }),
    expected: "privileges at worker.user",
  },
  "a task with the engine's socket": {
    resource: "agent",
    inputs: ofContainer({ mounts: [{ type: "bind", source: "/var/run/docker.sock", target: "/s", readOnly: true }] }),
    expected: "docker-socket at agent.mounts[0]",
  },
  "an image that moves": {
    resource: "web",
    inputs: ofContainer({ image: "registry.example/web" }),
    expected: "pinned-image at web.image",
  },
  "a password in a task's variable": {
    resource: "web",
    inputs: ofContainer({ env: { DB_PASSWORD: "correct-horse" } }),
    expected: "plain-secret at web.taskSpec.containerSpec.env.DB_PASSWORD",
  },
};

async function mutated({ config, resource, type = CONTAINER, inputs, options }: Mutation): Promise<Stack> {
  return withOne(await program({ config: { images: "official", ...config } }), {
    resource,
    type,
    ...(inputs && { inputs }),
    ...(options && { options }),
  });
}

function withOne(run: ProgramRun, { resource, type = CONTAINER, inputs, options }: Omit<Mutation, "expected">): Stack {
  const good = stackOf(run.recording, { config: {} });
  const target = run.byName(resource, type);
  const changed: Resource = {
    ...target,
    inputs: inputs?.(target.inputs) ?? target.inputs,
    options: options ?? target.options,
  };
  const resources = good.resources.map((each) => (each.urn === target.urn ? changed : each));
  return { ...good, resources, judged: resources };
}

describe("the dev stack with one thing changed is refused:", () => {
  test.each(Object.entries(MUTATIONS))("%s", async (_, mutation) => {
    const places = shortly(judge(await mutated(mutation)));
    expect(places.length).toBe(1);
    expect(places[0]?.startsWith(mutation.expected), `${places}`).toBe(true);
  });
});

describe("a swarm with one thing changed is refused:", () => {
  test.each(Object.entries(OF_A_SWARM))("%s", async (_, { type = SERVICE, expected, ...mutation }) => {
    const stack = withOne(await on("otlp", { stack: "swarm" }), { ...mutation, type });
    expect(shortly(judge(stack))).toEqual([expected]);
  });
});

describe("the rules", () => {
  test("take no chance letters of compressed data for a key, and find one beside them", async () => {
    const packed = "q3/AC7h".repeat(400);
    const content = (more: string) =>
      added("uploads", { file: "/usr/share/x.json", content: `{"stack": "${packed}=="${more}}` });
    const found = async (more: string) =>
      shortly(judge(await mutated({ resource: "console", inputs: content(more), expected: "" })));
    expect(await found("")).toEqual([]);
    expect(await found(`, "note": "AC${"d4c3b2a1".repeat(4)}"`)).toEqual([
      expect.stringMatching("plain-secret at console.uploads"),
    ]);
  });

  test("follow the components of Alloy from its receivers to its exporters", async () => {
    const config = { ...ALLOY, images: "official", collector: { engine: "alloy", memory: 384 } };
    const text = (await program({ config })).container("collector").files["/etc/alloy/config.alloy"] ?? "";
    const exits = exitsOf(text);
    expect(exits?.map(({ redacted }) => redacted)).toEqual(exits?.map(() => true));
    expect(exits?.length).toBe(1);
    const open = exitsOf(text.replaceAll("otelcol.processor.redaction", "otelcol.processor.batch"));
    expect(open?.filter(({ redacted }) => !redacted).map(({ endpoint }) => endpoint)).toEqual(
      exits?.map(({ endpoint }) => endpoint),
    );
  });

  test("are each broken by a program above", () => {
    const broken = new Set(Object.values(MUTATIONS).map(({ expected }) => expected.split(" ")[0]));
    const others = ["privileges", "host-namespace"];
    expect(RULES.map(({ id }) => id).filter((id) => !broken.has(id) && !others.includes(id))).toEqual([]);
    expect(Object.keys(CASES).length).toBe(KINDS.length);
  });

  test("a value that is marked secret is none in plain text", async () => {
    const secret = (inputs: PropertyMap) => ({
      ...inputs,
      envs: [asSecret("POSTGRES_PASSWORD=generated-postgres-admin")],
    });
    expect(judge(await mutated({ resource: "postgres", inputs: secret, expected: "" }))).toEqual([]);
  });
});
