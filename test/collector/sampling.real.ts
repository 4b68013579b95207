import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPipeline } from "../../pipeline/build.ts";
import type { Sampling } from "../../pipeline/input.ts";
import { renderCollector } from "../../pipeline/render/collector.ts";
import { sum } from "../bench/collector.ts";
import { load } from "../bench/load.ts";
import { startSink as startCountingSink } from "../bench/sink.ts";
import { createNetwork, type Network, type RunningCollector, startCollector, until } from "./collector.ts";
import { inputFor, readableConfig, sinkBackend, version } from "./configs.ts";
import { gaugeOf, logsOf, send } from "./otlp.ts";
import { points, startSink } from "./sink.ts";

let network: Network;

beforeAll(() => {
  network = createNetwork();
});

afterAll(() => network?.remove());

/** The collector's own counters. */
function metricsOf({ id }: RunningCollector): ReadonlyMap<string, number> {
  const text = execFileSync("docker", ["exec", id, "wget", "-qO-", "http://127.0.0.1:8888/metrics"], {
    encoding: "utf8",
  });
  return new Map([...text.matchAll(/^(otelcol_\S+) (\S+)$/gm)].map(([, key = "", value]) => [key, Number(value)]));
}

const SECONDS = 15;
const RATE = 1000;

describe("accepted spans are delivered, or dropped by a rule and counted", () => {
  test.each<[string, Sampling]>([
    ["tail, baseline 10", { mode: "tail", baselinePercent: 10, slowMs: 1000, decisionWaitSeconds: 5 }],
    ["tail, baseline 100", { mode: "tail", baselinePercent: 100, slowMs: 1000, decisionWaitSeconds: 5 }],
    ["tail under a ceiling", { mode: "tail", baselinePercent: 50, slowMs: 1000, decisionWaitSeconds: 5, ceiling: 300 }],
    ["head, 20 per cent", { mode: "head", baselinePercent: 20 }],
  ])("%s", async (_, sampling) => {
    const sink = await startCountingSink(network.hostAddress);
    const input = inputFor([{ name: "sink", exporters: [{ signals: ["traces"], endpoint: sink.url }] }], { sampling });
    const collector = await startCollector(renderCollector(buildPipeline(input), version), network);
    try {
      const sent = await load(collector.intake, RATE, SECONDS);
      const ledger = () => {
        const metrics = metricsOf(collector);
        const spans = "otelcol_processor_trace_sampler_spans";
        return {
          accepted: sum(metrics, "otelcol_receiver_accepted_spans"),
          dropped: sum(metrics, spans, 'decision="dropped"'),
          failed: sum(metrics, spans, 'decision="kept"', 'reason="failed"'),
        };
      };
      await until(() => {
        const { accepted, dropped } = ledger();
        return accepted > 0 && accepted === dropped + sink.spans();
      }, "every accepted span is delivered or dropped by a rule");
      const { accepted, failed } = ledger();
      expect(sink.duplicates()).toBe(0);
      expect(accepted).toBeGreaterThan(0);
      if (sent.refused === 0) expect(accepted).toBe(sent.spans);
      if (sampling.mode === "tail" && sampling.baselinePercent < 100 && sent.refused === 0) {
        expect(failed).toBe(Math.ceil(sent.traces / 100) * 6);
      }
    } finally {
      collector.remove();
      sink.close();
    }
  });
});

test("a service with its clock three days ahead or behind costs nobody else a point, and its records are found", async () => {
  const sink = await startSink(network.hostAddress);
  const collector = await startCollector(readableConfig(inputFor([sinkBackend("one", sink)])), network);
  const day = 86_400_000;
  try {
    for (const ms of [3 * day, -3 * day]) await send(collector.intake, "metrics", gaugeOf("bot", "wrong", {}, {}, ms));
    await send(collector.intake, "metrics", gaugeOf("api", "right", {}));
    await send(collector.intake, "logs", logsOf("bot", [{ body: "from the future", aheadMs: 3 * day }]));
    const arrived = () => new Set(points(sink).map(({ metric }) => metric));
    await until(() => arrived().has("right") && sink.text().includes("from the future"), "the others have arrived");
    expect(arrived().has("wrong")).toBe(false);
    expect(sink.text()).toContain('"clock.ahead_s"');
    const counted = metricsOf(collector);
    expect(sum(counted, "otelcol_processor_clock_guard_items", 'service="bot"', 'signal="metrics"')).toBe(2);
    expect(sum(counted, "otelcol_processor_clock_guard_items", 'service="bot"', 'signal="logs"')).toBe(1);
  } finally {
    collector.remove();
    await sink.close();
  }
});
