import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "interrupted-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A command on PATH that writes down what it is asked, and then does the rest of the script. */
function command(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\necho "$*" >>${folder}/calls\n${script}\n`, { mode: 0o755 });
}

const calls = (): readonly string[] => {
  const file = join(folder, "calls");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
};

const PRELUDE = `
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { EventEmitter } from "node:events";
import { interrupt, startOf } from "./cli/process.ts";
import { localFolder } from "./cli/paths.ts";
import { openConnection } from "./cli/ssh-connection.ts";
import { takeLock } from "./cli/lock.ts";
import { sendInSwarm } from "./guard/marker-job.ts";
import { recordProgram } from "./offline/engine.ts";
const folder = process.env.FOLDER;
const called = async (what) => {
  const has = () => existsSync(folder + "/calls") && readFileSync(folder + "/calls", "utf8").includes(what);
  while (!has()) await new Promise((resolve) => setTimeout(resolve, 20));
};
const outcome = (work) => work.then((value) => value, (error) => error.name + ": " + error.message);
`;

/** What a program prints that imports the above: Ctrl-C cannot be taken back, so each has a process of its own, which waits for 20 s at most. */
async function printed(program: string): Promise<string> {
  const env = { ...process.env, FOLDER: folder, PATH: `${folder}${delimiter}${process.env.PATH}` };
  const args = ["--input-type=module-typescript", "-e", `${PRELUDE}\n${program}\nprocess.exit(0);`];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 20_000,
  });
  return (await text(child.stdout)).trim();
}

describe("Ctrl-C ends at once", () => {
  test("the opening of a connection by ssh, which is not tried again", async () => {
    command("ssh", "exec sleep 60");
    const said = await printed(`
      const opening = outcome(openConnection("ssh://deploy@games.example", folder));
      await called("-o");
      interrupt();
      console.log(await opening);`);
    expect(said).toBe("Interrupted:");
    expect(calls()).toHaveLength(1);
  });

  test("the waiting for a lock, whose holder is named", async () => {
    const said = await printed(`
      writeFileSync(folder + "/lock", JSON.stringify({ pid: process.pid, started: startOf(process.pid), what: "npm start" }));
      const waiting = outcome(takeLock(folder + "/lock", "npm stop", 60_000));
      interrupt();
      console.log(await waiting);`);
    expect(said).toMatch(
      /^Interrupted: Interrupted while waiting for npm start \(process \d+\): nothing was changed\.$/,
    );
  });

  test("the waiting for the marks of a release, whose job does not stay in the swarm", async () => {
    const spec = JSON.stringify({ ContainerSpec: { Image: "shop/api:1" } });
    command("docker", `case "$2" in inspect) echo '${spec}';; ps) echo Running;; esac`);
    const said = await printed(`
      const stack = "interrupted-" + process.pid;
      const sending = outcome(sendInSwarm(stack, "", "[]"));
      await called("service ps");
      interrupt();
      console.log(await sending);
      rmSync(localFolder(stack), { recursive: true });`);
    expect(said).toBe("It was interrupted.");
    const [, name = ""] = /--name (\S+)/.exec(calls().join("\n")) ?? [];
    expect(name).toMatch(/-marks-[0-9a-f]{8}$/);
    expect(calls().at(-1)).toBe(`service rm ${name}`);
  });

  test("a program that is recorded, and is no fault of the program's", async () => {
    const said = await printed(`
      const kill = (signal) => { console.log(signal); return program.emit("close", null); };
      const program = Object.assign(new EventEmitter(), { stdout: null, stderr: null, kill });
      const projectDir = "test/support/fixtures/program";
      const recording = outcome(recordProgram({ projectDir, stack: "dev", launch: () => program, timeoutMs: 60_000 }));
      interrupt();
      console.log(await recording);`);
    expect(said).toBe("SIGKILL\nInterrupted: The recording of the program was interrupted.");
  });

  test("a command that only asks, such as npm run verify, with code 130", async () => {
    command("docker", "exit 1");
    const asked = Promise.withResolvers<void>();
    const silent = createServer(() => asked.resolve());
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const query = [{ kind: "jaeger", jaeger: url, prometheus: url, victorialogs: url }];
    const services = [{ name: "api", kind: "python", work: "requests", calls: [] }];
    writeFileSync(join(folder, "outputs.json"), JSON.stringify({ query, services, sources: [], published: {} }));
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
    const args = [join(root, "verify/cli.ts"), "--outputs", join(folder, "outputs.json")];
    const child = spawn(process.execPath, args, {
      cwd: root,
      env,
      stdio: ["ignore", "ignore", "pipe"],
      timeout: 20_000,
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    const said = text(child.stderr);
    await Promise.race([asked.promise, ended]);
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(await said).toBe("npm run verify was interrupted.\n");
    silent.close();
    silent.closeAllConnections();
  });
});
