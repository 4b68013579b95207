import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "./support/chromium.ts";
import { launch, overflow, settled, visit } from "./support/console.ts";
import { sql, startContainers, stopContainers } from "./support/docker.ts";
import { localDir, stackLinks, stackOutputs } from "./support/stack.ts";

const executable = findChromium();
if (executable === undefined) console.log("skipped: the console in a browser: no Chromium on PATH");

const GAMES = 6;
/** Of the rule about an unreachable Redis, with what scraping and judging take. */
const FIRES_WITHIN = 8 * 60_000;

describe.skipIf(executable === undefined)("the console in a browser", () => {
  let browser: Browser;
  let links: Readonly<Record<string, string>>;
  let address: string;

  beforeAll(async () => {
    browser = await launch(executable ?? "");
    links = await stackLinks();
    address = links.console ?? "";
    // requests fail without Redis, and messages wait for who does not consume them
    await stopContainers("redis", "notification");
    const { frontend } = await stackOutputs();
    for (let game = 0; game < GAMES; game += 1) {
      await fetch(`${frontend}/api/games`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ title: `Console ${game}`, starts_at: "2030-01-01T10:00:00Z", max_players: 4 }),
        signal: AbortSignal.timeout(30_000),
      }).catch(() => undefined);
    }
    // telemetry is on its way for some seconds, and queues are read every quarter of a minute
    await sleep(40_000);
  });
  afterAll(async () => {
    await startContainers("redis", "notification");
    await sql("DELETE FROM games WHERE title LIKE 'Console %'");
    await browser?.close();
  });

  const shot = (page: Page, name: string, width: number) =>
    page.screenshot({ path: join(localDir, `console-${name}-${width}.png`), fullPage: false });

  test("opens every link that the program prints, without a complaint of the browser", async () => {
    // pages of published images are their projects' own
    const ours = Object.entries(links).filter(([, url]) => url.startsWith(address));
    expect(ours.map(([name]) => name).sort()).toEqual(["console", "logs", "metrics", "traces"]);
    for (const [name, url] of ours) {
      const { page, complaints, close } = await visit(browser, url, 1280);
      await settled(page);
      expect((await page.locator("h1").first().textContent()) ?? "", name).toMatch(/\S/);
      expect(await page.locator(".state.failed").allInnerTexts(), name).toEqual([]);
      expect(complaints, name).toEqual([]);
      await close();
    }
  });

  describe.each([1280, 390])("%i pixels wide", (width) => {
    test("leads to the failed request of the last five minutes, its SQL and its logs", async () => {
      const { page, close } = await visit(browser, `${address}/traces`, width);
      await page.locator(".toolbar label", { hasText: /^Time/ }).locator("select").selectOption("5m");
      await page.getByLabel("Failed only").check();
      await page.locator(".traces a", { hasText: "POST /api/games" }).first().click();
      await page.getByRole("heading", { name: "POST /api/games" }).waitFor();
      expect(await page.locator(".span.failed").count()).toBeGreaterThan(0);
      await shot(page, "trace", width);
      await page.getByRole("tab", { name: /^SQL/ }).click();
      expect(await page.locator(".statements pre").allInnerTexts()).toContainEqual(
        expect.stringMatching(/^INSERT INTO games/),
      );
      await page.getByRole("tab", { name: "Logs" }).click();
      await page.locator(".rows li", { hasText: "game created" }).waitFor();
      expect(await overflow(page)).toBe(0);
      await close();
    });

    test("shows which queue grows", async () => {
      const { page, close } = await visit(browser, `${address}/boards/rabbitmq?range=5m`, width);
      await page.getByRole("heading", { name: "Waiting messages" }).scrollIntoViewIfNeeded();
      const chart = page.getByRole("img", { name: /^Waiting messages:/ }).first();
      expect(await chart.getAttribute("aria-label")).toMatch(/notification\S* now [1-9]/);
      await shot(page, "queue", width);
      expect(await overflow(page)).toBe(0);
      await close();
    });

    test("is worked by the keyboard alone: from the first key to another board", async () => {
      const { page, close } = await visit(browser, `${address}/boards`, width);
      await settled(page);
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
      await page.getByRole("link", { name: "Traces", exact: true }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Traces" }).waitFor();
      expect(new URL(page.url()).pathname).toBe("/traces");
      await close();
    });
  });

  test("completes names of metrics while a query is typed, and draws it", async () => {
    const { page, close } = await visit(browser, `${address}/metrics`, 1280);
    await page.locator(".cm-content").click();
    await page.keyboard.type("traces_span_metrics_calls_t", { delay: 40 });
    await page.locator(".cm-tooltip-autocomplete li", { hasText: "traces_span_metrics_calls_total" }).first().waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.type("otal");
    await page.getByRole("button", { name: "Run" }).click();
    await page
      .getByRole("cell", { name: /traces_span_metrics_calls_total\{/ })
      .first()
      .waitFor();
    await close();
  });

  test("says in a sentence that a store is stopped", async () => {
    await stopContainers("jaeger");
    try {
      const { page, close } = await visit(browser, `${address}/traces`, 1280);
      await page.getByText("jaeger does not answer: it is stopped or still starting.").first().waitFor();
      await close();
    } finally {
      await startContainers("jaeger");
    }
  });

  test("shows the alert about Redis, dark as the system is, with its runbook", async () => {
    const { page, close } = await visit(browser, `${address}/alerts?refresh=5s`, 390, true);
    const alert = page.locator(".alert.firing", { hasText: "Redis" }).first();
    await alert.waitFor({ timeout: FIRES_WITHIN });
    await alert.getByRole("link", { name: "Read the runbook" }).click();
    await page.locator(".runbook").getByRole("heading", { name: "Look first" }).waitFor();
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    expect(await overflow(page)).toBe(0);
    await shot(page, "alert", 390);
    await close();
  });
});

test.each([
  ["POST", "/api/prometheus/api/v1/query"],
  ["POST", "/api/prometheus/api/v1/admin/tsdb/delete_series"],
  ["GET", "/api/prometheus/api/v1/status/config"],
  ["DELETE", "/api/alertmanager/api/v2/silence/1"],
  ["POST", "/api/victorialogs/insert/jsonline"],
])("the console passes no %s %s on", async (method, path) => {
  const { console: address } = await stackLinks();
  expect((await fetch(`${address}${path}`, { method })).status).toBe(403);
});
