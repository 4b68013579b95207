import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { querierFor } from "../../verify/queriers/index.ts";
import type { Span } from "../../verify/query.ts";
import { findChromium } from "./support/chromium.ts";
import { launch } from "./support/console.ts";
import { sql } from "./support/docker.ts";
import { stackOutputs } from "./support/stack.ts";

const executable = findChromium();
if (executable === undefined) console.log("skipped: the example's page in a browser: no Chromium on PATH");

const ARRIVES_WITHIN = 60_000;
const VITALS = ["web vital CLS", "web vital FCP", "web vital INP", "web vital LCP", "web vital TTFB"];

describe.skipIf(executable === undefined)("the example's page in a browser", () => {
  let browser: Browser;
  let frontend: string;
  let records: (filter: string) => Promise<readonly Readonly<Record<string, string>>[]>;
  let spans: (of: string) => Promise<readonly Span[]>;
  const since = new Date();

  beforeAll(async () => {
    browser = await launch(executable ?? "");
    const outputs = await stackOutputs();
    frontend = outputs.frontend ?? "";
    const backend = outputs.query.find(({ kind }) => kind === "jaeger");
    if (backend?.kind !== "jaeger") throw new Error("This test asks the stores of backend jaeger.");
    const querier = querierFor(backend);
    spans = (service) => querier.traces({ service, since, limit: 500 });
    records = async (filter) => {
      const query = new URLSearchParams({ query: `"service.name":="frontend" ${filter}`, start: since.toISOString() });
      const answer = await fetch(`${backend.victorialogs}/select/logsql/query?${query}`);
      return (await answer.text())
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    };
  });
  afterAll(async () => {
    await sql("DELETE FROM games WHERE title = 'Browser'");
    await browser?.close();
  });

  /** What the page sends to its own nginx, and what the browser complains of. */
  async function open(change?: (page: Page) => Promise<unknown>) {
    const page = await browser.newPage();
    const [sent, complaints]: [string[], string[]] = [[], []];
    page.on("request", (request) => {
      if (request.method() === "POST" && request.url().includes("/otel/")) sent.push(request.postData() ?? "");
    });
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await change?.(page);
    await page.goto(frontend);
    await page.locator("#games > li").first().waitFor();
    return { page, sent, complaints };
  }

  /** Asks until the answer is there. */
  async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
    for (const end = Date.now() + ARRIVES_WITHIN; Date.now() < end; await sleep(1000)) {
      const answer = await ask();
      if (answer !== undefined) return answer;
    }
    throw new Error(`${what} did not arrive within ${ARRIVES_WITHIN / 1000} s`);
  }

  test("a click is one trace: browser, nginx, API, SQL and Redis", async () => {
    const { page, complaints } = await open();
    await page.getByPlaceholder("Catan at Lea's").fill("Browser");
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByText("Browser is on.").waitFor();
    const path = await eventually("the trace", async () => {
      const all = await spans("api");
      const byId = new Map(all.map((span) => [span.spanId, span]));
      for (const insert of all.filter(({ name, service }) => service === "api" && name.startsWith("INSERT"))) {
        const above: Span[] = [];
        for (let span: Span | undefined = insert; span !== undefined; span = byId.get(span.parentId ?? ""))
          above.push(span);
        const kinds = above.map(({ service, kind }) => `${service} ${kind}`);
        const redis = all.some(
          (span) => span.traceId === insert.traceId && span.attributes["db.system.name"] === "redis",
        );
        if (redis && kinds.filter((one) => one.startsWith("frontend")).length === 3) return kinds;
      }
      return undefined;
    });
    expect(path).toEqual(["api client", "api server", "frontend client", "frontend server", "frontend client"]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("the page's load and its web vitals are spans of one trace, below the request that brought it", async () => {
    const { page } = await open();
    await page.locator("#player").click();
    await page.locator("#player").fill("Ann");
    await page.close({ runBeforeUnload: true });
    const found = await eventually("the vitals", async () => {
      const all = await spans("frontend");
      const traces = Map.groupBy(all, ({ traceId }) => traceId);
      return [...traces.values()].find((trace) => VITALS.every((name) => trace.some((span) => span.name === name)));
    });
    const load = found.find(({ name }) => name === "page load");
    expect(found.find(({ spanId }) => spanId === load?.parentId)).toMatchObject({
      kind: "server",
      service: "frontend",
    });
    expect(found.find(({ name }) => name === "web vital LCP")).toMatchObject({
      parentId: load?.spanId,
      attributes: { "web_vital.name": "LCP" },
    });
  });

  test("an error of the page arrives with its position and its trace", async () => {
    const page = await browser.newPage();
    // an answer that the page is not made for
    await page.route("**/api/games", (route) => route.fulfill({ json: { games: {} } }));
    await page.goto(frontend);
    const record = await eventually("the error", async () => (await records('"exception.type":*'))[0]);
    expect(record).toMatchObject({ "exception.type": "TypeError", "telemetry.source": "browser" });
    expect(record["code.file.path"]).toMatch(/\/assets\/index-[\w-]+\.js$/);
    expect(record["code.line.number"]).toMatch(/^\d+$/);
    expect(record.trace_id).toMatch(/^[0-9a-f]{32}$/);
    await page.close();
  });

  test("nothing is sent before a visitor agrees, where the page is told to ask", async () => {
    const { page, sent } = await open((page) =>
      page.route(`${frontend}/`, async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, body: (await answer.text()).replace('"given"', '"ask"') });
      }),
    );
    await page.locator("#player").click();
    await sleep(5000);
    expect(sent).toEqual([]);
    await page.evaluate("window.telemetry.consent()");
    await eventually("what is sent after consent", async () => (sent.length > 0 ? true : undefined));
    await page.close();
  });

  test("what a visitor invents is dropped: other services, names, kinds and attributes", async () => {
    const [traceId, spanId] = ["c".repeat(32), "d".repeat(16)];
    const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
    const now = `${Date.now()}000000`;
    const answer = await post("traces", {
      resourceSpans: [
        {
          resource: { attributes: [attribute("service.name", "api"), attribute("host.name", "mine")] },
          scopeSpans: [
            {
              spans: [
                {
                  traceId,
                  spanId,
                  name: "DROP TABLE",
                  kind: 2,
                  startTimeUnixNano: now,
                  endTimeUnixNano: now,
                  attributes: [
                    attribute("url.path", "/x"),
                    attribute("user.id", "7"),
                    attribute("db.system.name", "redis"),
                  ],
                },
              ],
            },
          ],
        },
      ],
    });
    expect(answer.status).toBe(200);
    const span = await eventually("the span", async () =>
      (await spans("frontend")).find((one) => one.spanId === spanId),
    );
    expect(span).toMatchObject({ service: "frontend", name: "other", kind: "internal" });
    expect(Object.keys(span.attributes).filter((key) => /user|host|db/.test(key))).toEqual([]);
  });

  test("too large, too many, and anything but a POST are refused", async () => {
    expect((await fetch(`${frontend}/otel/v1/traces`)).status).toBe(405);
    expect((await post("logs", { filler: "x".repeat(70_000) })).status).toBe(413);
    const many = await Promise.all(Array.from({ length: 60 }, () => post("logs", {})));
    expect(many.some(({ status }) => status === 429)).toBe(true);
  });

  const post = (signal: string, body: object) =>
    fetch(`${frontend}/otel/v1/${signal}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
});
