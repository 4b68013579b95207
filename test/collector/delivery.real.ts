import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { buildPipeline } from "../../pipeline/build.ts";
import { renderCollector } from "../../pipeline/render/collector.ts";
import { createNetwork, healthy, type Network, type RunningCollector, startCollector, until } from "./collector.ts";
import { inputFor, readableConfig, sinkBackend, version } from "./configs.ts";
import { beginning, closedLedger, ledgerOf, readingOf, rowOf } from "./ledger.ts";
import { counterOf, newTraceId, type SpanInput, send, tracesOf } from "./otlp.ts";
import { points, type Sink, spans, startSink } from "./sink.ts";

let plain: Sink;
let delta: Sink;
let network: Network;
let collector: RunningCollector;

const maxRequestBytes = 100_000;

beforeAll(async () => {
  network = createNetwork();
  plain = await startSink(network.hostAddress);
  delta = await startSink(network.hostAddress);
  collector = await startCollector(
    readableConfig(
      inputFor(
        [
          sinkBackend("plain", plain),
          sinkBackend("delta", delta, { temporality: "delta", maxRequestBytes, maxAttributeLength: 100 }),
        ],
        { sampling: { mode: "tail", baselinePercent: 0, slowMs: 1000, decisionWaitSeconds: 2 } },
      ),
    ),
    network,
  );
});

afterAll(async () => {
  collector?.remove();
  network?.remove();
  await Promise.all([plain?.close(), delta?.close()]);
});

describe("sampling", () => {
  const names = (sink: Sink) => spans(sink).map((s) => s.name);

  test("failed and slow traces reach both backends whole, the others none, and all are counted", async () => {
    const failed = newTraceId();
    await send(
      collector.intake,
      "traces",
      tracesOf("api", [
        { traceId: failed, name: "failed root", kind: "server" },
        { traceId: failed, name: "failed leaf", status: { code: 2 } },
        { name: "slow", kind: "server", durationMs: 1500 },
        ...Array.from({ length: 20 }, (): SpanInput => ({ name: "ordinary", kind: "server" })),
      ]),
    );
    for (const sink of [plain, delta]) {
      await until(
        () => names(sink).includes("slow") && names(sink).includes("failed leaf"),
        "sampled traces are there",
      );
      expect(names(sink).sort()).toEqual(["failed leaf", "failed root", "slow"]);
    }
    const counted = () =>
      points(plain).filter((p) => p.metric === "traces.span.metrics.calls" && p.attributes["span.name"] === "ordinary");
    await until(() => counted().some((p) => p.value === 20), "all 20 ordinary spans are counted");
  });
});

