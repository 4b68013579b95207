import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readStored } from "../../../../verify/ledger/stored.ts";
import { querierFor } from "../../../../verify/queriers/index.ts";
import type { StoredPoint, Telemetry } from "../../../support/fakes/telemetry.ts";
import { closeVendors, newRelic } from "../support/vendors.ts";

const MINUTE = 60_000;
const first = 30_000_001 * MINUTE;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date(first + 4.7 * MINUTE) });
});
afterEach(async () => {
  vi.useRealTimers();
  await closeVendors();
});

const environment = { "deployment.environment.name": "prod" };

/** What a collector said, of `api`. */
const said = (
  seconds: number,
  minute: string,
  place: string,
  signal: string,
  value: number,
  collector = "a",
): StoredPoint => ({
  metric: "otelcol_ledger_minute_items",
  at: new Date(first + seconds * 1000),
  value,
  attributes: { ...environment, place, signal, service: "api", minute, "service.instance.id": collector },
});

const uptime = (seconds: number, value: number): StoredPoint => ({
  metric: "otelcol_process_uptime",
  at: new Date(first + seconds * 1000),
  value,
  attributes: environment,
});

const span = (seconds: number, id: number) => ({
  ...{ traceId: `${id}`.padStart(32, "0"), spanId: `${id}`.padStart(16, "0") },
  ...{ service: "api", name: "it", kind: "server", attributes: {} },
  start: new Date(first + seconds * 1000),
});

const telemetry = (age: number): Telemetry => ({
  // one of the minute before, two of this one, one of the next
  spans: [span(-1, 1), span(1, 2), span(59, 3), span(61, 4)],
  logs: [{ service: "api", at: new Date(first + 30_000) }],
  points: [
    ...Array.from({ length: 18 }, (_, i) => uptime(-60 + i * 15, age + i * 15)),
    // of the minute before the first, and of one that is not over
    said(15, "last", "new-relic", "traces", 70),
    said(75, "last", "received", "traces", 5),
    // said a minute later with what came late, which the other collector need not
    ...[said(75, "last", "new-relic", "traces", 1), said(135, "before", "new-relic", "traces", 2)],
    said(75, "last", "new-relic", "traces", 1, "b"),
    ...[said(135, "last", "received", "traces", 1), said(135, "last", "new-relic", "traces", 1)],
    ...[said(75, "last", "received", "logs", 1), said(75, "last", "new-relic", "logs", 1)],
    said(195, "last", "new-relic", "traces", 90),
  ],
});

const ask = async (age: number) => {
  const { query } = await newRelic(telemetry(age));
  const options = { environment: "prod", exporter: "new-relic", after: new Date(first), patienceSeconds: 0 };
  return readStored(querierFor(query), options);
};

test("New Relic adds up what the collector counted by minute, and holds what it was given of these minutes", async () => {
  const ledger = await ask(1000);
  expect([ledger?.from, ledger?.to].map((at) => Date.parse(at ?? ""))).toEqual([first, first + 2 * MINUTE]);
  expect(ledger?.rows).toEqual([
    { service: "api", signal: "traces", received: 6, given: 4, stored: 3, difference: 1 },
    { service: "api", signal: "logs", received: 1, given: 1, stored: 1, difference: 0 },
  ]);
  expect(ledger?.problems).toEqual(["api, traces: 1 were given and are not stored (3 are)."]);
});

test("but of minutes in which one of the collectors began nothing is known", async () => {
  expect(Date.parse((await ask(-20))?.from ?? "")).toBe(first + MINUTE);
  // the newest, of which something may come late, only where no other is known
  expect(Date.parse((await ask(-80))?.from ?? "")).toBe(first + 2 * MINUTE);
  expect(await ask(-160)).toBeUndefined();
});
