import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { imageReference } from "../../images/catalogue.ts";
import { createNetwork, healthy, type Network, startCollector, until } from "./collector.ts";
import { inputFor, readableConfig, sinkBackend } from "./configs.ts";
import { beginning, ledgerOf, readingOf, rowOf } from "./ledger.ts";
import { type SpanInput, send, tracesOf } from "./otlp.ts";
import { points, type Sink, spans, startSink } from "./sink.ts";

let network: Network;
let sink: Sink;

beforeAll(async () => {
  network = createNetwork();
  sink = await startSink(network.hostAddress);
});

afterAll(async () => {
  network?.remove();
  await sink?.close();
});

/** Runs a shell line in the folder of the queues of a stopped collector. */
function damage(id: string, line: string): string {
  const args = ["run", "--rm", "--user=0:0", "--network=none", `--volumes-from=${id}`, "--entrypoint=sh"];
  return execFileSync(
    "docker",
    [...args, imageReference("base", "local"), "-c", `cd /var/lib/otelcol/queue && ${line}`],
    {
      encoding: "utf8",
    },
  );
}

const EACH = 'for f in exporter_*; do s=$(stat -c %s "$f"); ';

describe("a queue file that is damaged does not stop the collector for ever", () => {
  test.each([
    [
      "zeros behind its first two pages",
      `${EACH}dd if=/dev/zero of="$f" bs=4096 seek=2 count=$((s / 4096 - 2)) conv=notrunc 2>/dev/null; done`,
    ],
    ["zeros in its first two pages", `${EACH}dd if=/dev/zero of="$f" bs=4096 count=2 conv=notrunc 2>/dev/null; done`],
    ["cut short", `${EACH}dd if=/dev/null of="$f" bs=1 seek=100 2>/dev/null; done`],
    ["random pages", `${EACH}dd if=/dev/urandom of="$f" bs=4096 seek=2 count=6 conv=notrunc 2>/dev/null; done`],
  ])("%s", async (name, line) => {
    sink.away(true);
    const config = readableConfig(inputFor([sinkBackend("one", sink)])).replace(
      "scrape_interval: 15s",
      "scrape_interval: 1s",
    );
    const collector = await startCollector(config, network);
    try {
      const sent = Array.from({ length: 200 }, (_, i): SpanInput => ({ name: `${name} ${i}` }));
      await send(collector.intake, "traces", tracesOf("api", sent));
      await new Promise((resolve) => setTimeout(resolve, 3000));
      const before = [beginning, readingOf(collector)];
      collector.kill("SIGKILL");
      damage(collector.id, line);
      collector.start();
      await healthy(collector);
      sink.away(false);
      await send(collector.intake, "traces", tracesOf("api", [{ name: `after ${name}` }]));
      await until(() => spans(sink).some((span) => span.name === `after ${name}`), "what comes after is delivered");
      expect(collector.logs()).toContain("Database corruption detected, recreating database file");
      expect(damage(collector.id, "ls")).toMatch(/^exporter_.*\.backup$/m);
      await until(
        () => rowOf(ledgerOf(collector, before), "one").sent === 1,
        "the collector has heard that it is taken",
      );
      expect(rowOf(ledgerOf(collector, before), "one")).toMatchObject({ received: 201, sent: 1, difference: 200 });
      const damaged = () => points(sink).filter(({ metric }) => metric === "otelcol_ledger_damaged_queues");
      await until(() => (damaged().at(-1)?.value ?? 0) >= 1, "a query can see that a queue was damaged");
    } finally {
      collector.remove();
    }
  });
});
