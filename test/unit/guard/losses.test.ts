import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { lookAtLosses, ofThisRun } from "../../../guard/look/losses.ts";
import { lossesOf, lossesOfMinutes } from "../../../guard/losses.ts";
import type { LedgerRow } from "../../../verify/ledger/balance.ts";
import type { Reading } from "../../../verify/ledger/reading.ts";

const row = (change: Partial<LedgerRow>): LedgerRow => ({
  exporter: "jaeger",
  signal: "traces",
  received: 1000,
  made: 0,
  again: 0,
  byRule: 0,
  sampled: 0,
  held: 0,
  queued: 0,
  sent: 1000,
  rejected: 0,
  lost: 0,
  difference: 0,
  ...change,
});
const refused = { traces: 0, metrics: 0, logs: 0 };
const lost = (all: ReturnType<typeof lossesOf>) =>
  all.filter((loss) => loss.lost > 0).map(({ stage, signal, to, lost: items, of }) => [stage, signal, to, items, of]);

describe("the collector's books", () => {
  test("name each stage at which something is lost, of what came to it", () => {
    const rows = [
      row({ rejected: 30, lost: 7, difference: 5, sent: 958 }),
      row({ exporter: "otlp", made: 100, again: 20, rejected: 9 }),
    ];
    expect(lost(lossesOf({ rows, refused: { ...refused, traces: 250 }, restarts: 0 }))).toEqual([
      ["intake", "traces", "", 250, 1250],
      ["collector", "traces", "jaeger", 5, 1000],
      ["queue", "traces", "jaeger", 7, 1000],
      ["backend", "traces", "jaeger", 30, 1000],
      ["backend", "traces", "otlp", 9, 1120],
    ]);
  });

  test("know nothing of a difference where the collector began anew, nor of what left twice", () => {
    expect(lost(lossesOf({ rows: [row({ difference: 400 })], refused, restarts: 1 }))).toEqual([]);
    expect(lost(lossesOf({ rows: [row({ difference: -400 })], refused, restarts: 0 }))).toEqual([]);
  });

  test("also name what passed whole, so that a share of before is known", () => {
    expect(lossesOf({ rows: [row({})], refused, restarts: 0 })).toContainEqual({
      ...{ stage: "backend", signal: "traces", service: "", to: "jaeger", lost: 0, of: 1000 },
    });
  });
});

test("of whole minutes it is known by service what the SDK made and what is stored", () => {
  const rows = [
    { service: "api", signal: "traces", made: 400, received: 100, given: 90, stored: 90, difference: 0 },
    { service: "web", signal: "logs", received: 50, given: 50, stored: 20, difference: 30 },
    { service: "bot", signal: "logs", received: 50, given: 50 },
  ] as const;
  expect(
    lossesOfMinutes({ rows }, "Jaeger").map(({ stage, service, lost: items, of }) => [stage, service, items, of]),
  ).toEqual([
    ["sdk", "api", 300, 400],
    ["store", "api", 0, 90],
    ["store", "web", 30, 50],
  ]);
});

describe("readings", () => {
  const reading = (collector: string, at: number, uptime: number): Reading => ({
    collector,
    at: new Date(at * 1000),
    samples: [{ name: "otelcol_process_uptime", labels: {}, value: uptime }],
  });
  const seconds = (readings: readonly Reading[]) =>
    readings.map(({ at, collector }) => [collector, at.getTime() / 1000]);

  test("of before the collector's last start, and of collectors that are gone, are none of the release's", () => {
    const all = [
      ...[reading("a", 100, 900), reading("old", 105, 50), reading("a", 115, 915)],
      ...[reading("a", 130, 8), reading("b", 133, 70), reading("a", 145, 23), reading("b", 148, 85)],
    ];
    expect(seconds(ofThisRun(all, new Date(120_000)))).toEqual([
      ...[
        ["a", 130],
        ["b", 133],
        ["a", 145],
        ["b", 148],
      ],
    ]);
  });

  test("from before the release count where the collector is still the same", () => {
    const all = [reading("a", 100, 900), reading("a", 115, 915), reading("a", 130, 930)];
    expect(seconds(ofThisRun(all, new Date(120_000)))).toEqual([
      ["a", 100],
      ["a", 115],
      ["a", 130],
    ]);
  });
});

describe("what cannot be asked", () => {
  const system = { services: [], sources: [], environment: "test" };

  test("is said of a backend that does not answer, which is then no good one", async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const query = { kind: "jaeger", jaeger: address, prometheus: address, victorialogs: address } as const;
    const look = await lookAtLosses({ query: [query], system }, new Date());
    server.close();
    expect(look.losses).toEqual([]);
    expect(look.silent).toHaveLength(2);
    expect(look.silent[0]).toMatch(/^Jaeger at \S+ cannot be asked for the loss ledger: .* did not answer/);
  });

  test("is said of one that has no ledger, and decides nothing", async () => {
    const query = {
      kind: "honeycomb",
      api: "http://127.0.0.1:9",
      ui: "http://127.0.0.1:9",
      apiKey: "k",
      metricsDataset: "m",
    } as const;
    const look = await lookAtLosses({ query: [query], system }, new Date());
    expect(look).toEqual({
      losses: [],
      silent: [],
      unjudged: [
        "What the collector lost since the release is not known: Honeycomb at http://127.0.0.1:9 hands out no single scrapes of its metrics.",
      ],
    });
  });
});
