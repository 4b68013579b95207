import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerText } from "../../../mcp/answer.ts";
import { TOOLS } from "../../../mcp/tools.ts";
import { program } from "../../support/engine.ts";

const root = join(import.meta.dirname, "../../..");
const folder = join(root, "mcp");
const STACK = "mcp-test";
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const CANARY = "canary-of-the-backend-key";

/** The part of the SDK's client that is used here. */
interface Client {
  connect(transport: unknown): Promise<void>;
  listTools(): Promise<{ tools: readonly { name: string; inputSchema: object; annotations?: object }[] }>;
  callTool(call: {
    name: string;
    arguments?: object;
  }): Promise<{ isError?: boolean; content: readonly { text: string }[] }>;
  close(): Promise<void>;
}

const stored = join(root, ".local", STACK);
let client: Client;
let backend: Server;
const asked: string[] = [];

/** Answers of a store, by the beginning of the path. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  "/api/v1/query_range": {
    data: { result: [{ metric: { __name__: "up", service: "api" }, values: [[1_780_000_000, "1"]] }] },
  },
  "/api/v1/query": { data: { result: [{ metric: { __name__: "up", service: "api" }, value: [1_780_000_000, "1"] }] } },
  "/api/v1/alerts": {
    data: {
      alerts: [{ state: "firing", labels: { alertname: "QueueWithoutConsumer", severity: "page", queue: "q" } }],
    },
  },
  "/select/logsql/query": {
    _time: "2026-11-29T10:00:00Z",
    _msg: `sent with ${CANARY} and ghp_${"a1".repeat(18)}`,
    severity_text: "ERROR",
    trace_id: TRACE,
    "service.name": "api",
  },
  "/api/v3/traces": {
    result: {
      resourceSpans: [
        {
          resource: { attributes: [{ key: "service.name", value: { stringValue: "api" } }] },
          scopeSpans: [
            {
              spans: [
                {
                  traceId: TRACE,
                  spanId: "00f067aa0ba902b7",
                  name: "GET /api/games",
                  kind: 2,
                  attributes: [],
                  startTimeUnixNano: `${Date.now()}000000`,
                  endTimeUnixNano: `${Date.now()}000000`,
                },
              ],
            },
          ],
        },
      ],
    },
  },
};

beforeAll(async () => {
  if (!existsSync(join(folder, "node_modules/@modelcontextprotocol/sdk")))
    spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: folder, stdio: "ignore" });
  backend = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const [, answer] = Object.entries(ANSWERS).find(([path]) => request.url?.startsWith(path)) ?? [];
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(answer === undefined ? "nothing here" : JSON.stringify(answer));
  });
  await new Promise<void>((done) => backend.listen(0, "127.0.0.1", done));
  const address = backend.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  mkdirSync(stored, { recursive: true });
  const local = { kind: "jaeger", jaeger: url, prometheus: url, victorialogs: url };
  const vendor = { kind: "new-relic", nerdgraph: url, pages: url, accountId: "1", apiKey: CANARY };
  const outputs = {
    environment: "dev",
    services: [
      { name: "api", kind: "python", work: "requests", injected: true, traced: false, browser: false, calls: [] },
    ],
    sources: ["collector"],
    containerLogs: [],
    published: { api: `${url}/api` },
    query: [local, vendor],
    facts: (await program({ config: { images: "official" } })).outputs.facts,
  };
  writeFileSync(join(stored, "outputs.json"), JSON.stringify(outputs));
  const sdk = createRequire(join(folder, "package.json"));
  const load = (name: string) => import(pathToFileURL(sdk.resolve(`@modelcontextprotocol/sdk/client/${name}.js`)).href);
  const { Client: SdkClient } = await load("index");
  const { StdioClientTransport } = await load("stdio");
  const made: Client = new SdkClient({ name: "test", version: "1" });
  client = made;
  await made.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [join(folder, "cli.ts"), "--stack", STACK],
      cwd: root,
      stderr: "ignore",
    }),
  );
});

afterAll(async () => {
  await client?.close();
  backend?.close();
  rmSync(stored, { recursive: true, force: true });
});

/** What a call answers; the sentence where it is an error. */
async function call(name: string, args: object = {}): Promise<string> {
  const { content, isError } = await client.callTool({ name, arguments: args });
  const text = content.map((part) => part.text).join("");
  return isError === true ? `error: ${text}` : text;
}

