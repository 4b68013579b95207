import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { program } from "../support/engine.ts";
import { docker, Ground, type Running } from "./servers.ts";

const TRACES = 4000;
const ASKERS = 8;
const QUERIES = 200;
const SERVICES = ["api", "bot", "worker"];

const hex = (value: number, length: number) => value.toString(16).padStart(length, "0");
const traceId = (i: number) => `a${hex(i, 31)}`;
const serviceOf = (i: number) => SERVICES[i % SERVICES.length] ?? "";
const fails = (i: number) => i % 17 === 0;
const isSlow = (i: number) => i % 50 === 1;
const now = Date.now();

let ground: Ground;
let jaeger: Running;
let addresses: Readonly<Record<"intake" | "query", string>>;

/** Jaeger as the program starts it, with its ports on loopback. */
beforeAll(async () => {
  ground = new Ground();
  const view = (await program({ config: { images: "local", backend: "jaeger" } })).container("jaeger");
  const [mount] = view.inputs.volumes as { containerPath: string }[];
  jaeger = ground.run({
    name: "jaeger",
    image: view.image,
    user: String(view.inputs.user),
    env: view.env,
    files: view.files,
    memory: Number(view.inputs.memory),
    command: view.inputs.command as string[],
    options: ["--publish=127.0.0.1::16686", "--publish=127.0.0.1::4318", `--volume=${mount?.containerPath ?? ""}`],
  });
  await ready();
  for (let i = 0; i < TRACES; i += 200) await send(i, i + 200);
});

afterAll(() => ground?.remove());

async function ready(): Promise<void> {
  const port = (inside: number) => docker("port", jaeger.id, String(inside)).split("\n")[0] ?? "";
  addresses = { intake: `http://${port(4318)}`, query: `http://${port(16_686)}` };
  for (let tries = 0; tries < 100; tries += 1) {
    const answered = await fetch(`${addresses.query}/api/services`).catch(() => undefined);
    if (answered?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Jaeger does not answer: ${jaeger.logs()}`);
}

async function send(from: number, to: number): Promise<void> {
  const resourceSpans = Array.from({ length: to - from }, (_, n) => ({
    resource: { attributes: [{ key: "service.name", value: { stringValue: serviceOf(from + n) } }] },
    scopeSpans: [{ spans: spansOf(from + n) }],
  }));
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${addresses.intake}/v1/traces`, {
    method: "POST",
    headers,
    body: JSON.stringify({ resourceSpans }),
  });
  expect(answer.status).toBe(200);
}

function spansOf(i: number): readonly unknown[] {
  const started = (now - (i % 3000) * 1000) * 1e6;
  const lasted = (isSlow(i) ? 2500 : 5 + (i % 90)) * 1e6;
  return [0, 1, 2, 3, 4, 5].map((step) => ({
    traceId: traceId(i),
    spanId: hex(i * 8 + step + 1, 16),
    ...(step > 0 && { parentSpanId: hex(i * 8 + 1, 16) }),
    name: step === 0 ? "GET /games" : `step ${step}`,
    kind: step === 0 ? 2 : 3,
    startTimeUnixNano: String(started),
    endTimeUnixNano: String(started + lasted),
    attributes: [{ key: "game.number", value: { stringValue: `game-${i}` } }],
    status: step === 0 && fails(i) ? { code: 2, message: "it broke" } : {},
  }));
}

interface Answered {
  readonly traceID: string;
  readonly spans: readonly {
    readonly duration: number;
    readonly tags: readonly { readonly key: string; readonly value: unknown }[];
  }[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
}

async function ask(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<readonly Answered[]> {
  const answer = await fetch(`${addresses.query}${path}?${new URLSearchParams(parameters)}`);
  const { data, errors } = (await answer.json()) as { data: readonly Answered[]; errors?: readonly unknown[] };
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(errors)}`);
  return data;
}

const search = (service: string, more: Readonly<Record<string, string>>) =>
  ask("/api/traces", { service, start: `${now - 7_200_000}000`, end: `${now + 60_000}000`, limit: "20", ...more });

const servicesIn = (found: readonly Answered[]) =>
  new Set(found.flatMap(({ processes }) => Object.values(processes).map(({ serviceName }) => serviceName)));

const withFailure = ({ spans }: Answered) => spans.some(({ tags }) => tags.some(({ key }) => key === "error"));

/** One question of four kinds, with what is wrong with its answer. */
async function question(n: number): Promise<string | undefined> {
  const i = (n * 1543) % TRACES;
  const service = serviceOf(i);
  const wrong = (found: readonly Answered[], right: boolean) =>
    right && [...servicesIn(found)].every((one) => one === service)
      ? undefined
      : `${n}: ${JSON.stringify(found).slice(0, 300)}`;
  switch (n % 4) {
    case 0: {
      const found = await ask(`/api/traces/${traceId(i)}`);
      return wrong(found, found.length === 1 && found[0]?.spans.length === 6);
    }
    case 1: {
      const found = await search(service, { tags: '{"error":"true"}' });
      return wrong(found, found.length === 20 && found.every(withFailure));
    }
    case 2: {
      const found = await search(service, { tags: JSON.stringify({ "game.number": `game-${i}` }) });
      return wrong(found, found.length === 1 && found[0]?.traceID === traceId(i));
    }
    default: {
      const found = await search(service, { minDuration: "2s" });
      return wrong(found, found.length === 20 && found.every(({ spans }) => spans.some((span) => span.duration > 2e6)));
    }
  }
}

describe("Jaeger", () => {
  test("answers eight programs at once, each question right: by id, by failure, by attribute, by duration", async () => {
    const asker = async (a: number): Promise<readonly string[]> => {
      const wrong: string[] = [];
      for (let n = 0; n < QUERIES; n += 1) wrong.push(...[(await question(a * QUERIES + n)) ?? []].flat());
      return wrong;
    };
    const answers = await Promise.all(Array.from({ length: ASKERS }, (_, a) => asker(a)));
    expect(answers.flat()).toEqual([]);
  });

  test.each(["SIGTERM", "SIGKILL"])("keeps its traces over %s", async (signal) => {
    docker("kill", `--signal=${signal}`, jaeger.id);
    docker("wait", jaeger.id);
    docker("start", jaeger.id);
    await ready();
    expect([...(await ask("/api/services"))].sort()).toEqual(SERVICES);
    for (const n of [0, 1, 2, 3]) expect(await question(n)).toBeUndefined();
    const kept = await Promise.all([0, 1000, 2000, TRACES - 1].map((i) => ask(`/api/traces/${traceId(i)}`)));
    expect(kept.map((found) => found[0]?.spans.length)).toEqual([6, 6, 6, 6]);
  });

  test("lives in its memory meanwhile", () => {
    expect(docker("inspect", jaeger.id, "--format", "{{.State.OOMKilled}} {{.State.Running}}")).toBe("false true");
  });
});
