import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Progress } from "../../../cli/progress.ts";
import { LocalStack, withStructure } from "../../../start/deploy/pulumi.ts";

/** Stands in for the CLI: notes how it was called, keeps a state file and a salt as the real one does. */
const FAKE = `#!/usr/bin/env node
const fs = require("node:fs"), path = require("node:path");
const args = process.argv.slice(2), here = __dirname;
const needsInput = args[0] === "config" || args[1] === "import";
const input = needsInput ? fs.readFileSync(0, "utf8") : "";
fs.appendFileSync(path.join(here, "calls"), JSON.stringify({ args, input, cwd: process.cwd(), backend: process.env.PULUMI_BACKEND_URL, context: process.env.DOCKER_CONTEXT, ofProgram: process.env.PROGRAM_DOCKER_CONTEXT }) + "\\n");
const state = path.join(process.env.PULUMI_BACKEND_URL.slice("file://".length), ".pulumi/stacks/game-scheduler-otel");
const resource = (type, name) => ({ urn: "urn:pulumi:s::p::" + type + "::" + name, type, outputs: { name } });
switch (args[0] + " " + args[1]) {
  case "stack init":
    fs.mkdirSync(state, { recursive: true });
    fs.writeFileSync(path.join(state, args[2] + ".json"), "{}");
    fs.writeFileSync("Pulumi." + args[2] + ".yaml", "encryptionsalt: v1:fresh\\n");
    break;
  case "stack output":
    console.log(JSON.stringify({ frontend: "http://127.0.0.1:8080" }));
    break;
  case "preview --json":
    console.log(fs.readFileSync(path.join(here, "preview"), "utf8"));
    break;
  case "stack export":
    if (fs.existsSync(path.join(here, "exported"))) console.log(fs.readFileSync(path.join(here, "exported"), "utf8"));
    else console.log(JSON.stringify({ deployment: { resources: [
      resource("docker:index/container:Container", "api"), resource("docker:index/volume:Volume", "data"),
      resource("random:index/randomPassword:RandomPassword", "password"), resource("docker:index/network:Network", "main") ] } }));
    break;
}
if (args[0] === "up" && fs.existsSync(path.join(here, "broken"))) {
  console.log("  docker:index:Container (api):\\n    error: no such image\\n");
  process.exit(255);
}
`;

/**
 * Stands in for Docker's command: answers as the engine does that holds the stack "unit", whose api does not become healthy. Where there is a file
 * `stopped`, these lines of it are the stopped containers; what is started is noted among the calls.
 */
const DOCKER = `#!/usr/bin/env node
const args = process.argv.slice(2);
const only = args.filter((_, at) => args[at - 1] === "--filter");
const labels = ["project=game-scheduler-otel", "stack=unit"].map((label) => "label=com.github.game-scheduler-otel." + label);
const fs = require("node:fs"), at = (name) => require("node:path").join(__dirname, name);
switch (args[0]) {
  case "ps":
    if (only.includes("status=exited")) {
      if (fs.existsSync(at("stopped")) && labels.every((label) => only.includes(label)))
        fs.readFileSync(at("stopped"), "utf8").split("\\n").forEach((_, id) => console.log(id));
      break;
    }
    if (labels.every((label) => only.includes(label)))
      console.log("p-api\\trunning\\tUp 2 minutes (unhealthy)\\np-frontend\\tcreated\\tCreated\\np-redis\\trunning\\tUp 2 minutes (healthy)");
    break;
  case "start":
    fs.appendFileSync(at("calls"), JSON.stringify({ args }) + "\\n");
    break;
  case "inspect": {
    if (fs.existsSync(at("stopped"))) return console.log(fs.readFileSync(at("stopped"), "utf8"));
    const log = [{ Output: "starting" }, { Output: "password hunter2-of-api is refused\\nTraceback" }];
    if (args.at(-1) === "p-api") console.log(JSON.stringify([["DATABASE=postgresql://app:hunter2-of-api@postgres/games"], log]));
    break;
  }
  case "logs":
    console.error("the words of " + args.at(-1));
}
`;

interface Call {
  readonly args: string[];
  readonly input: string;
  readonly cwd: string;
  readonly backend: string;
  readonly context?: string;
  readonly ofProgram?: string;
}

