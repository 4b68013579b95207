import { afterEach, describe, expect, test } from "vitest";
import type { BackendQuery } from "../../../../vendors/query.ts";
import { closedWindow, compare } from "../../../../verify/compare/compare.ts";
import { renderComparison } from "../../../../verify/compare/render.ts";
import { querierFor } from "../../../../verify/queriers/index.ts";
import type { Window } from "../../../../verify/query.ts";
import type { Telemetry } from "../../../support/fakes/telemetry.ts";
import { exampleRun, without } from "../support/example-run.ts";
import { exampleSystem } from "../support/example-stack.ts";
import { recorded, since } from "../support/recordings.ts";
import { closeVendors, grafanaCloud, honeycomb, newRelic, SECRET } from "../support/vendors.ts";

afterEach(closeVendors);

const run = exampleRun();
const minute = 60_000;
/** The whole recorded run. */
const window: Window = {
  from: new Date(Math.floor(since.getTime() / minute) * minute),
  to: new Date(Math.floor(since.getTime() / minute) * minute + 5 * minute),
};

const between = (old: BackendQuery, young: BackendQuery, over: Window = window) =>
  compare({
    old: { name: old.kind, querier: querierFor(old) },
    new: { name: young.kind, querier: querierFor(young) },
    window: over,
    services: exampleSystem.services,
  });

const rowsOf = ({ rows }: Awaited<ReturnType<typeof between>>) =>
  rows.map(({ service, signal, verdict }) => `${service} ${signal}: ${verdict.text}`);
const spansOf = (service: string) => run.spans.filter((span) => span.service === service).length;

describe("two backends that hold the same", () => {
  test("are equal in every service and signal, whatever their way of counting", async () => {
    const comparison = await between((await newRelic(run)).query, (await honeycomb(run)).query);
    expect(rowsOf(comparison)).toEqual([
      ...["api", "bot", "notification", "status"].flatMap((service) =>
        ["traces", "metrics", "logs"].map((signal) => `${service} ${signal}: equal`),
      ),
      "frontend traces: equal",
      "frontend logs: equal",
    ]);
    expect(comparison.holds).toBe(true);
  });

  test("are counted to the span, the record and the metric", async () => {
    const { rows } = await between((await newRelic(run)).query, (await honeycomb(run)).query);
    const api = rows.filter(({ service }) => service === "api");
    const logs = run.logs.filter(({ service }) => service === "api").length;
    expect(spansOf("api")).toBeGreaterThan(10);
    // Two metrics: the histogram is one, what is made of spans in the collector is none of the service's.
    expect(api.map((row) => [row.signal, row.old, row.new, row.ratio])).toEqual([
      ["traces", { count: spansOf("api") }, { count: spansOf("api") }, 1],
      ["metrics", { count: 2 }, { count: 2 }, 1],
      ["logs", { count: logs }, { count: logs }, 1],
    ]);
  });

  test("agree on Grafana Cloud's spans and log records too", async () => {
    const { rows } = await between((await grafanaCloud(recorded, run)).query, (await newRelic(run)).query);
    const counted = rows.filter(({ signal }) => signal !== "metrics");
    expect(counted.map(({ old }) => old)).toEqual(counted.map((row) => row.new));
    expect(counted.map(({ verdict }) => verdict.text)).toEqual(Array(10).fill("equal"));
  });
});

describe("a new backend that has less", () => {
  test("is named, with the service, the signal and how many", async () => {
    const comparison = await between(
      (await newRelic(run)).query,
      (await honeycomb(without(run, "bot", "spans"))).query,
    );
    expect(comparison.holds).toBe(false);
    const worse = comparison.rows.filter(({ verdict }) => !verdict.holds);
    expect(worse).toMatchObject([
      { service: "bot", signal: "traces", old: { count: spansOf("bot") }, new: { count: 0 } },
    ]);
    const text = renderComparison(comparison, { colours: false });
    expect(text.split("\n").at(-1)).toBe(
      `Do not drop new-relic yet: bot traces: honeycomb has ${spansOf("bot")} spans less.`,
    );
  });
});

describe("a side that cannot be counted", () => {
  test("leaves one sentence and nothing else, when it is dead", async () => {
    const { query } = await honeycomb(run);
    const comparison = await between({ ...query, apiKey: "hcalk_old" }, (await newRelic(run)).query);
    expect(comparison.holds).toBe(false);
    expect(renderComparison(comparison, { colours: false })).toBe(
      `NOT COUNTED  Honeycomb refuses the configuration key at ${query.api} (401): it is revoked, or of the other region (honeycomb.region is us or eu).`,
    );
  });

  test("is Honeycomb below Enterprise", async () => {
    const comparison = await between((await newRelic(run)).query, (await honeycomb(run, "pro")).query);
    expect(comparison.holds).toBe(false);
    expect(comparison.troubles).toEqual([
      "Honeycomb answers queries by API on Enterprise plans only: look at https://ui.honeycomb.io/games/environments/prod",
    ]);
  });

  test("is not taken for an empty one: one part away leaves the others counted", async () => {
    const { query } = await grafanaCloud(recorded, run);
    const comparison = await between({ ...query, loki: "gone" }, (await newRelic(run)).query);
    const [traces, , logs] = comparison.rows;
    expect([traces?.verdict.text, logs?.verdict.text]).toEqual(["equal", "not counted on grafana-cloud"]);
    expect(comparison.troubles).toHaveLength(1);
  });
});

describe("a window without telemetry", () => {
  test("proves nothing, so it does not hold", async () => {
    const nothing: Telemetry = { spans: [], logs: [], points: [] };
    const comparison = await between((await newRelic(nothing)).query, (await honeycomb(nothing)).query);
    expect(comparison.holds).toBe(false);
    expect(renderComparison(comparison, { colours: false }).split("\n").at(-1)).toBe(
      "Nothing was sent in this window: use the application, or take a longer one.",
    );
  });

  test("counts only what lies within it", async () => {
    const before = { from: new Date(window.from.getTime() - 10 * minute), to: window.from };
    const { rows } = await between((await newRelic(run)).query, (await honeycomb(run)).query, before);
    expect(new Set(rows.map(({ verdict }) => verdict.text))).toEqual(new Set(["nothing on either side"]));
  });
});

describe("the window", () => {
  test("is whole minutes that ended two minutes ago, so that both sides have everything", () => {
    expect(closedWindow(new Date("2026-01-01T12:30:45Z"), 15)).toEqual({
      from: new Date("2026-01-01T12:13:00Z"),
      to: new Date("2026-01-01T12:28:00Z"),
    });
  });
});

describe("what is printed", () => {
  test("is a table, with what was counted and when", async () => {
    const comparison = await between((await newRelic(run)).query, (await honeycomb(run)).query);
    const lines = renderComparison(comparison, { colours: false }).split("\n");
    expect(lines.slice(0, 2)).toEqual([
      "new-relic and honeycomb from 2026-11-24 15:07 to 2026-11-24 15:12 UTC",
      "Ended 2 minutes ago or more. Counted: spans, log records, and different metrics (a histogram is one).",
    ]);
    expect(lines[4]).toMatch(/^ {2}api +spans +(\d+) +\1 +100\.0 % +equal$/);
    expect(lines.at(-1)).toBe("honeycomb has what new-relic has.");
    expect(JSON.stringify(comparison)).not.toContain(SECRET);
  });
});
