import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type ContainerFacts, containers, logsOf, memoryInUse } from "./support/docker.ts";
import { run } from "./support/run.ts";
import { localDir, stack } from "./support/stack.ts";

/** Collector, what it reads Docker through, and the local backend with its console. */
const telemetry = [
  "collector",
  "deployment",
  "instrumentation",
  "docker-api",
  "jaeger",
  "prometheus",
  "victorialogs",
  "vmalert",
  "alertmanager",
  "console",
  "grafana",
  "lgtm",
];
const application = ["api", "bot", "discord", "frontend", "notification", "postgres", "rabbitmq", "redis", "status"];

describe("the containers of the stack", () => {
  let all: readonly ContainerFacts[];
  beforeAll(async () => {
    all = await containers();
  });

  test("are the application's, its stores' and the telemetry's, all running", () => {
    expect(all.filter(({ running }) => !running)).toEqual([]);
    const names = all.map(({ name }) => name);
    expect(names.filter((name) => !telemetry.includes(name))).toEqual(application);
    expect(names).toContain("collector");
  });

  test("publish ports on 127.0.0.1 only", () => {
    const published = all.flatMap((container) => container.published);
    expect(published.length).toBeGreaterThanOrEqual(6);
    expect(published.filter((address) => !address.startsWith("127.0.0.1:"))).toEqual([]);
  });

  test("are not privileged, drop every capability, and gain no privileges", () => {
    for (const { name, privileged, capAdd, capDrop, securityOpt } of all) {
      expect({ name, privileged, capAdd, capDrop }).toEqual({ name, privileged: false, capAdd: [], capDrop: ["ALL"] });
      expect(
        securityOpt.some((option) => option.startsWith("no-new-privileges")),
        name,
      ).toBe(true);
    }
  });

  test("run as a numeric user other than root", () => {
    for (const { name, user } of all) expect(user, name).toMatch(/^[1-9]\d*:\d+$/);
  });

  test("never hand the raw Docker socket to the collector", () => {
    const holders = all.filter(({ mounts }) => mounts.some((mount) => mount.includes("docker.sock")));
    expect(holders.map(({ name }) => name)).toEqual(["docker-api"]);
  });

  test("are limited to 2.3 GiB together, of which telemetry has at most 768 MiB", async () => {
    const used = await memoryInUse();
    const sum = (names: readonly string[], of: (name: string) => number): number =>
      names.reduce((total, name) => total + of(name), 0);
    const limit = (name: string): number => all.find((container) => container.name === name)?.memoryMiB ?? 0;
    const names = all.map(({ name }) => name);
    const ours = names.filter((name) => telemetry.includes(name));
    console.table(
      Object.fromEntries(names.map((name) => [name, { "limit MiB": limit(name), "used MiB": used[name] }])),
    );
    console.log(
      `limits: ${sum(names, limit)} MiB, telemetry ${sum(ours, limit)} MiB; ` +
        `in use: ${sum(names, (name) => used[name] ?? 0)} MiB, telemetry ${sum(ours, (name) => used[name] ?? 0)} MiB`,
    );
    expect(names.filter((name) => limit(name) === 0)).toEqual([]);
    expect(sum(names, limit)).toBeLessThanOrEqual(2355);
    expect(sum(ours, limit)).toBeLessThanOrEqual(768);
  });
});

describe("the passwords of the stack", () => {
  let all: readonly ContainerFacts[];
  let secrets: readonly string[];
  beforeAll(async () => {
    all = await containers();
    secrets = secretValues(all);
  });
  const leaking = (places: readonly (readonly [string, string])[]): readonly string[] =>
    places.filter(([, content]) => secrets.some((secret) => content.includes(secret))).map(([place]) => place);

  test("are at least one for each store and the bot's token", () => {
    expect(secrets.length).toBeGreaterThanOrEqual(4);
  });

  test("are in no container's log", async () => {
    const logs = await Promise.all(all.map(async ({ name }) => [name, await logsOf(name)] as const));
    expect(leaking(logs)).toEqual([]);
  });

  test("are in nothing that the commands print", async () => {
    const npm = async (command: string, ...flags: string[]) =>
      [command, (await run("npm", ["run", command, "--silent", "--", "--stack", stack, ...flags])).all] as const;
    const printed = [
      await npm("compose", "--out", join(localDir, "printed-compose.yaml")),
      await npm("preview", "--json"),
      await npm("verify", "--since", "30m"),
    ];
    expect(leaking(printed)).toEqual([]);
  });

  test("are in no file but such as only their owner may read, and not in compose.yaml, outputs or log", async () => {
    const entries = await readdir(localDir, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const files = await Promise.all(paths.map(async (path) => [path, await readFile(path, "utf8")] as const));
    const holders = leaking(files);
    expect(holders.filter((path) => /compose[^/]*\.ya?ml$|outputs\.json$|\.log$/.test(path))).toEqual([]);
    const modes = await Promise.all(holders.map(async (path) => ({ path, mode: (await stat(path)).mode & 0o077 })));
    expect(modes.filter(({ mode }) => mode !== 0)).toEqual([]);
    expect((await stat(localDir)).mode & 0o777).toBe(0o700);
  });
});

/** The passwords, read from where they must be: inside the environment of the containers that log in with them. */
function secretValues(all: readonly ContainerFacts[]): readonly string[] {
  const urls = all
    .flatMap(({ environment }) => Object.values(environment))
    .filter((value) => /^\w[\w+]*:\/\/[^/]*:[^/]*@/.test(value));
  const passwords = urls.map((url) => decodeURIComponent(new URL(url).password));
  const named = all.flatMap(({ environment }) =>
    Object.entries(environment).flatMap(([key, value]) =>
      /PASSWORD$|TOKEN$/.test(key) && !value.startsWith("/") ? [value] : [],
    ),
  );
  return [...new Set([...passwords, ...named])].filter((secret) => secret.length >= 8);
}
