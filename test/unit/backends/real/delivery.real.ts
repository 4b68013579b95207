import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPipeline } from "../../../../pipeline/build.ts";
import { renderCollector } from "../../../../pipeline/render/collector.ts";
import type { Item, Signal } from "../../../support/fakes/otlp.ts";
import {
  createNetwork,
  type Network,
  type RunningCollector,
  startCollector,
  until,
} from "../../pipeline/real-collector/collector.ts";
import { inputFor, version } from "../../pipeline/real-collector/configs.ts";
import { counterOf, logsOf, type SpanInput, send, tracesOf } from "../../pipeline/real-collector/otlp.ts";
import { rotateSecret } from "./rotate.ts";
import { keyOf, METRICS_DATASET, SECRETS, startVendor, VENDORS, type Vendor, type VendorName } from "./vendors.ts";

const PHASE_MS = Number(process.env.PHASE_SECONDS ?? 10) * 1000;

let network: Network;
let collector: RunningCollector;
const vendors = new Map<VendorName, Vendor>();
const vendor = (name: VendorName): Vendor => {
  const found = vendors.get(name);
  if (found === undefined) throw new Error(`${name} was not started.`);
  return found;
};

beforeAll(async () => {
  network = createNetwork();
  for (const name of VENDORS) vendors.set(name, await startVendor(name, network.hostAddress));
  const profiles = VENDORS.map((name) => vendor(name).profile);
  const config = renderCollector(buildPipeline(inputFor(profiles)), version);
  collector = await startCollector(config, network, { secrets: SECRETS, memory: "320m" });
});

afterAll(async () => {
  collector?.remove();
  network?.remove();
  await Promise.all([...vendors.values()].map(({ intake }) => intake.close()));
});

/** Sends `count` spans and as many log records under one mark, in requests of 100. */
async function load(mark: string, count: number, length = 100): Promise<void> {
  const value = "x".repeat(length);
  for (let sent = 0; sent < count; sent += 100) {
    const spans = Array.from({ length: 100 }, (): SpanInput => ({ name: mark, attributes: { value } }));
    await send(collector.intake, "traces", tracesOf("api", spans));
    const records = Array.from({ length: 100 }, () => ({ body: mark, attributes: { mark } }));
    await send(collector.intake, "logs", logsOf("bot", records));
  }
}

const marked = (name: VendorName, signal: Signal, mark: string): number =>
  vendor(name)
    .intake.items(signal)
    .filter((item) => item.name === mark || item.attributes.mark === mark).length;

const arrived = (mark: string, signal: Signal) =>
  Object.fromEntries(VENDORS.map((name) => [name, marked(name, signal, mark)]));
const everywhere = (count: number) => Object.fromEntries(VENDORS.map((name) => [name, count]));

async function arriveEverywhere(mark: string, count: number, ms = 60_000): Promise<void> {
  const complete = () =>
    VENDORS.every((name) => marked(name, "traces", mark) >= count && marked(name, "logs", mark) >= count);
  await until(complete, ms, `${count} spans and records of ${mark} are everywhere`).catch(() => undefined);
  // Exactly as many, not more: nothing lost and nothing twice.
  expect(arrived(mark, "traces")).toEqual(everywhere(count));
  expect(arrived(mark, "logs")).toEqual(everywhere(count));
}

const points = (name: VendorName, metric: string): readonly Item[] =>
  vendor(name)
    .intake.items("metrics")
    .filter((item) => item.name === metric);

