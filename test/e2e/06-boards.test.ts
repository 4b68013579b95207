import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "./support/chromium.ts";
import { launch, overflow, visit } from "./support/console.ts";
import { sql } from "./support/docker.ts";
import { lightTraffic } from "./support/light-traffic.ts";
import { type Outcome, run, untilSuccess } from "./support/run.ts";
import { localDir, npmVerify, stack, stackOutputs } from "./support/stack.ts";

const page = join(localDir, "boards-e2e.html");
const chromium = findChromium();
if (chromium === undefined) console.log("skipped: the page of boards in a browser: no Chromium on PATH");

describe("the boards of a stack in use", () => {
  let checked: Outcome;
  let lacking: readonly { readonly state: string; readonly panel: string; readonly reason: string }[];

  beforeAll(async () => {
    const { frontend } = await stackOutputs();
    const stopTraffic = lightTraffic(frontend, "Boards");
    try {
      await npmVerify("--drive", "--timeout", "240");
      // two reports of every source while there is traffic: a rate needs both
      await sleep(60_000);
      const flags = ["--silent", "--", "--stack", stack, "--minutes", "15", "--out", page, "--check"];
      checked = await untilSuccess(() => run("npm", ["run", "boards", ...flags]), 4);
    } finally {
      await stopTraffic();
    }
    console.log(checked.stdout);
    lacking = [...checked.stdout.matchAll(/^ {2}(empty|failed): ([^:]+: .*?)(?: \((.*)\))?$/gm)].map(
      ([, state = "", panel = "", reason = ""]) => ({ state, panel, reason }),
    );
  });
  afterAll(async () => {
    await sql("DELETE FROM games WHERE title LIKE 'Boards %'");
  });

  test("have data in every panel, but for those that are empty because all is well", () => {
    expect(lacking.filter(({ reason }) => reason === "")).toEqual([]);
    expect(lacking.filter(({ state }) => state === "failed")).toEqual([]);
    expect(checked.code, checked.all).toBe(0);
  });

  test("have at most one panel in twelve that is empty", () => {
    const [, boards = "0", panels = "0"] = /: (\d+) boards, (\d+) panels/.exec(checked.stdout) ?? [];
    expect(Number(boards)).toBe(14);
    expect(Number(panels)).toBeGreaterThan(150);
    expect(lacking.length / Number(panels)).toBeLessThanOrEqual(1 / 12);
  });

  test.skipIf(chromium === undefined).each([1280, 390])(
    "are one page that needs nothing else, %i pixels wide",
    async (width) => {
      const browser = await launch(chromium ?? "");
      try {
        const { page: opened, complaints } = await visit(browser, `file://${page}`, width);
        expect(await opened.title()).toBe("Game Scheduler boards: e2e");
        expect(await opened.locator("h2").count()).toBe(14);
        expect(await opened.locator(".panel").count()).toBeGreaterThan(150);
        expect(await overflow(opened)).toBe(0);
        expect(complaints).toEqual([]);
        await opened.screenshot({ path: join(localDir, `boards-${width}.png`) });
      } finally {
        await browser.close();
      }
    },
  );
});
