import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { list, object, text } from "../../verify/json.ts";
import { containers, leftovers } from "./support/docker.ts";
import { BESIDE, freeOffset } from "./support/ports.ts";
import { type Outcome, projectDir, run, succeed } from "./support/run.ts";
import { containerName, stack, stackOutputs } from "./support/stack.ts";

/** Shares our stack's name as a prefix, as `dev-2` does `dev`'s. */
const neighbour = `${stack}-2`;
const neighbourFile = join(projectDir, `Pulumi.${neighbour}.yaml`);

const npm = (cwd: string, command: string, ...flags: readonly string[]): Promise<Outcome> =>
  run("npm", ["run", command, "--silent", "--", ...flags], { cwd, timeoutSeconds: 600 });

/** Everything of our stack, by id where it has one. */
async function ours(): Promise<readonly string[]> {
  return [...(await containers()).map(({ name, id }) => `${name} ${id}`), ...(await leftovers())];
}

let before: readonly string[];
beforeAll(async () => {
  before = await ours();
  expect(before.length).toBeGreaterThan(15);
});

describe("a stack whose name begins with ours", () => {
  beforeAll(async () => {
    const document = parseDocument(await readFile(join(projectDir, "Pulumi.dev.yaml"), "utf8"));
    const config = (key: string, value: unknown) => document.setIn(["config", `game-scheduler-otel:${key}`], value);
    config("portOffset", await freeOffset(stack.slice(-8).padStart(8, "0"), BESIDE));
    for (const store of ["postgres", "redis", "rabbitmq", "drive"]) config(store, "none");
    for (const none of ["services", "content"]) config(none, []);
    await writeFile(neighbourFile, document.toString());
    const started = await npm(projectDir, "start", "--stack", neighbour, "--deploy", "compose", "--no-verify");
    expect(started.code, started.all).toBe(0);
  });
  afterAll(async () => {
    await npm(projectDir, "stop", "--stack", neighbour, "--volumes");
    await rm(neighbourFile, { force: true });
    await rm(join(projectDir, ".local", neighbour), { recursive: true, force: true });
  });

  test("is started beside ours, which it leaves as it is", async () => {
    expect(await ours()).toEqual(before);
  });

  test("is not in our stack's container metrics", async () => {
    const { query } = await stackOutputs();
    const { prometheus } = query.find(({ kind }) => kind === "jaeger") as { readonly prometheus: string };
    const seconds = 40; // two scrapes
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const asked = new URL("/api/v1/query", prometheus);
    asked.searchParams.set(
      "query",
      `group by (container_name) (last_over_time(container_uptime_seconds[${seconds}s]))`,
    );
    const answer = object(await (await fetch(asked)).json());
    const measured = list(object(answer.data).result).map((series) =>
      text(object(object(series).metric).container_name),
    );
    expect(measured.toSorted()).toEqual((await containers()).map(({ name }) => containerName(name)).toSorted());
  });

  test("is removed without ours, its data included", async () => {
    const stopped = await npm(projectDir, "stop", "--stack", neighbour, "--volumes");
    expect(stopped.code, stopped.all).toBe(0);
    expect(await ours()).toEqual(before);
    const left = await succeed("docker", ["ps", "-aq", "--filter", `name=${containerName("")}2-`]);
    expect(left.stdout).toBe("");
  });
});

describe("another checkout with a stack of our name", () => {
  let checkout: string;
  beforeAll(async () => {
    checkout = join(await mkdtemp(join(tmpdir(), "checkout-")), "project");
    const left = new Set(["node_modules", ".local", ".git"]);
    await cp(projectDir, checkout, { recursive: true, filter: (file) => !left.has(basename(file)) });
    await symlink(join(projectDir, "node_modules"), join(checkout, "node_modules"));
  });
  afterAll(() => rm(join(checkout, ".."), { recursive: true, force: true }));

  test("may not start it, and is told where it belongs", async () => {
    const started = await npm(checkout, "start", "--stack", stack, "--deploy", "compose");
    expect(started.code, started.all).toBe(1);
    expect(started.all).toContain(
      `of stack ${stack} belongs to the checkout in ${projectDir}: start another stack here`,
    );
    expect(await ours()).toEqual(before);
  });

  test("removes nothing of it, data neither", async () => {
    const stopped = await npm(checkout, "stop", "--stack", stack, "--volumes");
    expect(stopped.code, stopped.all).toBe(0);
    expect(stopped.all).toContain("left as they are, since they belong to another checkout");
    expect(await ours()).toEqual(before);
  });
});
