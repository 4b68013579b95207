import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { activeAlerts, alertSource } from "../../verify/alerts.ts";
import { type Posted, type Receiver, startWebhook } from "../vendors/receivers.ts";
import { type AlertWatch, watchAlerts } from "./support/alerts.ts";
import { findChromium } from "./support/chromium.ts";
import { launch, visit } from "./support/console.ts";
import {
  dockerOther,
  hostAddress,
  lightOther,
  npmOther,
  otherAlertmanager,
  otherDir,
  otherLinks,
  otherOutputs,
  removeOther,
  startOther,
} from "./support/other-stack.ts";
import { type Outcome, untilSuccess } from "./support/run.ts";

/** How long its owner may be unaware that `worker` is gone, and how long after its return the last alert may last. */
const PAGES_WITHIN = 10;
const CLEARS_WITHIN = 18;

/** What a stopped worker is: nobody takes the queue's messages, and it sends nothing. Nothing else may fire. */
const OF_THE_WORKER = ["QueueWithoutConsumer", "QueueAge", "QueueBacklog", "SilenceWorker", "WorkerStopped"];

const chromium = findChromium();
if (chromium === undefined) console.log("skipped: a silenced alert in the console: no Chromium on PATH");

describe("another team's stack", () => {
  let started: Outcome;
  let webhook: Receiver<Posted>;
  beforeAll(async () => {
    const address = await hostAddress();
    webhook = await startWebhook(address);
    started = await startOther(`http://${address}:${webhook.port}/alerts`);
  });
  afterAll(async () => {
    await removeOther();
    await webhook?.close();
  });
  /** When an alert of that name was posted, in milliseconds since 1970. */
  const postedAt = (name: string): readonly number[] =>
    webhook.received.flatMap(({ body, at }) =>
      (body as { groupLabels: { alertname: string } }).groupLabels.alertname === name ? [at] : [],
    );

  test("is up and proven by npm start alone, with nothing of the example in it", () => {
    expect(started.code, started.all.slice(-4000)).toBe(0);
    expect(started.stdout).toContain("gateway -> RabbitMQ -> worker");
    const [proven = "", criteria = ""] = started.stdout.split("\nCriteria of complete telemetry\n");
    // stores that have nothing to say write no record
    const silent = [...proven.matchAll(/^ +(\S+) .*not seen/gm)].map(([, name]) => name);
    expect(silent.filter((name) => name !== "postgres" && name !== "rabbitmq")).toEqual([]);
    expect(criteria).not.toMatch(/not seen|missing/);
    expect(criteria).toMatch(/^Complete: \d+ of \d+ proven\.$/m);
    expect(proven).not.toMatch(/\b(discord|frontend|notification|Redis)\b/);
  });

  test("is quiet for three minutes of light traffic", async () => {
    const soaked = await npmOther("soak", "--minutes", "3");
    console.log(soaked.stdout);
    expect(soaked.code, soaked.all).toBe(0);
    expect(soaked.stdout).toMatch(/requests \(0 failed\)/);
  });

  test("has data in every panel of its boards, but for at most one in twenty that is empty when all is well", async () => {
    const stopTraffic = await lightOther();
    await sleep(30_000);
    const page = join(otherDir, "boards-e2e.html");
    const flags = ["--minutes", "15", "--out", page, "--check"];
    const checked = await untilSuccess(() => npmOther("boards", ...flags), 4);
    await stopTraffic();
    console.log(checked.stdout);
    const [, boards = "0", panels = "0"] = /: (\d+) boards, (\d+) panels/.exec(checked.stdout) ?? [];
    const empty = [...checked.stdout.matchAll(/^ {2}empty: /gm)].length;
    expect(checked.code, checked.all).toBe(0);
    expect(Number(boards)).toBeGreaterThanOrEqual(8);
    expect(Number(panels)).toBeGreaterThan(80);
    expect(empty / Number(panels)).toBeLessThanOrEqual(0.05);
  });

  test(`pages within ${PAGES_WITHIN} minutes when the worker is stopped, and clears after its start; nothing else fires`, async () => {
    const source = alertSource((await otherOutputs()).query);
    const watch: AlertWatch = watchAlerts(source);
    const stopTraffic = await lightOther();
    const stoppedAt = Date.now();
    await dockerOther("stop", "worker");
    let page: string | undefined;
    while (page === undefined && Date.now() < stoppedAt + PAGES_WITHIN * 60_000) {
      await sleep(3000);
      const active = await activeAlerts(source).catch(() => []);
      page = active.find(({ state, severity }) => state === "firing" && severity === "page")?.name;
    }
    const pagedAfter = Math.round((Date.now() - stoppedAt) / 1000);
    const notified = await within(60, () => postedAt(page ?? "").some((at) => at > stoppedAt));
    const shown = await shownWhenSilenced(page ?? "");
    await dockerOther("start", "worker");
    const startedAt = Date.now();
    // what became pending meanwhile may still come to fire: it is waited for as well
    await sleep(60_000);
    const left = await watch.untilCleared([...watch.stories.keys()], CLEARS_WITHIN);
    console.log(
      `${page} paged after ${pagedAfter} s; cleared ${Math.round((Date.now() - startedAt) / 1000)} s after the start`,
    );
    await stopTraffic();
    await watch.stop();
    console.table(Object.fromEntries(watch.stories));
    expect(page, "no page").toBeDefined();
    expect(notified, `${page} reached the webhook`).toBe(true);
    if (chromium !== undefined) expect(shown).toBe("Silenced in Alertmanager: nobody is notified.");
    expect(left).toEqual([]);
    expect([...watch.stories.keys()].filter((name) => !OF_THE_WORKER.includes(name))).toEqual([]);
  });

  test("posts the dead-man's switch to the webhook every minute, and nothing that the webhook refuses", () => {
    const beats = postedAt("Heartbeat");
    const gaps = beats.slice(1).map((at, i) => (at - (beats[i] ?? 0)) / 1000);
    expect(gaps.length).toBeGreaterThan(5);
    expect(Math.max(...gaps)).toBeLessThan(95);
    expect(webhook.refused).toEqual([]);
  });
});

async function within(seconds: number, done: () => boolean): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  while (!done() && Date.now() < deadline) await sleep(1000);
  return done();
}

/** Silences an alert in Alertmanager, as its page does, for a minute; what the console says of that alert. */
async function shownWhenSilenced(alertname: string): Promise<string | null | undefined> {
  if (chromium === undefined) return undefined;
  const silence = {
    matchers: [{ name: "alertname", value: alertname, isRegex: false, isEqual: true }],
    startsAt: new Date().toISOString(),
    endsAt: new Date(Date.now() + 60_000).toISOString(),
    createdBy: "test",
    comment: "seen",
  };
  const answer = await fetch(`${await otherAlertmanager()}/api/v2/silences`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(silence),
  });
  expect(answer.status).toBe(200);
  const browser = await launch(chromium);
  try {
    const { page } = await visit(browser, `${(await otherLinks()).console}/alerts?refresh=5s`, 1280);
    const said = page.locator(".alert.firing", { hasText: "Silenced" }).locator(".state");
    return await said.first().textContent({ timeout: 45_000 });
  } finally {
    await browser.close();
  }
}
