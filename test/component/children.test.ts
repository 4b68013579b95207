import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { run } from "../../cli/process.ts";
import { imageReference } from "../../images/catalogue.ts";
import { type ImageName, SPECS } from "../../images/specs.ts";

/**
 * What the commands start other programs with, where secrets are given in every way that docs and --help name. Nothing real is started but Node: each
 * program that a command may call is a fake, and a recorder in each Node process writes down every child, its arguments and its environment.
 */

const ROOT = join(import.meta.dirname, "../..");
const CHILDREN = join(ROOT, "test/support/children");
const NOT_COPIED = new Set(["node_modules", ".git", ".local", "test", "docs"]);
const PROGRAMS = [
  ...["docker", "docker-compose", "dockerd", "docker-credential-fake", "pulumi", "git", "ssh", "npm", "pip", "go"],
  ...["apt-get", "apt-cache", "apt-config", "dpkg-deb", "debootstrap", "systemctl", "pulumi-resource-docker"],
];

/** How a secret is given -> its canary. */
const CANARY = {
  "by --secret, from the environment": "canary-of-the-environment",
  "by --secrets-file": "canary-of-a-private-file",
  "in .local/STACK/secrets.yaml": "canary-of-the-stacks-file",
  "in what the Pulumi CLI decrypts": "canary-of-pulumi-config",
  "in a stack's outputs": "canary-of-pulumi-output",
  "by docker login's helper": "canary-of-docker-login",
} as const;

/** Where the collector would answer; here it is this process. */
const [HEALTH, OFFSET] = [13_133, 21_700];
const collector = createServer((_, answer) => answer.end());

const elastic = (endpoint: string) => ({
  "game-scheduler-otel:backend": "elastic",
  "game-scheduler-otel:elastic": { endpoint },
});

interface Child {
  readonly by: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
}

