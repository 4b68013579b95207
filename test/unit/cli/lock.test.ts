import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { takeLock } from "../../../cli/lock.ts";
import { startOf } from "../../../cli/process.ts";

let file = "";
beforeEach(() => {
  file = path.join(mkdtempSync(path.join(os.tmpdir(), "lock-test-")), "lock");
});
afterEach(() => rmSync(path.dirname(file), { recursive: true, force: true }));

describe("one command at a time on a stack", () => {
  test("a second one is refused while the first runs, and may go on after it", () => {
    const release = takeLock(file, "npm start");
    expect(() => takeLock(file, "npm stop")).toThrow(
      `npm start is already running on this stack (process ${process.pid}): wait for it or stop it with "kill ${process.pid}".`,
    );
    release();
    expect(existsSync(file)).toBe(false);
    takeLock(file, "npm stop")();
  });

  test("a killed holder has lost its lock", () => {
    const gone = spawnSync("true").pid;
    writeFileSync(file, JSON.stringify({ pid: gone, started: "1", what: "npm start" }));
    expect(takeLock(file, "npm start")).toBeTypeOf("function");
  });

  test("another process that got the same id is not the holder", () => {
    writeFileSync(file, JSON.stringify({ pid: process.pid, started: `${startOf(process.pid)}0`, what: "npm start" }));
    expect(takeLock(file, "npm start")).toBeTypeOf("function");
  });

  test("a half-written lock is nobody's", () => {
    writeFileSync(file, '{"pid":');
    expect(takeLock(file, "npm start")).toBeTypeOf("function");
  });
});