let folder = "";
let stack: LocalStack;
const logged: string[] = [];
const calls = () =>
  readFileSync(path.join(folder, "calls"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Call);
const committed = "config:\n  game-scheduler-otel:backend: jaeger\n";

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "pulumi-test-"));
  writeFileSync(path.join(folder, "pulumi"), FAKE);
  chmodSync(path.join(folder, "pulumi"), 0o755);
  // an engine that holds nothing
  writeFileSync(path.join(folder, "docker"), "#!/bin/sh\n", { mode: 0o755 });
  vi.stubEnv("PATH", `${folder}${path.delimiter}${process.env.PATH}`);
  writeFileSync(path.join(folder, "committed.yaml"), committed);
  logged.length = 0;
  const progress = new Progress({
    stream: { write: (text) => logged.push(String(text)) > 0 },
    logFile: path.join(folder, "start.log"),
    total: 1,
  });
  stack = new LocalStack(
    { program: path.join(folder, "pulumi"), version: "v3.0.0", origin: "test" },
    "unit",
    progress,
    {
      folder: path.join(folder, "local"),
      committed: path.join(folder, "committed.yaml"),
    },
  );
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

describe("pulumi up on a private file backend", () => {
  test("makes the stack in a folder of its own and leaves the committed configuration alone", async () => {
    expect(stack.exists).toBe(false);
    expect(await stack.up([])).toEqual({ frontend: "http://127.0.0.1:8080" });
    expect(stack.exists).toBe(true);
    expect(readFileSync(path.join(folder, "committed.yaml"), "utf8")).toBe(committed);
    expect(readFileSync(path.join(folder, "local/pulumi-project/Pulumi.unit.yaml"), "utf8")).toBe(
      `encryptionsalt: v1:fresh\n${committed}`,
    );
    expect(calls().map(({ args }) => args.slice(0, 2).join(" "))).toEqual(["stack init", "up --yes", "stack output"]);
    expect(new Set(calls().map(({ backend }) => backend))).toEqual(new Set([`file://${folder}/local/pulumi-state`]));
  });

  test("refreshes, so that a container somebody removed comes back", async () => {
    await stack.up([]);
    expect(calls().find(({ args }) => args[0] === "up")?.args).toEqual([
      ...["up", "--yes", "--skip-preview", "--refresh", "--non-interactive", "--color", "never"],
      ...["--stack", "unit", "--config-file", path.join(folder, "local/pulumi-project/Pulumi.unit.yaml")],
    ]);
  });

  test("a second up makes no second stack and keeps its salt", async () => {
    await stack.up([]);
    await stack.up([]);
    expect(calls().filter(({ args }) => args[1] === "init")).toHaveLength(1);
    expect(readFileSync(path.join(folder, "local/pulumi-project/Pulumi.unit.yaml"), "utf8")).toContain("v1:fresh");
  });

  test("config values travel by standard input, never as an argument", async () => {
    await stack.up([{ path: "redisPassword", value: "hunter2", secret: true }]);
    const set = calls().find(({ args }) => args[0] === "config");
    expect(set?.args.slice(0, 5)).toEqual(["config", "set", "--path", "--secret", "redisPassword"]);
    expect(set?.input).toBe("hunter2");
    expect(
      calls()
        .flatMap(({ args }) => args)
        .join(" "),
    ).not.toContain("hunter2");
  });

  test("secrets of the outputs are read, since verify asks a backend with them, and never logged", async () => {
    await stack.up([]);
    const output = calls().find(({ args }) => args[1] === "output");
    expect(output?.args.slice(0, 4)).toEqual(["stack", "output", "--json", "--show-secrets"]);
    expect(logged.join("")).not.toContain("8080");
  });

  test("the passphrase is random and only its owner reads it", async () => {
    await stack.up([]);
    const file = path.join(folder, "local/pulumi-passphrase");
    expect(readFileSync(file, "utf8")).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("a failed update is one sentence with the cause", async () => {
    writeFileSync(path.join(folder, "broken"), "");
    await expect(stack.up([])).rejects.toThrow('"pulumi up" failed: no such image (all of it is in the log).');
  });

  test("a failed update names the container that does not become healthy and why, which the provider does not", async () => {
    writeFileSync(path.join(folder, "broken"), "");
    writeFileSync(path.join(folder, "docker"), DOCKER, { mode: 0o755 });
    const failed = await stack.up([]).catch((error: Error) => error.message);
    expect(failed).toBe(
      '"pulumi up" failed: no such image (all of it is in the log). Not every container came up: p-api (up 2 minutes (unhealthy)); waiting for it: p-frontend. Its health command says: password *** is refused; see why with "docker logs p-api", mend it and run "npm start" again.',
    );
    expect(logged.join("")).not.toContain("hunter2");
    expect(readFileSync(path.join(folder, "start.log"), "utf8")).toContain(
      "last lines of p-api ---\nthe words of p-api",
    );
  });
});

describe("containers that somebody stopped", () => {
  const line = (name: string, restart: string, ports: object | null) =>
    `/${name}\t${restart}\t${JSON.stringify(ports)}`;
  const bound = { "8000/tcp": [{ HostIp: "127.0.0.1", HostPort: "8080" }] };

  test("run again before the refresh where they publish ports, which the provider cannot read of them and would replace them for", async () => {
    const stopped = [
      line("p-api", "unless-stopped", bound),
      line("p-worker", "unless-stopped", {}),
      line("p-bot", "on-failure", null),
      line("p-migration", "no", bound),
    ];
    writeFileSync(path.join(folder, "stopped"), stopped.join("\n"));
    writeFileSync(path.join(folder, "docker"), DOCKER, { mode: 0o755 });
    await stack.up([]);
    expect(calls().map(({ args }) => args.slice(0, 2).join(" "))).toEqual([
      ...["stack init", "start p-api", "up --yes", "stack output"],
    ]);
    expect(logged.join("")).toContain("p-api: stopped, started again");
  });
});

describe("a state with configs that an up replaced before it failed", () => {
  const urn = "urn:pulumi:s::p::docker:index/serviceConfig:ServiceConfig::record";
  const config = (name: string, more: object = {}) => ({
    urn,
    type: "docker:index/serviceConfig:ServiceConfig",
    outputs: { name },
    ...more,
  });
  const halfReplaced = { deployment: { resources: [config("record-2"), config("record-1", { delete: true })] } };
  const wanting = (name: string) => JSON.stringify({ steps: [{ op: "replace", urn, newState: { inputs: { name } } }] });
  const commands = () => calls().map(({ args }) => args.slice(0, 2).join(" "));

  beforeEach(async () => {
    await stack.up([]);
    rmSync(path.join(folder, "calls"));
    const file = path.join(folder, "local/pulumi-state/.pulumi/stacks/game-scheduler-otel/unit.json");
    writeFileSync(file, JSON.stringify({ checkpoint: { latest: halfReplaced.deployment } }, undefined, 4));
    writeFileSync(path.join(folder, "exported"), JSON.stringify(halfReplaced));
  });

  test("gets the one back that an earlier program asks for, before its up", async () => {
    writeFileSync(path.join(folder, "preview"), wanting("record-1"));
    const earlier = path.join(folder, "earlier");
    mkdirSync(earlier);
    await stack.upAgain(earlier, committed, "");
    expect(commands()).toEqual(["stack export", "preview --json", "stack import", "up --yes", "stack output"]);
    const [, preview, imported] = calls();
    expect(preview?.cwd).toBe(earlier);
    expect(JSON.parse(imported?.input ?? "")).toEqual({
      deployment: { resources: [config("record-2", { delete: true }), config("record-1", { delete: false })] },
    });
  });

  test("stays as it is where a program asks for another one", async () => {
    writeFileSync(path.join(folder, "preview"), wanting("record-3"));
    await stack.up([]);
    expect(commands()).toEqual(["stack export", "preview --json", "up --yes", "stack output"]);
  });
});

describe("an engine over ssh", () => {
  /** What ran, in order: `ssh` or the CLI's verb. */
  const order = () => calls().map(({ args }) => args[0]);

  beforeEach(() => {
    const ssh = `#!/bin/sh\necho '{"args":["ssh"]}' >>${path.join(folder, "calls")}\n`;
    writeFileSync(path.join(folder, "ssh"), ssh, { mode: 0o755 });
    // where the folder of its socket would be made
    vi.spyOn(os, "userInfo").mockReturnValue({ ...os.userInfo(), homedir: folder });
    vi.stubEnv("DOCKER_HOST", "ssh://deploy@games.example");
    // set for every command of the process
    vi.stubEnv("PULUMI_PARALLEL", undefined);
    vi.stubEnv("COMPOSE_PARALLEL_LIMIT", undefined);
  });

  test("has one open connection before Pulumi's refresh asks for everything at once", async () => {
    await stack.up([]);
    expect(order()).toEqual(["stack", "ssh", "up", "stack"]);
  });

  test("has one before Pulumi removes what it made", async () => {
    await stack.up([]);
    rmSync(path.join(folder, "calls"));
    await stack.destroy(false);
    expect(order()).toEqual(["cancel", "ssh", "refresh", "stack", "ssh", "destroy"]);
  });
});

describe("an engine that Docker's context names", () => {
  const contexts = () => new Set(calls().map(({ context, ofProgram }) => `${context} ${ofProgram}`));
  const ofUp = () => calls().find(({ args }) => args[0] === "up");
  beforeEach(() => {
    vi.stubEnv("DOCKER_CONTEXT", "games");
    vi.stubEnv("DOCKER_HOST", "");
  });

  test("is known to the program alone: the provider would take it before what program and state tell it", async () => {
    await stack.up([]);
    await stack.destroy(false);
    expect(calls().map(({ args }) => args[0])).toContain("refresh");
    expect(contexts()).toEqual(new Set(["undefined games"]));
  });

  test("is known so to an earlier program too, but for one that reads Docker's own variable only", async () => {
    const earlier = path.join(folder, "earlier");
    mkdirSync(path.join(earlier, "config"), { recursive: true });
    writeFileSync(path.join(earlier, "config/engine.ts"), readFileSync("config/engine.ts"));
    await stack.upAgain(earlier, committed, "");
    expect(contexts()).toEqual(new Set(["undefined games"]));
    rmSync(path.join(folder, "calls"));
    writeFileSync(path.join(earlier, "config/engine.ts"), "env.DOCKER_CONTEXT");
    await stack.upAgain(earlier, committed, "");
    expect(ofUp()).toMatchObject({ context: "games", ofProgram: "games" });
  });

  test("is not asked where DOCKER_HOST names another, as Docker has it", async () => {
    vi.stubEnv("DOCKER_HOST", "tcp://10.0.0.1:2376");
    await stack.up([]);
    expect(contexts()).toEqual(new Set(["undefined undefined"]));
  });
});

describe("pulumi destroy", () => {
  const destroyed = () => calls().find(({ args }) => args[0] === "destroy")?.args ?? [];

  test("takes containers and networks only, since passwords belong to the data in the volumes", async () => {
    await stack.up([]);
    await stack.destroy(false);
    expect(destroyed().filter((arg) => arg.startsWith("urn:"))).toEqual([
      "urn:pulumi:s::p::docker:index/container:Container::api",
      "urn:pulumi:s::p::docker:index/network:Network::main",
    ]);
    expect(calls().some(({ args }) => args[1] === "unprotect")).toBe(false);
  });

  test("takes everything, protected volumes too, only when asked to", async () => {
    await stack.up([]);
    await stack.destroy(true);
    expect(calls().some(({ args }) => args.slice(0, 3).join(" ") === "state unprotect --all")).toBe(true);
    expect(destroyed()).not.toContain("--target");
  });
});

describe("a setting that is an object or a list", () => {
  const file = "config:\n  game-scheduler-otel:alerts:\n    contact: email\n";
  const fileWith = (path: string, value: string) => withStructure(file, { path, value, secret: false });

  test("is one only where its key is declared so", () => {
    expect(fileWith("environment", "dev")).toBeUndefined();
    expect(fileWith("portOffset", "320")).toBeUndefined();
    expect(fileWith("environment", "[1]")).toBeUndefined();
  });

  test("stands in the stack's file as what it is, beside what was there", () => {
    expect(fileWith("alerts.email", '["a@b.example"]')).toBe(
      "config:\n  game-scheduler-otel:alerts:\n    contact: email\n    email:\n      - a@b.example\n",
    );
    expect(fileWith("alerts.email[0]", "a@b.example")).toBe(fileWith("alerts.email", '["a@b.example"]'));
    expect(fileWith("privacy", '{"keep":["game.id"]}')).toContain(
      "  game-scheduler-otel:privacy:\n    keep:\n      - game.id\n",
    );
  });
});
