import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { until } from "../../../cli/time.ts";

// Ctrl-C cannot be taken back: each test has modules of its own, and so has whatever test file comes next in this process.
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "interrupted-"));
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env.PATH}`);
  vi.resetModules();
});
afterEach(() => {
  vi.resetModules();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** A command on PATH that writes down what it is asked, and then does the rest of the script. */
function command(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\necho "$*" >>${folder}/calls\n${script}\n`, { mode: 0o755 });
}

const calls = (): readonly string[] =>
  existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8").trim().split("\n") : [];

const called = (what: string): Promise<true | undefined> =>
  until(async () => (calls().some((call) => call.startsWith(what)) ? (true as const) : undefined), {
    timeoutMs: 4000,
    everyMs: 20,
  });

describe("Ctrl-C ends at once", () => {
  test("the opening of a connection by ssh, which is not tried again", async () => {
    command("ssh", "exec sleep 60");
    const { interrupt } = await import("../../../cli/process.ts");
    const { openConnection } = await import("../../../cli/ssh-connection.ts");
    const opening = openConnection("ssh://deploy@games.example", folder).catch((error: Error) => error.name);
    await called("-o");
    interrupt();
    expect(await opening).toBe("Interrupted");
    expect(calls()).toHaveLength(1);
  });

  test("the waiting for a lock, whose holder is named", async () => {
    const { interrupt, startOf } = await import("../../../cli/process.ts");
    const { takeLock } = await import("../../../cli/lock.ts");
    const file = join(folder, "lock");
    const holder = { pid: process.pid, started: startOf(process.pid), what: "npm start" };
    writeFileSync(file, JSON.stringify(holder));
    const waiting = takeLock(file, "npm stop", 60_000);
    interrupt();
    await expect(waiting).rejects.toThrow(
      `Interrupted while waiting for npm start (process ${process.pid}): nothing was changed.`,
    );
  });

  test("the waiting for the marks of a release, whose job does not stay in the swarm", async () => {
    const spec = JSON.stringify({ ContainerSpec: { Image: "shop/api:1" } });
    command("docker", `case "$2" in inspect) echo '${spec}';; ps) echo Running;; esac`);
    const { interrupt } = await import("../../../cli/process.ts");
    const { localFolder } = await import("../../../cli/paths.ts");
    const { sendInSwarm } = await import("../../../guard/marker-job.ts");
    const stack = `interrupted-${process.pid}`;
    mkdirSync(localFolder(stack), { recursive: true });
    try {
      const sending = sendInSwarm(stack, "", "[]");
      await called("service ps");
      interrupt();
      expect(await sending).toBe("It was interrupted.");
    } finally {
      rmSync(localFolder(stack), { recursive: true, force: true });
    }
    const [, name = ""] = /--name (\S+)/.exec(calls().join("\n")) ?? [];
    expect(name).toMatch(/-marks-[0-9a-f]{8}$/);
    expect(calls().at(-1)).toBe(`service rm ${name}`);
  });
});
