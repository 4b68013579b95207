import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "./support/cli.ts";
import { exampleSystem } from "./support/example-stack.ts";
import { type FakeBackend, fakeJaegerBackend } from "./support/fake-backend.ts";
import { recorded, since } from "./support/recordings.ts";

let dir: string;
let backend: FakeBackend;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "verify-"));
  backend = await fakeJaegerBackend(recorded);
  await writeFile(
    join(dir, "outputs.json"),
    JSON.stringify({ query: [backend.query], ...exampleSystem, drive: "example/drive.ts" }),
  );
});
afterAll(async () => {
  await backend.close();
  await rm(dir, { recursive: true });
});

const verify = (...args: readonly string[]) => runCli("verify/cli.ts", args, dir, { PATH: "/nowhere" });

/** Hours back to before the recorded run. */
const window = `${Math.ceil((Date.now() - since.getTime()) / 3_600_000) + 1}h`;

describe("npm run verify", () => {
  test("exits 0 and prints the matrix without colours when all is proven", async () => {
    const { code, stdout, stderr } = await verify("--outputs", "outputs.json", "--since", window, "--timeout", "0");
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}api +yes .* s +yes .* s +yes .* s$/m);
    expect(stdout).toMatch(/^Complete: 55 of 56 proven\.\n\nOf Jaeger at .*: no ledger\. .* fewer than two scrapes/m);
    expect(stdout).not.toContain("\u001b[");
  });

  test("exits 1 and names what is missing, also as JSON", async () => {
    const args = ["--outputs", "outputs.json", "--since", "0s", "--timeout", "0", "--json"];
    const { code, stdout, stderr } = await verify(...args);
    expect(code).toBe(1);
    expect(stderr).toBe(
      "Nothing was used by this command: what is missing may only have had no occasion. To use the application meanwhile: npm run verify -- --drive\n",
    );
    const report = JSON.parse(stdout);
    expect(report.complete).toBe(false);
    expect(report.backends[0].missing[0]).toMatch(/^api traces missing after 0 s: no span of it arrived since .*\.$/);
  });

  test("exits 2 with one sentence when no stack runs", async () => {
    const { code, stdout, stderr } = await verify("--stack", "swarm");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(
      "No running stack found (.local/swarm/outputs.json cannot be read): run npm start -- --stack swarm first, or name the file with --outputs.\n",
    );
  });

  test("exits 2 with one sentence for what it does not understand", async () => {
    expect(await verify("--since", "soon")).toEqual({
      code: 2,
      stdout: "",
      stderr: '--since is "soon", expected a duration such as 30s, 5m or 2h.\n',
    });
  });

  test("checks a stack without the example application for its own services, and says that it used nothing", async () => {
    await writeFile(
      join(dir, "own.json"),
      JSON.stringify({ query: [backend.query], services: [{ name: "api" }, { name: "worker" }] }),
    );
    const args = ["--outputs", "own.json", "--drive", "--since", window, "--timeout", "0"];
    const { code, stdout, stderr } = await verify(...args);
    expect(stderr).toBe(
      "This stack does not say how its application is used (config key drive): what its services sent lately is checked as it is.\n",
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ {2}api +yes .* yes .* yes .* s$/m);
    expect(stdout).toMatch(/^ {2}worker +MISSING +MISSING +MISSING$/m);
    expect(stdout).not.toContain("Edges");
    expect(stdout.split("\n").filter((line) => line.startsWith("MISSING"))).toHaveLength(3);
  });

  test("explains itself", async () => {
    const { code, stdout } = await verify("--help");
    expect(code).toBe(0);
    expect(stdout).toContain(
      "Exit code: 0 complete, 1 something is missing (named), 2 the command itself could not run.",
    );
  });
});
