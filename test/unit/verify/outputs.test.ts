import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { outputsFile, readOutputs, stackOutputs } from "../../../verify/outputs.ts";

describe("the outputs of a stack", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "outputs-"));
  });
  afterAll(() => rm(dir, { recursive: true }));
  const write = async (content: unknown): Promise<string> => {
    const file = join(dir, "outputs.json");
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };
  const jaeger = {
    kind: "jaeger",
    jaeger: "http://127.0.0.1:16686/",
    prometheus: "http://127.0.0.1:9090",
    victorialogs: "http://127.0.0.1:9428",
  };

  test("lie below .local", () => {
    expect(outputsFile("dev")).toBe(".local/dev/outputs.json");
  });

  test("say whom to ask and what to drive", async () => {
    const lgtm = {
      kind: "lgtm",
      tempo: "http://127.0.0.1:3200",
      prometheus: "http://127.0.0.1:9090",
      loki: "http://127.0.0.1:3100",
    };
    const frontend = "http://127.0.0.1:8080";
    const file = await write({ query: [jaeger, lgtm], published: { frontend }, links: {}, drive: "none" });
    expect(await readOutputs(file)).toEqual({
      // nothing says another
      metricsInterval: 15,
      workload: {},
      query: [{ ...jaeger, jaeger: "http://127.0.0.1:16686" }, lgtm],
      published: { frontend },
      system: { services: [], sources: [] },
      drive: undefined,
    });
  });

  test.each([
    ["not json", / is not JSON: run npm start again to write it anew\.$/],
    [
      { query: ["[secret]"] },
      / hides how the backend is asked, since a key belongs to it: name a file that has it with --outputs, or run npm start again to write it anew\.$/,
    ],
    [
      { query: [] },
      / names no backend that can be asked \(output "query" is empty\): choose one of jaeger, lgtm, grafana-cloud, new-relic, honeycomb\.$/,
    ],
    [
      { query: [{ kind: "splunk" }] },
      /: query\.kind is "splunk", allowed: jaeger, lgtm, grafana-cloud, new-relic, honeycomb\.$/,
    ],
    [
      { query: [{ ...jaeger, victorialogs: "127.0.0.1" }] },
      /: query\.victorialogs is "127\.0\.0\.1", expected a URL\.$/,
    ],
  ])("are refused in one sentence: %j", async (content, sentence) => {
    await expect(readOutputs(await write(content))).rejects.toThrow(sentence);
  });

  test("are missing when nothing runs, and the sentence says what to do", async () => {
    await expect(readOutputs(join(dir, "none.json"))).rejects.toThrow(
      `No running stack found (${join(dir, "none.json")} cannot be read): run npm start first, or name the file with --outputs.`,
    );
  });
});

describe("a backend with a key", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "outputs-"));
  });
  afterAll(() => rm(dir, { recursive: true }));

  const newRelic = {
    kind: "new-relic",
    nerdgraph: "https://api.newrelic.com/graphql",
    pages: "https://one.newrelic.com",
    accountId: "123",
    apiKey: "canary",
  };
  const grafana = {
    kind: "grafana-cloud",
    grafana: "https://games.grafana.net",
    token: "canary",
    prometheus: "grafanacloud-prom",
    loki: "grafanacloud-logs",
    tempo: "grafanacloud-traces",
  };
  const honeycomb = {
    kind: "honeycomb",
    api: "https://api.honeycomb.io",
    apiKey: "canary",
    metricsDataset: "metrics",
    ui: "https://ui.honeycomb.io/games/environments/prod",
  };
  const service = {
    name: "jobs",
    kind: "python",
    work: "schedule",
    calls: ["Redis"],
    injected: true,
    traced: true,
    browser: false,
  };
  const read = async (...query: readonly unknown[]) => {
    const file = join(dir, "outputs.json");
    await writeFile(file, JSON.stringify({ query, environment: "dev", services: [service], sources: ["Redis"] }));
    return readOutputs(file);
  };

  test("is read whole, and so are the names of the stack's services", async () => {
    const outputs = await read(newRelic, grafana, honeycomb);
    expect(outputs.query).toEqual([newRelic, grafana, honeycomb]);
    expect(outputs.system).toEqual({
      services: [service],
      sources: ["Redis"],
      environment: "dev",
    });
  });

  test.each([
    [{ ...newRelic, apiKey: undefined }, "query.apiKey is missing or not a text: deploy the stack again."],
    [{ ...grafana, token: ["canary"] }, "query.token is missing or not a text: deploy the stack again."],
    [{ ...honeycomb, api: "api.honeycomb.io" }, 'query.api is "api.honeycomb.io", expected a URL.'],
  ])("is refused without quoting the key", async (query, sentence) => {
    const said = await read(query).catch((error: Error) => error.message);
    expect(said).toContain(sentence);
    expect(said).not.toContain("canary");
  });
});

describe("a stack that npm start did not deploy", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "outputs-"));
  });
  afterAll(() => rm(dir, { recursive: true }));
  afterEach(() => vi.unstubAllEnvs());

  /** A folder with a `pulumi` that runs this shell script. */
  const pulumi = async (folder: string, script: string): Promise<string> => {
    const bin = join(dir, folder);
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, "pulumi"), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin, "pulumi"), 0o755);
    return bin;
  };
  const jaeger = { kind: "jaeger", ...{ jaeger: "http://j:1", prometheus: "http://p:1", victorialogs: "http://l:1" } };

  test("is asked of the Pulumi CLI, secrets included", async () => {
    const asked = join(dir, "asked");
    const answer = JSON.stringify({ query: [jaeger] });
    vi.stubEnv("PATH", `${await pulumi("cli", `echo "$@" > ${asked}\necho '${answer}'`)}:/bin:/usr/bin`);
    expect((await stackOutputs("elsewhere")).query).toEqual([jaeger]);
    expect(await readFile(asked, "utf8")).toBe(
      "stack output --json --show-secrets --stack elsewhere --non-interactive\n",
    );
  });

  test("is unknown when the CLI says so, in its words", async () => {
    vi.stubEnv("PATH", `${await pulumi("not", "echo \"error: no stack named 'swarm' found\" >&2; exit 255")}:/bin`);
    await expect(stackOutputs("swarm")).rejects.toThrow(
      "No running stack found (the Pulumi CLI says of stack swarm: error: no stack named 'swarm' found): run npm start -- --stack swarm first, or pulumi up.",
    );
  });

  test("that neither the CLI nor a file knows does not exist", async () => {
    vi.stubEnv("PATH", `${await pulumi("none", "exit 255")}:/bin`);
    await expect(stackOutputs("elsewhere")).rejects.toThrow(/^There is no stack "elsewhere": .* --stack: dev, .*swarm/);
  });

  test("is not asked of the npm package's wrapper, which would download a CLI first", async () => {
    vi.stubEnv("PATH", await pulumi("node_modules/.bin", "exit 1"));
    await expect(stackOutputs("swarm")).rejects.toThrow(
      "No running stack found (.local/swarm/outputs.json cannot be read): run npm start -- --stack swarm first, or name the file with --outputs.",
    );
  });
});