describe("one collector, five vendors", () => {
  test("every span and record arrives at each, once", async () => {
    await load("all", 1000);
    await arriveEverywhere("all", 1000);
  });

  test("each gets counters in the temporality it takes", async () => {
    const start = Date.now() - 60_000;
    for (const value of [100, 130, 170]) {
      await send(collector.intake, "metrics", counterOf("api", "games.announced", value, start));
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await until(
      () => VENDORS.every((name) => points(name, "games.announced").length >= 2),
      20_000,
      "the counter is everywhere",
    );
    const shown = (name: VendorName) => points(name, "games.announced").map((p) => [p.temporality, p.value]);
    for (const name of ["grafana-cloud", "honeycomb", "elastic"] as const) {
      expect([name, shown(name)]).toEqual([name, [100, 130, 170].map((value) => ["cumulative", value])]);
    }
    for (const name of ["new-relic", "datadog"] as const) {
      expect([name, shown(name).slice(-2)]).toEqual([name, [30, 40].map((value) => ["delta", value])]);
    }
  });

  test("values are cut to what each keeps, and requests stay below what each takes", async () => {
    await load("long", 500, 6000);
    await arriveEverywhere("long", 500);
    const longest = (name: VendorName) =>
      Math.max(
        ...vendor(name)
          .intake.items("traces")
          .map(({ attributes }) => attributes.value?.length ?? 0),
      );
    expect(longest("new-relic")).toBe(4095);
    expect(longest("grafana-cloud")).toBe(6000);
    expect(vendor("new-relic").intake.tooLong).toBe(0);
    expect(vendor("new-relic").intake.largest.get("traces")).toBeLessThanOrEqual(1_000_000);
    expect(vendor("datadog").intake.largest.get("metrics") ?? 0).toBeLessThanOrEqual(500_000);
  });

  test("Honeycomb files metrics in their dataset, traces and logs by service", () => {
    const { datasets } = vendor("honeycomb").intake;
    expect(datasets.get("api")).toBeGreaterThanOrEqual(1500);
    expect(datasets.get(METRICS_DATASET)).toBeGreaterThan(0);
    expect(datasets.has("unknown_metrics")).toBe(false);
  });

  test("no vendor had anything to refuse", () => {
    expect(VENDORS.map((name) => [name, [...vendor(name).intake.refused]])).toEqual(VENDORS.map((name) => [name, []]));
  });
});

describe("a vendor in trouble", () => {
  test.each([429, 503])("answers %i for a while: nothing is lost, and the others do not wait", async (status) => {
    const mark = `while ${status}`;
    const { intake } = vendor("new-relic");
    intake.fail(status);
    await load(mark, 500);
    await until(() => marked("datadog", "traces", mark) === 500, 30_000, "the others have everything");
    await new Promise((resolve) => setTimeout(resolve, PHASE_MS));
    expect(marked("new-relic", "traces", mark)).toBe(0);
    intake.recover();
    await arriveEverywhere(mark, 500, 90_000);
  });
});

describe("a key that is rotated", () => {
  test("while data waits in the queue: the new key delivers it all, once, with the old one gone", async () => {
    const { intake, keys } = vendor("grafana-cloud");
    const rotated = keyOf("grafana-cloud").replace("-token", "-token-2");
    intake.fail(503);
    await load("rotation", 300);
    const others = VENDORS.filter((name) => name !== "grafana-cloud");
    const delivered = (signal: Signal) => others.every((name) => marked(name, signal, "rotation") === 300);
    // A request cut off by the stop is sent again after it, so nothing may be on its way.
    await until(() => delivered("traces") && delivered("logs"), 30_000, "the others have everything");
    await new Promise((resolve) => setTimeout(resolve, 500));
    keys.add(rotated);
    await rotateSecret(collector, "grafana-cloud-token", rotated.split(":")[1] ?? "");
    keys.delete(keyOf("grafana-cloud"));
    intake.recover();
    await load("rotation", 300);
    await arriveEverywhere("rotation", 600, 90_000);
    expect(intake.refused.get(401) ?? 0).toBe(0);
  });
});

describe("a key that is revoked without a successor", () => {
  /** Items of a signal that the collector says it dropped for one exporter. */
  const dropped = (exporter: string, signal: string): number =>
    collector
      .logs()
      .split("\n")
      .filter((line) => line.includes("Dropping data") && line.includes(`"${exporter}"`))
      .map((line): { "otelcol.signal"?: string; dropped_items?: number } => JSON.parse(line))
      .filter((entry) => entry["otelcol.signal"] === signal)
      .reduce((sum, { dropped_items: items = 0 }) => sum + items, 0);

  test("OTLP calls 401 final: what is sent meanwhile is lost there, to the item as the collector says, and nowhere else", async () => {
    const { keys } = vendor("honeycomb");
    const before = dropped("otlp_http/honeycomb", "traces");
    keys.clear();
    await load("revoked", 300);
    await until(
      () => dropped("otlp_http/honeycomb", "traces") - before === 300 && marked("datadog", "logs", "revoked") === 300,
      30_000,
      "300 spans are dropped for Honeycomb and everything is at the others",
    );
    expect(arrived("revoked", "traces")).toEqual({ ...everywhere(300), honeycomb: 0 });
    keys.add(keyOf("honeycomb"));
    await load("mended", 300);
    await arriveEverywhere("mended", 300);
  });
});
