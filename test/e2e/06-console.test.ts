import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConsoleStack } from "../../dashboards/render/console/stack.ts";
import { findChromium } from "./support/chromium.ts";
import { launch, overflow, settled, tabbed, visit } from "./support/console.ts";
import { sql, startContainers, stopContainers } from "./support/docker.ts";
import { lightTraffic } from "./support/light-traffic.ts";
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
  let published: Readonly<Record<string, string>>;

  beforeAll(async () => {
    browser = await launch(executable ?? "");
    links = await stackLinks();
    address = links.console ?? "";
    // requests fail without Redis, and messages wait for who does not consume them
    await stopContainers("redis", "notification");
    ({ published } = await stackOutputs());
    for (let game = 0; game < GAMES; game += 1) {
      await fetch(`${published.frontend}/api/games`, {
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

  test("every address that npm start prints opens its page, without a complaint of the browser", async () => {
    expect(Object.keys(links)).toEqual(expect.arrayContaining(["console", "logs", "metrics", "traces", "frontend"]));
    for (const [name, url] of Object.entries(links)) {
      const { page, complaints, close } = await visit(browser, url, 1280);
      const ours = url.startsWith(address);
      if (ours) await settled(page);
      expect((await page.request.get(url)).status(), name).toBe(200);
      expect(await page.title(), name).toMatch(/\w{4}/);
      const text = await page.evaluate<string>("document.body.innerText");
      expect(text.length, name).toBeGreaterThan(20);
      expect(text, name).not.toMatch(/^\W*(\d{3}|error|not found|cannot|<!|\{)/i);
      // Pages of published images, such as Grafana's, are their projects' own.
      const made = ours || Object.keys(published).includes(name);
      if (made) expect((await page.locator("h1").first().textContent()) ?? "", name).toMatch(/\S/);
      if (made) expect(complaints, name).toEqual([]);
      expect(await page.locator(".state.failed").allInnerTexts(), name).toEqual([]);
      await close();
    }
  });

  describe.each([1280, 390])("%i pixels wide", (width) => {
    test("leads to the failed request of the last five minutes, its SQL and its logs", async () => {
      const { page, close } = await visit(browser, `${address}/traces`, width);
      await page.locator(".toolbar label", { hasText: /^Time/ }).locator("select").selectOption("5m");
      await page.getByLabel("Failed only").check();
      // nginx begins the trace, by the name of its location
      await page.locator(".traces a", { hasText: "POST /api/" }).first().click();
      await page.getByRole("heading", { name: "frontend: POST /api/" }).waitFor();
      expect(await page.locator(".span", { hasText: "POST /api/games" }).count()).toBeGreaterThan(0);
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

    test("is worked by the keyboard alone: everything in its order, with a frame around it", async () => {
      const { page, close } = await visit(browser, `${address}/logs`, width);
      await settled(page);
      const views = ["Boards", "Traces", "Logs", "Metrics", "Map", "Alerts", "Proof"];
      const others = Object.keys(await othersOf(address)).map((name) => `${name} ↗`);
      const tools = ["Time", "Refresh", "Refresh now", "Environment", "Service", "Colours"];
      const form = ["Text", "Severity", "Trace id", "Search", "Follow live"];
      const expected = ["Skip to the content", "Game Scheduler", ...views, ...others, ...tools, ...form];
      const focused = await tabbed(page, expected.length);
      // how many alerts fire stands beside the view's name
      expect(focused.map(({ text }) => text.replace(/^Alerts\d+$/, "Alerts"))).toEqual(expected);
      expect(focused.filter(({ seen }) => !seen)).toEqual([]);
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

  test("follows the logs live: new records appear by themselves, and stand still while it is paused", async () => {
    const { page, complaints, close } = await visit(browser, `${address}/logs?live=1`, 390);
    await page.getByText("Live", { exact: true }).waitFor();
    const created = page.locator(".rows li", { hasText: "game created" });
    const stop = lightTraffic(published.frontend ?? "", "Console");
    try {
      await created.first().waitFor();
      await page.getByRole("button", { name: "Pause" }).click();
      const before = await page.locator(".rows li").allInnerTexts();
      await page.getByText(/^[1-9]\d* newer records wait$/).waitFor();
      expect(await page.locator(".rows li").allInnerTexts()).toEqual(before);
      await page.getByRole("button", { name: "Go on" }).click();
      await page.getByText("Live", { exact: true }).waitFor();
      expect(await page.locator(".rows li").count()).toBeGreaterThan(before.length);
      expect(await overflow(page)).toBe(0);
      expect(complaints).toEqual([]);
    } finally {
      await stop();
      await close();
    }
  });

  test.each([
    ["jaeger", "/traces", ".traces li"],
    ["victorialogs", "/logs", ".rows li"],
  ])("says in a sentence that %s is stopped, and shows %s again once it is started", async (store, path, row) => {
    const { page, close } = await visit(browser, `${address}${path}?range=1h&refresh=5s`, 1280);
    await page.locator(row).first().waitFor();
    await stopContainers(store);
    try {
      await page.getByText(`${store} does not answer: it is stopped or still starting.`).first().waitFor();
      expect(await page.locator(row).count()).toBe(0);
    } finally {
      await startContainers(store);
    }
    await page.locator(row).first().waitFor({ timeout: 60_000 });
    expect(await page.locator(".state.failed").allInnerTexts()).toEqual([]);
    await close();
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

/** Pages that the console links to, by name. */
async function othersOf(address: string): Promise<ConsoleStack["links"]> {
  const answer = await fetch(`${address}/stack.json`);
  return ((await answer.json()) as ConsoleStack).links;
}

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
