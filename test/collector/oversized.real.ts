import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lokiLimits } from "../../pipeline/loki-limits.ts";
import { createNetwork, type Network, type RunningCollector, startCollector, until } from "./collector.ts";
import { inputFor, readableConfig, sinkBackend } from "./configs.ts";
import { closedLedger, rowOf } from "./ledger.ts";
import { type LogInput, logsOf, send } from "./otlp.ts";
import { logRecords, type Sink, startSink } from "./sink.ts";

let loki: Sink;
let whole: Sink;
let network: Network;
let collector: RunningCollector;

beforeAll(async () => {
  network = createNetwork();
  [loki, whole] = [await startSink(network.hostAddress), await startSink(network.hostAddress)];
  const steps = [{ signals: ["logs"], processor: lokiLimits }] as const;
  const backends = [sinkBackend("loki", loki, { steps }), sinkBackend("whole", whole)];
  collector = await startCollector(readableConfig(inputFor(backends)), network);
});

afterAll(async () => {
  collector?.remove();
  network?.remove();
  await Promise.all([loki?.close(), whole?.close()]);
});

const times = (count: number, of: (i: number) => readonly [string, string]) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => of(i)));

/** Each would be refused by Loki as a whole. */
const OVERSIZED: Readonly<Record<string, LogInput>> = {
  "an attribute of 100 KB": { body: "1", attributes: { payload: "x".repeat(100_000) } },
  "200 attributes": { body: "2", attributes: times(200, (i) => [`key.${i}`, "v"]) },
  "a line of 300 KB": { body: `3${"\u00fc".repeat(150_000)}` },
  "a map of 200 long entries": { body: "4", attributes: { deep: times(200, (i) => [`key.${i}`, "y".repeat(900)]) } },
  "a map as body of 300 KB": { body: { text: "z".repeat(300_000) } },
  "a stack trace of 90 KB": {
    body: "6",
    attributes: { "exception.stacktrace": `first\n${"at x\n".repeat(18_000)}last`, "exception.type": "E" },
  },
};

const of = (sink: Sink, name: string) => logRecords(sink).find(({ resource }) => resource["service.name"] === name);

describe("a log record that Loki would refuse arrives, cut and marked", () => {
  test.each(Object.entries(OVERSIZED))("%s", async (name, record) => {
    await send(collector.intake, "logs", logsOf(name, [record]));
    await until(() => of(loki, name) !== undefined && of(whole, name) !== undefined, `${name} is at both`);
    const { attributes = {}, body } = of(loki, name) ?? {};
    expect(attributes["log.cut"]).toBe(true);
    expect(Object.keys(attributes).length).toBeLessThan(128 - 20);
    expect(Buffer.byteLength(JSON.stringify(attributes))).toBeLessThan(60_000);
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(256 * 1024);
    expect(JSON.stringify(body)).not.toContain("\ufffd");
    expect(of(whole, name)?.attributes).not.toHaveProperty("log.cut");
  });

  test("with both ends of its stack trace", () => {
    const trace = String(of(loki, "a stack trace of 90 KB")?.attributes["exception.stacktrace"]);
    expect(trace).toMatch(/^first\nat x\n.*\n\.\.\. cut \.\.\.\n.*last$/s);
  });

  test("while one that fits is not touched", async () => {
    const attributes = { "exception.stacktrace": "at x\n".repeat(2000), small: "1" };
    await send(collector.intake, "logs", logsOf("fits", [{ body: "fits", attributes }]));
    await until(() => of(loki, "fits") !== undefined, "it is there");
    expect(of(loki, "fits")?.attributes).toEqual(of(whole, "fits")?.attributes);
    expect(of(loki, "fits")?.attributes).toMatchObject(attributes);
  });

  test("none is lost, and none is counted twice", async () => {
    const sent = Object.keys(OVERSIZED).length + 1;
    const ledger = await closedLedger(collector);
    for (const name of ["loki", "whole"])
      expect(rowOf(ledger, name, "logs")).toMatchObject({ received: sent, sent, byRule: 0, rejected: 0, lost: 0 });
  });
});
