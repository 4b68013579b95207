import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { onPath, pulumiOnPath } from "../../cli/pulumi.ts";
import type { Registration } from "../../offline/registration.ts";
import { judge, RULES } from "../../policy/judge.ts";
import { stackOf } from "../../policy/stack.ts";
import { type ProgramRun, program } from "../support/engine.ts";

const root = join(import.meta.dirname, "../..");
const pack = join(root, "policy/pack");
const fixture = join(root, "test/support/fixtures/policy");
const TOKEN = "correct-horse-battery";

const require = createRequire(createRequire(import.meta.url).resolve("@pulumi/policy"));
const grpc = require("@grpc/grpc-js");
const analyzer = require("@pulumi/pulumi/proto/analyzer_pb");
const { AnalyzerClient } = require("@pulumi/pulumi/proto/analyzer_grpc_pb");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill();
});

/** The pack's server, started as Pulumi's language host starts it. */
async function serve(config: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [require.resolve("@pulumi/pulumi/cmd/run-policy-pack"), "127.0.0.1:1", pack], {
    cwd: pack,
    env: { ...process.env, NODE_OPTIONS: "", PULUMI_CONFIG: JSON.stringify(config) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let said = "";
  const port = await new Promise<string>((done, fail) => {
    child.stdout.setEncoding("utf8").once("data", (text: string) => done(text.trim()));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    child.once("exit", () => fail(new Error(said)));
  });
  const client = new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  return (method: string, request: object) =>
    new Promise<Response>((done, fail) => {
      client[method](request, (error: Error | null, response: Response) => (error ? fail(error) : done(response)));
    });
}

/** The part of an answer that the engine reads. */
interface Response {
  getDiagnosticsList(): readonly {
    getPolicyname(): string;
    getUrn(): string;
    getMessage(): string;
    getEnforcementlevel(): number;
  }[];
  getRemediationsList(): readonly object[];
  getPoliciesList(): readonly { getName(): string }[];
}

function requestOf({ urn, type, name, parent, inputs, options }: Registration) {
  const request = new analyzer.AnalyzeRequest();
  request.setUrn(urn);
  request.setType(type);
  request.setName(name);
  request.setProperties(Struct.fromJavaScript(inputs));
  const given = new analyzer.AnalyzerResourceOptions();
  given.setProtect(options.protect ?? false);
  given.setIgnorechangesList([...(options.ignoreChanges ?? [])]);
  given.setParent(parent);
  request.setOptions(given);
  return request;
}

/** A recording is sorted by name; the engine is told of a parent and of what is depended on first. */
function asRegistered(registrations: readonly Registration[]): readonly Registration[] {
  const byUrn = new Map(registrations.map((each) => [each.urn, each]));
  const ordered = new Set<Registration>();
  const add = (each: Registration): void => {
    for (const urn of [each.parent, ...(each.options.dependsOn ?? [])]) {
      const before = byUrn.get(urn);
      if (before !== undefined && !ordered.has(before)) add(before);
    }
    ordered.add(each);
  };
  for (const each of registrations) add(each);
  return [...ordered];
}

/** `rule resource` of all that the pack reports when it is told a run's resources one by one, and then the stack. */
async function reported(run: ProgramRun, config: Readonly<Record<string, string>>) {
  const ask = await serve(config);
  const found: string[] = [];
  for (const registration of asRegistered(run.registrations)) {
    const request = requestOf(registration);
    expect((await ask("remediate", request)).getRemediationsList()).toEqual([]);
    for (const each of (await ask("analyze", request)).getDiagnosticsList())
      found.push(`${each.getPolicyname()} ${registration.name}`);
  }
  for (const each of (await ask("analyzeStack", new analyzer.AnalyzeStackRequest())).getDiagnosticsList())
    found.push(`${each.getPolicyname()} ${each.getUrn().split("::").at(-1)}`);
  return [...new Set(found)].sort();
}

const tiny = (name: string) =>
  program({ projectDir: fixture, config: { program: name }, secrets: { apiToken: TOKEN } });

describe("the policy pack", () => {
  test("offers every rule", async () => {
    const info = await (await serve({}))("getAnalyzerInfo", new Empty());
    expect(info.getPoliciesList().map((policy) => policy.getName())).toEqual([
      "remembers-secrets",
      ...RULES.map(({ id }) => id),
    ]);
  });

  test("reports of a bad program what the rules find in its recording", async () => {
    const run = await tiny("bad");
    const given = { config: { "policy:secrets": TOKEN } };
    const expected = judge(stackOf(run.recording, given)).map(({ id, resource }) => `${id} ${resource}`);
    expect(expected.length).toBe(27);
    expect(await reported(run, given.config)).toEqual([...new Set(expected)].sort());
  });

  test("reports nothing of a good one but the retention that it cannot see, and nothing of the dev stack in a preview", async () => {
    expect(await reported(await tiny("good"), { "policy:secrets": TOKEN })).toEqual(["protected-data store"]);
    expect(await reported(await program({ config: { images: "official" }, preview: true }), {})).toEqual([]);
  });
});

const pulumi = pulumiOnPath();

const cli = (args: readonly string[], cwd: string, home: string) =>
  spawnSync(pulumi ?? "", [...args, "--non-interactive"], {
    cwd,
    encoding: "utf8",
    env: {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${home}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "1",
    },
  });
const WITHOUT =
  "no Pulumi CLI with the Docker plugin is on PATH, so it is not seen how Pulumi itself loads the policy pack";
const hasCli = pulumi !== undefined && onPath("pulumi-resource-docker") !== undefined;

test.skipIf(!hasCli)(
  `pulumi preview --policy-pack policy/pack refuses the bad program (${hasCli ? "here" : WITHOUT})`,
  () => {
    const home = mkdtempSync(join(tmpdir(), "policy-"));
    try {
      // below the packages of this project
      const cwd = mkdtempSync(join(root, ".local-policy-"));
      cpSync(fixture, cwd, { recursive: true });
      try {
        for (const args of [
          ["stack", "init", "dev"],
          ["config", "set", "program", "bad"],
          ["config", "set", "--secret", "apiToken", TOKEN],
        ])
          expect(cli(args, cwd, home)).toMatchObject({ status: 0 });
        const { status, stdout } = cli(["preview", "--policy-pack", pack], cwd, home);
        expect(status).not.toBe(0);
        for (const { id } of RULES.filter(({ needs }) => needs === "resource")) expect(stdout).toContain(id);
      } finally {
        rmSync(cwd, { recursive: true, force: true });
      }
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  },
);
