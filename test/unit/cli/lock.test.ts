import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { takeLock } from "../../../cli/lock.ts";
import { isRunning, startOf } from "../../../cli/process.ts";

let file = "";
beforeEach(() => {
  file = path.join(mkdtempSync(path.join(os.tmpdir(), "lock-test-")), "lock");
});
afterEach(() => rmSync(path.dirname(file), { recursive: true, force: true }));

describe("one command at a time on a stack", () => {
  test("a second one is refused while the first runs, and may go on after it", async () => {
    const release = await takeLock(file, "npm start");
    await expect(takeLock(file, "npm stop")).rejects.toThrow(
      `npm start is already running on this stack (process ${process.pid}): wait for it or stop it with "kill ${process.pid}".`,
    );
    release();
    expect(existsSync(file)).toBe(false);
    (await takeLock(file, "npm stop"))();
  });

  test("a killed holder has lost its lock", async () => {
    const gone = spawnSync("true").pid;
    writeFileSync(file, JSON.stringify({ pid: gone, started: "1", what: "npm start" }));
    const release = await takeLock(file, "npm start");
    expect(readFileSync(file, "utf8")).toContain(`"pid":${process.pid},"started":"${startOf(process.pid)}"`);
    release();
  });

  test("of four that find the same dead lock at the same moment one has it, in each of 100 tries", async () => {
    const gone = spawnSync("true").pid;
    const dead = JSON.stringify({ pid: gone, started: "1", what: "npm start" });
    const locks = Array.from({ length: 100 }, (_, index) => `${file}-${index}`);
    for (const lock of locks) writeFileSync(lock, dead);
    const contender = `import { takeLock } from "${url("lock")}";
      const { locks, from } = JSON.parse(process.argv[1]);
      const taken = [];
      for (const [index, lock] of locks.entries()) {
        while (Date.now() < from + index * 10);
        await takeLock(lock, "npm stop").then(() => taken.push(lock), (error) => { if (!/already running/.test(error.message)) throw error; });
      }
      console.log(JSON.stringify(taken));
      process.stdin.resume();`;
    const from = Date.now() + 2000;
    const contenders = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ["--input-type=module", "-e", contender, JSON.stringify({ locks, from })]),
    );
    // each lives until all have tried: who has ended holds nothing
    const taken = await Promise.all(
      contenders.map(async ({ stdout }) => JSON.parse(String(await new Promise((done) => stdout.once("data", done))))),
    );
    await Promise.all(contenders.map((each) => new Promise((done) => each.once("close", done).stdin.end())));
    expect(taken.flat().sort()).toEqual([...locks].sort());
    expect(readdirSync(path.dirname(file)).sort()).toEqual(locks.map((lock) => path.basename(lock)).sort());
  });

  test("another process that got the same id is not the holder", async () => {
    writeFileSync(file, JSON.stringify({ pid: process.pid, started: `${startOf(process.pid)}0`, what: "npm start" }));
    const release = await takeLock(file, "npm start");
    expect(readFileSync(file, "utf8")).toContain(`"pid":${process.pid},"started":"${startOf(process.pid)}"`);
    release();
  });

  test("a half-written lock is nobody's", async () => {
    writeFileSync(file, '{"pid":');
    const release = await takeLock(file, "npm start");
    expect(readFileSync(file, "utf8")).toContain(`"pid":${process.pid},"started":"${startOf(process.pid)}"`);
    release();
  });

  test("a second one that may wait goes on when the first lets go", async () => {
    const release = await takeLock(file, "npm start");
    setTimeout(release, 300);
    const begun = Date.now();
    (await takeLock(file, "npm stop", 10_000))();
    expect(Date.now() - begun).toBeGreaterThanOrEqual(250);
  });

  test("what a killed holder had started is ended, with its children", async () => {
    const lock = `import { takeLock } from "${url("lock")}"; import { run } from "${url("process")}";`;
    const work = `await takeLock(${JSON.stringify(file)}, "npm start"); run("sh", ["-c", "sleep 300 & wait"]); console.log("up");`;
    const holder = spawn(process.execPath, [
      "--input-type=module",
      "-e",
      `${lock} ${work}; await new Promise((r) => setTimeout(r, 1e6))`,
    ]);
    await new Promise((resolve) => holder.stdout.once("data", resolve));
    const { pid, started } = JSON.parse(readFileSync(`${file}.children`, "utf8"));
    holder.kill("SIGKILL");
    await new Promise((resolve) => holder.once("close", resolve).stdout.destroy());
    expect(isRunning(pid, started)).toBe(true);
    (await takeLock(file, "npm start"))();
    expect(isRunning(pid, started)).toBe(false);
  });
});

const url = (name: string) => new URL(`../../../cli/${name}.ts`, import.meta.url).href;
