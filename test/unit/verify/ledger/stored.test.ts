import { describe, expect, test } from "vitest";
import type { MinuteItems } from "../../../../verify/ledger/reading.ts";
import { renderStored } from "../../../../verify/ledger/render.ts";
import { readStored, type StoredLedger } from "../../../../verify/ledger/stored.ts";
import type { Querier, Tally } from "../../../../verify/query.ts";

const window = { from: new Date(0), to: new Date(120_000) };
const item = (place: string, signal: MinuteItems["signal"], service: string, items: number): MinuteItems => ({
  ...{ place, signal, service, items },
});

/** A backend that holds this. */
function holding(stored: {
  readonly spans?: Readonly<Record<string, Tally>>;
  readonly logs?: Readonly<Record<string, number>>;
  readonly points?: Readonly<Record<string, number>> | string;
  readonly items: readonly MinuteItems[];
}): Querier {
  const { spans = {}, logs = {}, points = {}, items } = stored;
  const none = async () => [];
  return {
    name: "one",
    ...{ traces: none, trace: none, serviceMetrics: none, presentMetrics: none, logs: none },
    traceUrl: async () => "",
    countSpans: async ({ service }) => spans[service] ?? { count: 0 },
    countLogs: async ({ service }) => ({ count: logs[service] ?? 0 }),
    countMetrics: async () => ({ count: 0 }),
    countPoints: typeof points === "string" ? points : async () => new Map(Object.entries(points)),
    collectorMinutes: async () => ({ window, items }),
  };
}

async function ledgerOf(querier: Querier): Promise<StoredLedger> {
  const options = { environment: "dev", exporter: "jaeger", after: new Date(0), patienceSeconds: 0 };
  const ledger = await readStored(querier, options);
  if (ledger === undefined) throw new Error("no ledger");
  return ledger;
}

const given = [
  item("received", "traces", "api", 12),
  item("jaeger", "traces", "api", 10),
  item("new-relic", "traces", "api", 10),
  item("received", "logs", "api", 5),
  item("jaeger-logs", "logs", "api", 5),
  item("received", "metrics", "", 7),
  item("jaeger", "metrics", "", 7),
];

describe("what a backend holds", () => {
  test("stands beside what was given to it, whatever others were given", async () => {
    const querier = holding({ items: given, spans: { api: { count: 10 } }, logs: { api: 5 }, points: { "": 7 } });
    const { rows, problems } = await ledgerOf(querier);
    expect(rows).toEqual([
      { service: "api", signal: "traces", received: 12, given: 10, stored: 10, difference: 0 },
      { service: "", signal: "metrics", received: 7, given: 7, stored: 7, difference: 0 },
      { service: "api", signal: "logs", received: 5, given: 5, stored: 5, difference: 0 },
    ]);
    expect(problems).toEqual([]);
  });

  test("is missing by name, or there twice", async () => {
    const querier = holding({ items: given, spans: { api: { count: 8 } }, logs: { api: 6 }, points: { "": 7 } });
    expect((await ledgerOf(querier)).problems).toEqual([
      "api, traces: 2 were given and are not stored (8 are).",
      "api, logs: 1 more are stored than were given.",
    ]);
  });

  test("is not judged where it cannot be counted, or not to the end", async () => {
    const spans = { api: { count: 8, atLeast: true } } as const;
    const querier = holding({ items: given, spans, logs: { api: 5 }, points: "metrics: not counted." });
    const ledger = await ledgerOf(querier);
    expect(ledger.uncounted).toEqual(["metrics: not counted."]);
    expect(ledger.problems).toEqual([]);
    expect(renderStored(ledger, { colours: false }).split("\n")).toEqual([
      "Stored, of 00:00:00 to 00:02:00 UTC, by the items' own time",
      "  service    signal   received  given  stored  difference",
      "  api        traces         12     10      8+",
      "  (unnamed)  metrics         7      7",
      "  api        logs            5      5       5           0",
      "NOT COUNTED  metrics: not counted.",
      "Everything that was given is stored.",
    ]);
  });
});

test("a backend that hands out nothing of the collector is held against what another one says", async () => {
  const counts = holding({ items: [...given, item("honeycomb", "traces", "api", 9)] });
  const { collectorMinutes: _, ...silent } = holding({ items: [], spans: { api: { count: 9 } } });
  const options = { environment: "dev", after: new Date(0), patienceSeconds: 0 };
  const ledger = await readStored(silent, { ...options, counts, exporter: "honeycomb" });
  expect(ledger?.rows).toEqual([
    { service: "api", signal: "traces", received: 12, given: 9, stored: 9, difference: 0 },
  ]);
  expect(await readStored(silent, { ...options, exporter: "honeycomb" })).toBeUndefined();
});

describe("what SDKs made", () => {
  const saying = (made: number): Querier => ({
    ...holding({ items: given, spans: { api: { count: 10 } }, logs: { api: 5 }, points: { "": 7 } }),
    serviceReadings: async () => [
      {
        at: new Date(130_000),
        collector: "process",
        samples: [
          { name: "telemetry_made_items", labels: { signal: "traces", service: "api", minute: "before" }, value: made },
        ],
      },
    ],
  });

  test("is a column of its own, and what did not come is named", async () => {
    expect((await ledgerOf(saying(12))).problems).toEqual([]);
    const ledger = await ledgerOf(saying(15));
    expect(ledger.rows[0]).toMatchObject({ made: 15, received: 12 });
    expect(ledger.problems).toEqual(["api, traces: its SDK made 3 that did not come to the collector."]);
    expect(renderStored(ledger, { colours: false }).split("\n").slice(1, 4)).toEqual([
      "  service    signal   made  received  given  stored  difference",
      "  api        traces     15        12     10      10           0",
      "  (unnamed)  metrics               7      7       7           0",
    ]);
  });

  test("may be less than came: not every process says it", async () => {
    const ledger = await ledgerOf(saying(11));
    expect([ledger.problems, ledger.uncounted]).toEqual([
      [],
      ["api, traces: 1 came that no SDK counted: sent again, or by a process that does not say."],
    ]);
  });
});
