import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import type { BackendProfile } from "../../pipeline/backend-profile.ts";
import type { PipelineInput } from "../../pipeline/input.ts";
import { createNetwork, type Network, type RunningCollector, startCollector, until } from "./collector.ts";
import { inputFor, readableConfig, sinkBackend } from "./configs.ts";
import { send, tracesOf } from "./otlp.ts";
import { points, type Sink, startSink } from "./sink.ts";

const LOST = "otelcol_ledger_lost_items";

let plain: Sink;
let delta: Sink;
let network: Network;
let collector: RunningCollector;

/** Rendered as always, but read every second. */
const configOf = (backends: readonly BackendProfile[], sampling: PipelineInput["sampling"]): string =>
  readableConfig(inputFor(backends, { sampling })).replace("scrape_interval: 15s", "scrape_interval: 1s");

beforeAll(async () => {
  network = createNetwork();
  [plain, delta] = [await startSink(network.hostAddress), await startSink(network.hostAddress)];
  const backends = [sinkBackend("plain", plain), sinkBackend("delta", delta, { temporality: "delta" })];
  const sampling = { mode: "tail", baselinePercent: 50, slowMs: 1000, decisionWaitSeconds: 2 } as const;
  collector = await startCollector(configOf(backends, sampling), network);
});

afterAll(async () => {
  collector?.remove();
  network?.remove();
  await Promise.all([plain?.close(), delta?.close()]);
});

describe("what the collector says of its own books", () => {
  test("is that nothing is lost, while rules and sampling drop and one backend gets deltas", async () => {
    const books = () => points(plain).filter(({ metric }) => metric === LOST);
    await until(async () => {
      const batch = [{ name: "work" }, { name: "noise", attributes: { "asgi.event.type": "http.request" } }];
      await send(collector.intake, "traces", tracesOf("api", [...batch, ...batch]));
      return books().length >= 6 * 20;
    }, "twenty readings are there");
    expect(new Set(books().map(({ attributes }) => `${attributes.exporter} ${attributes.signal}`)).size).toBe(6);
    expect(books().filter(({ value }) => value !== 0)).toEqual([]);
  });

  test("is what disappears in a step that nobody booked, to the item", async () => {
    const sink = await startSink(network.hostAddress);
    const config = parseDocument(configOf([sinkBackend("one", sink)], { mode: "all" }));
    config.setIn(["processors", "filter/leak"], { traces: { span: ['name == "leak"'] } });
    config.addIn(["service", "pipelines", "traces/in", "processors"], "filter/leak");
    const leaking = await startCollector(config.toString({ lineWidth: 0 }), network);
    try {
      const lost = () =>
        points(sink)
          .filter(({ metric, attributes }) => metric === LOST && attributes.signal === "traces")
          .map(({ value }) => value);
      await until(() => lost().length > 4, "what the books began with is known");
      const spans = [...Array.from({ length: 7 }, () => ({ name: "leak" })), { name: "work" }];
      await send(leaking.intake, "traces", tracesOf("api", spans));
      await until(() => (lost().at(-1) ?? 0) > 0, "the books say that something is missing");
      expect(new Set(lost())).toEqual(new Set([0, 7]));
    } finally {
      leaking.remove();
      await sink.close();
    }
  });

  test("is what passed by service in each minute, said once when it is over, also of one that is gone by then", async () => {
    const labels = { service: "worker", signal: "traces" };
    const said = (place: string) =>
      points(plain).filter(
        ({ metric, attributes }) =>
          metric === "otelcol_ledger_minute_items" &&
          Object.entries({ ...labels, place }).every(([key, is]) => attributes[key] === is),
      );
    // of the next minute: the collector began in this one
    await new Promise((resolve) => setTimeout(resolve, 61_000 - (Date.now() % 60_000)));
    const batch = Array.from({ length: 10 }, () => ({ name: "slow", status: { code: 2 } as const }));
    for (let i = 0; i < 20; i++) await send(collector.intake, "traces", tracesOf("worker", batch));
    for (const place of ["received", "plain", "delta"]) {
      await until(() => said(place).length > 0, `what passed at ${place} was said`);
      // all by a second reading as well, of which there is one a second
      await new Promise((resolve) => setTimeout(resolve, 3000));
      expect(said(place).map(({ value, attributes }) => [attributes.minute, value])).toEqual([["last", 200]]);
    }
  });
});
