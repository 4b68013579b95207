import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freeSubnet } from "../../swarm/engines.ts";
import { enginesIn, type Names, namesOf } from "../../swarm/names.ts";
import { remainsOf, removeRemains } from "../../swarm/remains.ts";

describe("names of a checkout", () => {
  const names = namesOf("1a2b3c4d5e6f");

  test("are as short as Linux wants those of a network", () => {
    expect([names.bridge, names.link(3), names.namespace(3)]).toEqual(["swt1a2b3c", "swv1a2b3c-3", "swt1a2b3c-3"]);
    expect(names.link(99).length).toBeLessThanOrEqual(15);
  });

  test("are found among others, another checkout's left out", () => {
    const list = "swt1a2b3c-2 (id: 4)\nswt1a2b3c-10\nswt1a2b3d-1\nswt1a2b3c\n7: swv1a2b3c-3@if2: <UP>";
    expect(enginesIn(list, names.namespace)).toEqual([2, 10]);
    expect(enginesIn(list, names.link)).toEqual([3]);
  });

  test("lead to addresses that nobody has", () => {
    expect(freeSubnet(names.third, "inet 10.78.26.254/24 inet 10.78.2.1/24")).toBe("10.78.27");
    expect(freeSubnet(255, "inet 10.78.255.254/24")).toBe("10.78.0");
  });
});

/** Root of a Linux where network namespaces can be made. */
function canMakeNamespaces(): boolean {
  const probe = `swt${randomBytes(3).toString("hex")}`;
  try {
    execFileSync("ip", ["netns", "add", probe], { stdio: "ignore" });
    execFileSync("ip", ["netns", "del", probe], { stdio: "ignore" });
    execFileSync("iptables", ["-w", "10", "-S", "FORWARD"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!canMakeNamespaces())("a run that is ended from outside", { timeout: 60_000 }, () => {
  let id: string;
  let names: Names;
  let folder: string;
  beforeEach(() => {
    id = randomBytes(3).toString("hex");
    names = namesOf(id);
    folder = mkdtempSync(join(tmpdir(), "swarm-lock-"));
  });
  afterEach(async () => {
    await removeRemains(names);
    rmSync(folder, { recursive: true, force: true });
  });

  /** A run that has made its network, and what it says. */
  async function begun(through: readonly string[] = []) {
    const trial = [process.execPath, join(import.meta.dirname, "trial.ts"), id, join(folder, "lock")];
    const [program = "", ...args] = [...through, ...trial];
    const child = spawn(program, args);
    const said: string[] = [];
    const ended = once(child, "exit");
    for await (const chunk of child.stdout) {
      said.push(String(chunk));
      if (said.join("").includes("made\n")) break;
    }
    return { child, said, ended };
  }

  const rules = () => execFileSync("iptables", ["-w", "10", "-S", "FORWARD"], { encoding: "utf8" });

  test.each(["SIGTERM", "SIGINT"] as const)(
    "by %s leaves nothing, and what another checkout has alone",
    async (signal) => {
      const neighbour = namesOf(randomBytes(3).toString("hex")).namespace(1);
      execFileSync("ip", ["netns", "add", neighbour]);
      try {
        const { child, ended } = await begun();
        expect(remainsOf(names)).toHaveLength(3);
        expect(rules()).toContain(names.bridge);
        child.kill(signal);
        await ended;
        expect(remainsOf(names)).toEqual([]);
        expect(rules()).not.toContain(names.bridge);
        expect(execFileSync("ip", ["netns", "list"], { encoding: "utf8" })).toContain(neighbour);
      } finally {
        execFileSync("ip", ["netns", "del", neighbour]);
      }
    },
  );

  test("by the end of what started it, as npm ends, leaves nothing", async () => {
    const { child } = await begun(["sh", "-c", '"$@" & wait', "npm"]);
    expect(remainsOf(names)).toHaveLength(3);
    child.kill("SIGKILL");
    await expect.poll(() => remainsOf(names), { timeout: 20_000 }).toEqual([]);
  });

  test("by SIGKILL is cleared by the next one, which says so", async () => {
    const first = await begun();
    first.child.kill("SIGKILL");
    await first.ended;
    expect(remainsOf(names)).toHaveLength(3);
    const { child, said, ended } = await begun();
    expect(said.join("")).toContain(`an earlier run left, and is removed: engine 1 (namespace ${names.namespace(1)})`);
    child.kill("SIGTERM");
    await ended;
    expect(remainsOf(names)).toEqual([]);
  });

  test("is not cleared by another one while it runs", async () => {
    const { child, ended } = await begun();
    const second = spawn(process.execPath, [join(import.meta.dirname, "trial.ts"), id, join(folder, "lock")]);
    const [sentence] = await once(second.stderr, "data");
    expect(String(sentence)).toMatch(/npm run test:swarm is already running/);
    expect(remainsOf(names)).toHaveLength(3);
    child.kill("SIGTERM");
    await ended;
    expect(remainsOf(names)).toEqual([]);
  });
});
