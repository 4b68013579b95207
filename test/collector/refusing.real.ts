import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { createNetwork, type Network, type RunningCollector, startCollector, until } from "./collector.ts";
import { inputFor, readableConfig } from "./configs.ts";
import { closedLedger, rowOf } from "./ledger.ts";
import { type SpanInput, send, tracesOf } from "./otlp.ts";
import { type Sink, spans, startSink } from "./sink.ts";

/** Beyond the ten after which a request that is refused while others are accepted is given up (pipeline/refused.ts). */
const REFUSALS = 13;

let network: Network;
let one: Sink;
let two: Sink;
let collector: RunningCollector;

beforeAll(async () => {
  network = createNetwork();
  [one, two] = [await startSink(network.hostAddress), await startSink(network.hostAddress)];
  const backends = Object.entries({ one, two }).map(([name, { url }]) => ({
    name,
    exporters: [{ signals: ["traces"] as const, endpoint: url, headers: { "x-key": { secret: `key-of-${name}` } } }],
  }));
  const config = parseDocument(readableConfig(inputFor(backends, { outageBudgetSeconds: 3600 })));
  // as often in seconds as in five minutes
  for (const name of ["one", "two"]) {
    config.setIn(["exporters", `otlp_http/${name}`, "retry_on_failure", "initial_interval"], "500ms");
    config.setIn(["exporters", `otlp_http/${name}`, "retry_on_failure", "max_interval"], "1s");
  }
  const secrets = ["key-of-one", "key-of-two"];
  collector = await startCollector(config.toString({ lineWidth: 0 }), network, { secrets });
});

afterAll(async () => {
  collector?.remove();
  network?.remove();
  await Promise.all([one?.close(), two?.close()]);
});

describe("two backends that refuse their keys, with the same bodies", () => {
  test("are judged each by itself: nothing is given up, and all is delivered once the keys are taken again", async () => {
    for (const sink of [one, two]) sink.away(401);
    const sent = Array.from({ length: 200 }, (_, i): SpanInput => ({ name: `span ${i}` }));
    await send(collector.intake, "traces", tracesOf("api", sent));
    const most = (sink: Sink) =>
      Math.max(0, ...[...Map.groupBy(sink.refused, (body) => body).values()].map((all) => all.length));
    await until(() => most(one) >= REFUSALS && most(two) >= REFUSALS, "both have refused it more often than is borne");
    expect(new Set(one.refused)).toEqual(new Set(two.refused));
    one.away(false);
    await until(() => spans(one).length === 200, "the one whose key is taken again has all");
    const before = two.refused.length;
    // the other goes on being refused what the first one has accepted
    await until(() => two.refused.length >= before + REFUSALS, "the other refuses as before");
    two.away(false);
    await until(() => spans(two).length === 200, "the other has all as well");
    const ledger = await closedLedger(collector);
    for (const name of ["one", "two"])
      expect(rowOf(ledger, name)).toMatchObject({ received: 200, sent: 200, queued: 0, rejected: 0, lost: 0 });
    expect(collector.logs()).not.toContain("Dropping data");
  });
});
