import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createNetwork, type Network, type RunningCollector, startCollector, until } from "./collector.ts";
import { inputFor, readableConfig, sinkBackend } from "./configs.ts";
import { send, tracesOf } from "./otlp.ts";
import { points, type Sink, startSink } from "./sink.ts";

let plain: Sink;
let delta: Sink;
let network: Network;
let collector: RunningCollector;

beforeAll(async () => {
  network = createNetwork();
  [plain, delta] = [await startSink(network.hostAddress), await startSink(network.hostAddress)];
  const input = inputFor([sinkBackend("plain", plain), sinkBackend("delta", delta, { temporality: "delta" })], {
    sampling: { mode: "tail", baselinePercent: 50, slowMs: 1000, decisionWaitSeconds: 2 },
  });
  collector = await startCollector(
    readableConfig(input).replace("scrape_interval: 15s", "scrape_interval: 1s"),
    network,
  );
});

afterAll(async () => {
  collector?.remove();
  network?.remove();
  await Promise.all([plain?.close(), delta?.close()]);
});

describe("what the collector says of its own books", () => {
  test("is that nothing is lost, while rules and sampling drop and one backend gets deltas", async () => {
    const books = () => points(plain).filter(({ metric }) => metric === "otelcol_ledger_lost_items");
    await until(async () => {
      const batch = [{ name: "work" }, { name: "noise", attributes: { "asgi.event.type": "http.request" } }];
      await send(collector.intake, "traces", tracesOf("api", [...batch, ...batch]));
      return books().length >= 6 * 20;
    }, "twenty readings are there");
    expect(new Set(books().map(({ attributes }) => `${attributes.exporter} ${attributes.signal}`)).size).toBe(6);
    expect(books().filter(({ value }) => value !== 0)).toEqual([]);
  });
});