describe("a client of the SDK, over stdio", () => {
  test("is offered every tool, each read only and with a schema of its arguments", async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(TOOLS.map(({ name }) => name));
    expect(tools.map(({ name }) => name)).toEqual([
      ...["stack", "verify", "firing", "boards", "board", "alerts", "alert", "metrics", "logs", "traces", "trace"],
    ]);
    for (const { annotations, inputSchema } of tools) {
      expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
      expect(inputSchema).toMatchObject({ type: "object", additionalProperties: false });
    }
  });

  test("is told what is deployed", async () => {
    expect(JSON.parse(await call("stack"))).toMatchObject({
      stack: STACK,
      environment: "dev",
      services: [{ name: "api", kind: "python", calls: [] }],
      backends: ["jaeger", "new-relic"],
    });
  });

  test("reads boards with their questions, and one with its queries", async () => {
    const boards = JSON.parse(await call("boards"));
    expect(boards.map(({ id }: { id: string }) => id)).toContain("overview");
    const overview = await call("board", { id: "overview" });
    expect(overview).toMatch(/"language": "PromQL"/);
    expect(overview).toContain('deployment_environment_name=\\"dev\\"');
  });

  test("reads alert rules, and one with its runbook", async () => {
    const alerts: readonly { id: string }[] = JSON.parse(await call("alerts"));
    expect(alerts.length).toBeGreaterThan(5);
    const answer = JSON.parse(await call("alert", { id: "collector-lost" }));
    expect(answer.runbook).toContain("# ");
  });

  test("reads what fires, metrics now and over time, log records, traces and one trace", async () => {
    expect(JSON.parse(await call("firing"))).toEqual([
      { name: "QueueWithoutConsumer", state: "firing", severity: "page", about: "queue=q" },
    ]);
    expect(JSON.parse(await call("metrics", { query: "up" }))).toMatchObject([{ name: "up", value: 1 }]);
    expect(JSON.parse(await call("metrics", { query: "up", range: true, minutes: 60 }))).toHaveLength(1);
    expect(JSON.parse(await call("logs", { service: "api", severity: "error" }))).toMatchObject([{ traceId: TRACE }]);
    expect(JSON.parse(await call("traces", { service: "api" }))).toMatchObject([
      { id: TRACE, root: "api: GET /api/games", spans: 1 },
    ]);
    expect(JSON.parse(await call("trace", { id: TRACE })).spans).toHaveLength(1);
  });

  test("proves, and is told what is missing", async () => {
    const report = JSON.parse(await call("verify", { waitSeconds: 0 }));
    expect(report.complete).toBe(false);
    expect(report.backends.map(({ backend }: { backend: string }) => backend)).toHaveLength(2);
    expect(report.backends[0].missing[0]).toMatch(/^collector metrics missing/);
  });

  test.each([
    ["a tool that does not exist", "delete", {}, 'There is no tool "delete". Allowed: stack, verify, firing,'],
    ["no argument where one is needed", "board", {}, "board: id: "],
    ["a board that does not exist", "board", { id: "nothing" }, 'There is no board "nothing". Allowed: overview,'],
    ["an argument that it has not", "stack", { all: true }, 'stack: Unrecognized key: "all".'],
    ["a limit above the allowed", "logs", { service: "api", limit: 5000 }, "logs: limit: "],
    ["a time that is no whole number", "metrics", { query: "up", minutes: 1.5 }, "metrics: minutes: "],
    ["an id that is none", "trace", { id: "../../secrets" }, "trace: id: 32 lower-case hexadecimal digits"],
  ])("gets one sentence for %s", async (_, name, args, sentence) => {
    const answer = await call(name, args);
    expect(answer.startsWith(`error: ${sentence}`), answer).toBe(true);
    expect(answer).not.toContain("\n");
  });

  test("sees no secret: not the key of a backend, not what a log record holds by mistake", async () => {
    const answers = await Promise.all([
      ...TOOLS.filter(({ name }) => name !== "trace").map(({ name }) =>
        call(name, { ...(name === "logs" || name === "traces" ? { service: "api" } : {}) }),
      ),
      call("logs", { service: "api" }),
    ]);
    expect(answers.join()).not.toContain(CANARY);
    expect(answers.join()).not.toMatch(/ghp_/);
    expect(await call("logs", { service: "api" })).toContain("sent with [secret] and [secret]");
  });

  test("changes nothing: the stores are asked by GET alone, with a limit wherever they take one", () => {
    const stores = asked.filter((line) => !line.includes("graphql") && !line.startsWith("POST /"));
    expect(stores.every((line) => line.startsWith("GET "))).toBe(true);
    const given = asked.filter((line) => line.includes("query=up"));
    expect(given.length).toBeGreaterThan(1);
    expect(given.every((line) => line.includes("limit=50") && line.includes("timeout=15s"))).toBe(true);
  });
});

test("a long answer is cut, with a word about it", () => {
  const text = answerText("a".repeat(100_000), []);
  expect(text.length).toBeLessThan(60_300);
  expect(text).toMatch(/… cut at 60000 of 100002 characters: ask for less/);
});
