import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { imageReference } from "../../images/catalogue.ts";
import { createNetwork, docker, type Network, type RunningCollector, startCollector, until } from "./collector.ts";
import { inputFor, readableConfig, sinkBackend } from "./configs.ts";
import { closedLedger, rowOf } from "./ledger.ts";
import { type SpanInput, tracesOf } from "./otlp.ts";
import { type Sink, spans, startSink } from "./sink.ts";

const VOLUME = `full-disk-${process.pid}`;

let network: Network;
let one: Sink;
let two: Sink;
let collector: RunningCollector;

beforeAll(async () => {
  network = createNetwork();
  [one, two] = [await startSink(network.hostAddress), await startSink(network.hostAddress)];
  const size = ["--opt=type=tmpfs", "--opt=device=tmpfs", "--opt=o=size=48m,mode=1777"];
  docker("volume", "create", "--driver=local", ...size, VOLUME);
  const config = readableConfig(
    inputFor([sinkBackend("one", one), sinkBackend("two", two)], { outageBudgetSeconds: 7200 }),
  );
  collector = await startCollector(config, network, { volumes: [`${VOLUME}:/var/lib/otelcol/queue`] });
});

afterAll(async () => {
  collector?.remove();
  docker("volume", "rm", "--force", VOLUME);
  network?.remove();
  await Promise.all([one?.close(), two?.close()]);
});

/** Runs a shell line on the disk of the queues. */
const onDisk = (line: string): string => {
  const args = ["run", "--rm", "--user=0:0", "--network=none", `--volumes-from=${collector.id}`, "--entrypoint=sh"];
  return docker(...args, imageReference("base", "local"), "-c", `cd /var/lib/otelcol/queue && ${line}`);
};

/** Sends 50 spans with ids of their own; what is answered. */
async function request(number: number): Promise<Response> {
  const batch = Array.from(
    { length: 50 },
    (_, i): SpanInput => ({ name: "span", attributes: { id: `${number} ${i}`, text: "x".repeat(500) } }),
  );
  return fetch(`${collector.intake}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(tracesOf("api", batch)),
  });
}

const idsAt = (sink: Sink): readonly unknown[] => spans(sink).map(({ attributes }) => attributes.id);

describe("a disk that is full", () => {
  test("is told to the sender, who may try again; with room everything goes on, nothing is lost, and the ledger closes", async () => {
    one.away(true);
    two.away(true);
    onDisk("dd if=/dev/zero of=others bs=1M count=40 2>/dev/null");
    const accepted: number[] = [];
    const refused: number[] = [];
    for (let i = 0; refused.length < 5; i++) {
      const answer = await request(i);
      if (!answer.ok) expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining("no space")]);
      (answer.ok ? accepted : refused).push(i);
    }
    onDisk("rm others");
    // as a sender does
    for (const i of refused) expect((await request(i)).status).toBe(200);
    one.away(false);
    two.away(false);
    const all = (accepted.length + refused.length) * 50;
    for (const sink of [one, two]) await until(() => new Set(idsAt(sink)).size === all, "everything is there");
    const ledger = await closedLedger(collector);
    for (const [name, sink] of Object.entries({ one, two })) {
      const row = rowOf(ledger, name);
      expect(row).toMatchObject({ received: all, sent: all + row.again, lost: 0, rejected: 0 });
      // the last that found room in one queue and none in the other
      expect([row.again, idsAt(sink).length]).toEqual([expect.toSatisfy((again) => again <= 250), row.sent]);
    }
    expect(ledger.refused.traces).toBe(refused.length * 50);
  });
});