describe("each backend gets what it wants", () => {
  test("one cumulative, the other deltas", async () => {
    const start = Date.now() - 60_000;
    for (const value of [100, 130, 170]) {
      await send(collector.intake, "metrics", counterOf("api", "app.counter", value, start));
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    const counter = (sink: Sink) => points(sink).filter((p) => p.metric === "app.counter");
    await until(() => counter(plain).length === 3 && counter(delta).length >= 2, "the counter is at both");
    expect(counter(plain).map((p) => [p.value, p.temporality])).toEqual([
      [100, 2],
      [130, 2],
      [170, 2],
    ]);
    expect(
      counter(delta)
        .slice(-2)
        .map((p) => [p.value, p.temporality]),
    ).toEqual([
      [30, 1],
      [40, 1],
    ]);
  });

  test("long values are cut for the one that asks for it", async () => {
    const spansToSend = Array.from(
      { length: 300 },
      (): SpanInput => ({ name: "long", status: { code: 2 }, attributes: { text: "x".repeat(5000) } }),
    );
    for (let i = 0; i < 300; i += 50)
      await send(collector.intake, "traces", tracesOf("api", spansToSend.slice(i, i + 50)));
    const long = (sink: Sink) => spans(sink).filter((s) => s.name === "long");
    await until(() => long(plain).length === 300 && long(delta).length === 300, "300 long spans are at both");
    expect(String(long(plain)[0]?.attributes.text).length).toBe(5000);
    expect(String(long(delta)[0]?.attributes.text).length).toBe(100);
  });
});

describe("request sizes", () => {
  test("a backend's limit holds, in bytes of protobuf before compression", async () => {
    const limited = await startSink(network.hostAddress);
    const input = inputFor([sinkBackend("limited", limited, { signals: ["traces"], maxRequestBytes })]);
    const one = await startCollector(renderCollector(buildPipeline(input), version), network);
    try {
      const batch = Array.from(
        { length: 100 },
        (): SpanInput => ({ name: "large", attributes: { text: "x".repeat(5000) } }),
      );
      for (let i = 0; i < 5; i++) await send(one.intake, "traces", tracesOf("api", batch));
      const sizes = () => limited.received.map(({ bytes }) => bytes);
      await until(() => sizes().reduce((sum, bytes) => sum + bytes, 0) > 2_500_000, "2.5 MB have arrived");
      expect(Math.max(...sizes())).toBeLessThanOrEqual(maxRequestBytes);
      expect(sizes().length).toBeLessThan(60);
      const row = rowOf(await closedLedger(one), "limited");
      expect(row).toMatchObject({ received: 500, sent: 500, rejected: 0, lost: 0, byRule: 0 });
    } finally {
      one.remove();
      await limited.close();
    }
  });
});

describe("nothing is lost", () => {
  test("one backend away and the collector killed twice: everything arrives once it is back, the other one never waits, and the ledger closes", async () => {
    delta.away(true);
    const sent = Array.from({ length: 500 }, (_, i): SpanInput => ({ name: `kept ${i}`, status: { code: 2 } }));
    const readings = [readingOf(collector)];
    const kept = (sink: Sink) =>
      new Set(
        spans(sink)
          .map((s) => s.name)
          .filter((name) => name.startsWith("kept")),
      ).size;
    for (const [from, to] of [
      [0, 300],
      [300, 500],
    ] as const) {
      for (let i = from; i < to; i += 100)
        await send(collector.intake, "traces", tracesOf("api", sent.slice(i, i + 100)));
      await until(() => kept(plain) === to, `the backend that is there has all ${to}`);
      // sampling holds 2 s in memory; what it has decided on is on disk
      await new Promise((resolve) => setTimeout(resolve, 4000));
      readings.push(readingOf(collector));
      collector.kill("SIGKILL");
      collector.start();
      await healthy(collector);
    }
    expect(kept(delta)).toBe(0);
    delta.away(false);
    await until(() => kept(delta) === 500, "the backend that was away has all 500");
    const spansOf = (exporter: string) => rowOf(ledgerOf(collector, readings), exporter);
    await until(() => spansOf("delta").queued === 0, "its queue is empty");
    const row = { received: 500, sent: 500, queued: 0, held: 0, lost: 0, rejected: 0, difference: 0 };
    expect(spansOf("plain")).toMatchObject(row);
    expect(spansOf("delta")).toMatchObject(row);
    expect(ledgerOf(collector, readings).restarts).toBe(2);
  });

  test("but what waits for the sampling decision when the collector is killed: the ledger says how much", async () => {
    const waiting = inputFor([sinkBackend("plain", plain)], {
      sampling: { mode: "tail", baselinePercent: 50, slowMs: 1000, decisionWaitSeconds: 60 },
    });
    const one = await startCollector(readableConfig(waiting), network);
    try {
      const held = Array.from({ length: 300 }, (_, i): SpanInput => ({ name: `held ${i}` }));
      await send(one.intake, "traces", tracesOf("api", held));
      // a process that began anew is known by its uptime, which must be the shorter one when it is read
      await new Promise((resolve) => setTimeout(resolve, 15_000));
      const before = [beginning, readingOf(one)];
      expect(rowOf(ledgerOf(one), "plain")).toMatchObject({ received: 300, held: 300, difference: 0 });
      one.kill("SIGKILL");
      one.start();
      await healthy(one);
      const after = ledgerOf(one, before);
      expect(rowOf(after, "plain")).toMatchObject({ received: 300, held: 0, sent: 0, difference: 300 });
      expect(after.problems).toContainEqual(
        expect.stringMatching(/^plain, traces: 300 came in and are nowhere\. The coll/),
      );
    } finally {
      one.remove();
    }
  });
});

describe("a backend that is dead", () => {
  test("one that never answers and one that is not there delay the third by less than five seconds", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, network.hostAddress, resolve));
    const alive = await startSink(network.hostAddress);
    const dead = (name: string, port: number) =>
      ({ name, exporters: [{ signals: ["traces"], endpoint: `http://${network.hostAddress}:${port}` }] }) as const;
    const backends = [
      dead("silent", (silent.address() as AddressInfo).port),
      dead("gone", 9),
      sinkBackend("alive", alive, { signals: ["traces"] }),
    ];
    const one = await startCollector(readableConfig(inputFor(backends)), network);
    const delays: number[] = [];
    try {
      // longer than a request waits for its answer
      for (let i = 0; i < 20; i++) {
        const begun = Date.now();
        const batch = Array.from({ length: 300 }, (): SpanInput => ({ name: `span ${i}` }));
        await send(one.intake, "traces", tracesOf("api", batch));
        await until(() => spans(alive).filter(({ name }) => name === `span ${i}`).length === 300, "they are there");
        delays.push(Date.now() - begun);
        await new Promise((resolve) => setTimeout(resolve, 2000));
      }
      expect(Math.max(...delays)).toBeLessThan(5000);
      await until(() => rowOf(ledgerOf(one), "alive").sent === 6000, "the collector has heard that it is taken");
      const ledger = ledgerOf(one);
      expect(ledger.problems).toEqual([]);
      for (const name of ["silent", "gone"])
        expect(rowOf(ledger, name)).toMatchObject({ received: 6000, sent: 0, queued: 6000, lost: 0 });
      expect(rowOf(ledger, "alive")).toMatchObject({ received: 6000, sent: 6000, queued: 0, lost: 0 });
    } finally {
      one.remove();
      silent.close().closeAllConnections();
      await alive.close();
    }
  });
});

