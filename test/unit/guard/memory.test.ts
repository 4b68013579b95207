import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { lookAtContainers } from "../../../guard/look/containers.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "guard-memory-"));
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** An engine with one container of stack shop, in a state of health, that has these events of memory. */
function engine(health: string, events: string): void {
  const state = {
    Status: "running",
    ExitCode: 0,
    OOMKilled: false,
    StartedAt: "2026-11-30T10:00:00Z",
    Health: { Status: health },
  };
  const script = `#!/bin/sh
case "$1" in
  ps) printf 'game-scheduler-otel-shop-api\\tgame-scheduler-otel\\tshop\\t\\t\\t\\n' ;;
  inspect) printf '/game-scheduler-otel-shop-api\\tabc\\t0\\tunless-stopped\\t%s\\n' '${JSON.stringify(state)}' ;;
  events) case "$*" in *"--filter event=oom --filter container=abc"*) printf '${events}' ;; *) exit 9 ;; esac ;;
esac
`;
  writeFileSync(join(folder, "docker"), script);
  chmodSync(join(folder, "docker"), 0o755);
}

const lacksMemory = async () => (await lookAtContainers("shop")).map(({ outOfMemory }) => outOfMemory);

test("a server that runs on without its workers lacks memory where the engine tells of processes ended for it", async () => {
  engine("unhealthy", "2026-11-30T10:00:05Z container oom abc\\n");
  expect(await lacksMemory()).toEqual([true]);
});

test("one that is unhealthy for another reason does not", async () => {
  engine("unhealthy", "");
  expect(await lacksMemory()).toEqual([false]);
});

test("one that is healthy does not, whatever was ended", async () => {
  engine("healthy", "2026-11-30T10:00:05Z container oom abc\\n");
  expect(await lacksMemory()).toEqual([false]);
});

test("an engine that lists containers and then does not describe them is not taken for one that runs none", async () => {
  engine("healthy", "");
  const script = readFileSync(join(folder, "docker"), "utf8");
  writeFileSync(join(folder, "docker"), script.replace(/inspect\) .*/, "inspect) echo 'too busy' >&2; exit 1 ;;"));
  await expect(lookAtContainers("shop")).rejects.toThrow("The engine does not say what runs: too busy.");
});