let folder: string;
let checkout: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "children-"));
  checkout = join(folder, "checkout");
  mkdirSync(checkout);
  for (const name of readdirSync(ROOT))
    if (!NOT_COPIED.has(name)) cpSync(join(ROOT, name), join(checkout, name), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(checkout, "node_modules"));

  const fakes = join(folder, "bin");
  mkdirSync(fakes);
  for (const name of PROGRAMS) {
    copyFileSync(join(CHILDREN, "fake.cjs"), join(fakes, name));
    chmodSync(join(fakes, name), 0o755);
  }
  writeFileSync(join(fakes, "package.json"), "{}");
  const plugins = ["docker", "random"].map((name) => {
    const at = join(ROOT, "node_modules/@pulumi", name, "package.json");
    const { version, pulumi } = JSON.parse(readFileSync(at, "utf8"));
    return { name, version: pulumi?.version ?? version };
  });
  const config = { "game-scheduler-otel:elasticApiKey": { value: CANARY["in what the Pulumi CLI decrypts"] } };
  const outputs = {
    query: [{ kind: "honeycomb", api: "http://127.0.0.1:9", apiKey: CANARY["in a stack's outputs"] }],
    system: { services: [], environment: "dev" },
    published: {},
    links: {},
    collectorHealth: `http://127.0.0.1:${HEALTH + OFFSET}`,
  };
  const login = { Username: "robot", Secret: CANARY["by docker login's helper"] };
  const built = (Object.keys(SPECS) as ImageName[]).filter((name) => SPECS[name].local !== undefined);
  const images = built.map((name) => imageReference(name, "local"));
  writeFileSync(join(fakes, "shown.json"), JSON.stringify({ plugins, config, outputs, images, login }));

  const secrets = join(folder, "secrets.yaml");
  writeFileSync(secrets, `alertWebhook: https://hooks.example/${CANARY["by --secrets-file"]}\n`, { mode: 0o600 });
  mkdirSync(join(checkout, ".local/dev"), { recursive: true, mode: 0o700 });
  const ofStack = `privacyHashKey: ${CANARY["in .local/STACK/secrets.yaml"]}\n`;
  writeFileSync(join(checkout, ".local/dev/secrets.yaml"), ofStack, { mode: 0o600 });
  mkdirSync(join(folder, "docker"));
  writeFileSync(join(folder, "docker/config.json"), JSON.stringify({ credHelpers: { "127.0.0.1:9": "fake" } }));
  const encrypted = { ...elastic("http://127.0.0.1:9"), "game-scheduler-otel:elasticApiKey": { secure: "v1:abc" } };
  writeFileSync(join(checkout, "Pulumi.cloud.yaml"), stringify({ encryptionsalt: "v1:salt", config: encrypted }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every child of one command and of the commands that it starts. */
async function childrenOf(command: string, args: readonly string[], reached: RegExp): Promise<readonly Child[]> {
  const log = join(folder, `${command}.log`);
  rmSync(log, { force: true });
  writeFileSync(log, "");
  // what a run of another kind left behind
  for (const name of readdirSync(join(checkout, ".local/dev")))
    if (name !== "secrets.yaml") rmSync(join(checkout, ".local/dev", name), { recursive: true });
  const ended = new AbortController();
  const written = () =>
    readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Child);
  const looking = setInterval(() => {
    if (!written().some((child) => reached.test(lineOf(child)))) return;
    clearInterval(looking);
    // it would watch for minutes
    if (command === "release") setTimeout(() => ended.abort(), 3000);
    if (command === "start") collector.listen(HEALTH + OFFSET, "127.0.0.1");
  }, 200);
  await run(process.execPath, [join(checkout, "start/bootstrap.mjs"), command, ...args], {
    cwd: checkout,
    timeoutMs: 240_000,
    signal: ended.signal,
    env: {
      PATH: [join(folder, "bin"), dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter),
      NODE_OPTIONS: `--require=${join(CHILDREN, "recorder.cjs")}`,
      CHILDREN_LOG: log,
      DOCKER_CONFIG: join(folder, "docker"),
      DOCKER_HOST: undefined,
      ELASTIC_API_KEY: [...args, command].some((word) => ["--secret", "credentials"].includes(word))
        ? CANARY["by --secret, from the environment"]
        : undefined,
    },
  });
  clearInterval(looking);
  collector.close();
  return written();
}

const lineOf = ({ file: program, args: [, ...given] }: Child): string => `${basename(program)} ${given.join(" ")}`;

/** Node processes of the project itself: the command below its bootstrap, and the program that is deployed, both of which use secrets. */
const isOwn = ({ file }: Child): boolean => basename(file) === "node";

const GIVEN = [
  ...[
    "--config",
    "backend=elastic",
    "--config",
    "elastic.endpoint=https://otlp.elastic.example",
    "--config",
    'extraBackends=["jaeger"]',
    "--config",
    "alerts.contact=webhook",
  ],
  ...["--config", "privacy.action=hash", "--secret", "elasticApiKey"],
  ...["--config", `portOffset=${OFFSET}`],
];
const file = () => ["--secrets-file", join(folder, "secrets.yaml")];
const LOCAL = ["--images", "local", "--deploy"];

/** The commands that are given secrets or read them, with a word that shows how far each one came. */
const COMMANDS: readonly (readonly [name: string, command: string, args: () => readonly string[], reached: RegExp])[] =
  [
    [
      "start by Compose",
      "start",
      () => [...GIVEN, ...file(), "--no-verify", ...LOCAL, "compose"],
      /^docker compose .* up -d/,
    ],
    ["start by Pulumi", "start", () => [...GIVEN, ...file(), "--no-verify", ...LOCAL, "pulumi"], /^pulumi up --yes/],
    ["release", "release", () => [...GIVEN, ...file(), ...LOCAL, "compose"], /^docker compose .* up -d/],
    ["preview", "preview", () => [...GIVEN, ...file()], /^node .*@pulumi\/pulumi\/cmd\/run/],
    ["compose", "compose", () => [...GIVEN, ...file(), "--out", join(folder, "compose.yaml")], /^node .*cmd\/run/],
    ["credentials", "credentials", () => ["--stack", "cloud"], /^pulumi config --show-secrets/],
    ["verify", "verify", () => [], /^pulumi stack output --json --show-secrets/],
    ["drift", "drift", () => [], /^pulumi refresh/],
    // last, since it writes into the stack's file
    ["push", "push", () => ["127.0.0.1:9/team", "--stack", "dev"], /^docker-credential-fake get/],
  ];

describe.each(COMMANDS)("npm run %s", (_name, command, args, reached) => {
  let children: readonly Child[];
  beforeAll(async () => {
    children = await childrenOf(command, args(), reached);
  });

  test("comes as far as the children that matter", () => {
    const started = children.map(lineOf);
    expect(started.filter((line) => reached.test(line)).length, started.join("\n")).toBeGreaterThan(0);
  });

  test("starts nothing with a secret among its arguments", () => {
    expect(children.filter((child) => child.args.join("\n").includes("canary-")).map(({ args }) => args)).toEqual([]);
  });

  test("hands no secret on in the environment of a program that is not its own", () => {
    const told = children
      .filter((child) => !isOwn(child))
      .flatMap(({ args: [name, first], env }) =>
        env.filter((pair) => pair.includes("canary-")).map((pair) => `${name} ${first}: ${pair.split("=")[0]}`),
      );
    expect([...new Set(told)]).toEqual([]);
  });
});

test("Pulumi did get the secrets, by standard input", () => {
  expect(existsSync(join(folder, "bin/taken"))).toBe(true);
  const taken = readFileSync(join(folder, "bin/taken"), "utf8");
  const given = ["by --secret, from the environment", "by --secrets-file", "in .local/STACK/secrets.yaml"] as const;
  expect(given.filter((way) => !taken.includes(CANARY[way]))).toEqual([]);
});

test("the recorder sees a secret that is handed on, in arguments and environment, by every way of starting a child", async () => {
  const script = join(folder, "leaks.mjs");
  writeFileSync(
    script,
    `import { execFile, execFileSync, spawn, spawnSync } from "node:child_process";
for (const start of [spawn, spawnSync, execFile, execFileSync])
  start("true", ["canary-argument"], { env: { ...process.env, GIVEN: "canary-variable" } });`,
  );
  const log = join(folder, "leaks.log");
  const env = { NODE_OPTIONS: `--require=${join(CHILDREN, "recorder.cjs")}`, CHILDREN_LOG: log };
  await run(process.execPath, [script], { env });
  const seen = readFileSync(log, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Child);
  expect(seen.map(({ args }) => args)).toEqual(seen.map(() => ["true", "canary-argument"]));
  expect(seen.length).toBe(4);
  expect(seen.every((child) => child.env.includes("GIVEN=canary-variable"))).toBe(true);
});