describe("a queue that is full", () => {
  test("keeps its oldest, is no business of the sender's, and costs the other backend nothing", async () => {
    const [up, down] = [await startSink(network.hostAddress), await startSink(network.hostAddress)];
    const input = inputFor([
      sinkBackend("up", up, { signals: ["traces"] }),
      sinkBackend("down", down, { signals: ["traces"] }),
    ]);
    const config = parseDocument(readableConfig(input));
    const queue = ["exporters", "otlp_http/down", "sending_queue"];
    config.setIn([...queue, "queue_size"], 3000);
    config.setIn([...queue, "batch", "min_size"], 100);
    config.setIn([...queue, "batch", "max_size"], 200);
    const one = await startCollector(config.toString({ lineWidth: 0 }), network);
    const names = (sink: Sink) => spans(sink).map(({ name }) => name);
    try {
      down.away(true);
      const sent = Array.from({ length: 5000 }, (_, i): SpanInput => ({ name: `item ${i}` }));
      // Throws when it hears of the full queue.
      for (let i = 0; i < 5000; i += 100) await send(one.intake, "traces", tracesOf("api", sent.slice(i, i + 100)));
      await until(() => names(up).length === 5000, "the backend that is there has all");
      down.away(false);
      await until(() => names(down).length === 3000, "the other one has what its queue held");
      expect(new Set(names(down))).toEqual(new Set(sent.slice(0, 3000).map(({ name }) => name)));
      expect(new Set(names(up)).size).toBe(5000);
      expect(one.logs()).toContain("The exporter did not take this and it is lost for its backend");
      const ledger = await closedLedger(one);
      expect(rowOf(ledger, "up")).toMatchObject({ received: 5000, sent: 5000, lost: 0 });
      expect(rowOf(ledger, "down")).toMatchObject({ received: 5000, sent: 3000, lost: 2000 });
    } finally {
      one.remove();
      await Promise.all([up.close(), down.close()]);
    }
  });
});
