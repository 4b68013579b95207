import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { imageReference } from "../../images/catalogue.ts";
import { buildPipeline } from "../../pipeline/build.ts";
import { queueDiskBytes, stateDirectory } from "../../pipeline/queue.ts";
import { renderCollector } from "../../pipeline/render/collector.ts";
import { SIGNALS } from "../../pipeline/signal.ts";
import { load, type Sent } from "../bench/load.ts";
import { type Sink, startSink } from "../bench/sink.ts";
import { createNetwork, docker, type Network, type RunningCollector, startCollector, until } from "./collector.ts";
import { inputFor, version } from "./configs.ts";
import { ledgerOf, rowOf } from "./ledger.ts";

/** `npm run test:outage`: ten minutes. Otherwise a sample of it. */
const SECONDS = Number(process.env.OUTAGE_SECONDS ?? 20);
const SPANS_A_SECOND = Number(process.env.OUTAGE_SPANS ?? 1000);
/** Of `collector.memory`: each request that waits for its next try is in memory, four of every signal and backend. */
const MEMORY_MIB = Number(process.env.OUTAGE_MEMORY ?? 512);

/** As long again as it lasts, since what waited is delivered beside other work. */
const PATIENCE_SECONDS = 60 + SECONDS;

/** As an SDK does with what a busy collector refuses. */
const TRIES = 60;

let network: Network;
let closed: Sink;
let refusing: Sink;
let collector: RunningCollector;
let bound: number;
let sent: Sent;
/** What both had taken when the outage ended, and the bytes of the queues then. */
let meanwhile: readonly number[];
let bytes: number;
let drainSeconds: number;

const bytesOnDisk = (): number => {
  const args = ["run", "--rm", "--user=0:0", "--network=none", `--volumes-from=${collector.id}`, "--entrypoint=du"];
  return (
    Number(docker(...args, imageReference("base", "local"), "-sk", `${stateDirectory}/queue`).split("\t")[0]) * 1024
  );
};

const accepted = (): number => sent.spans - sent.refusedSpans;

beforeAll(
  async () => {
    network = createNetwork();
    [closed, refusing] = [await startSink(network.hostAddress), await startSink(network.hostAddress)];
    const backends = Object.entries({ closed, refusing }).map(([name, { url }]) => ({
      name,
      exporters: [{ signals: SIGNALS, endpoint: url }],
    }));
    const pipeline = buildPipeline(
      inputFor(backends, {
        collector: { memoryMiB: MEMORY_MIB, version, distribution: "own" },
        outageBudgetSeconds: 2 * SECONDS,
        expected: { spans: SPANS_A_SECOND, metricPoints: SPANS_A_SECOND, logRecords: SPANS_A_SECOND },
      }),
    );
    bound = queueDiskBytes(pipeline);
    collector = await startCollector(renderCollector(pipeline, version), network, { memory: `${MEMORY_MIB}m` });
    await closed.trouble("closed");
    await refusing.trouble("hangs");
    const sending = load(collector.intake, SPANS_A_SECOND, SECONDS, TRIES);
    await sleep(SECONDS * 500);
    await refusing.trouble(503);
    sent = await sending;
    meanwhile = [closed, refusing].flatMap((sink) => [sink.spans(), sink.records(), sink.points()]);
    bytes = bytesOnDisk();
    const ended = Date.now();
    await Promise.all([closed, refusing].map((sink) => sink.trouble(undefined)));
    // metrics never stop
    const empty = () => ledgerOf(collector).rows.every(({ signal, queued }) => signal === "metrics" || queued === 0);
    // seldom: while the collector is asked, this process answers nobody
    const asked = async () => {
      await sleep(3000);
      return empty();
    };
    await until(asked, "the queues are empty", PATIENCE_SECONDS).catch(() => undefined);
    drainSeconds = (Date.now() - ended) / 1000;
  },
  (10 * SECONDS + 300) * 1000,
);

afterAll(async () => {
  console.table({
    "outage, s": SECONDS,
    "spans sent, refused": `${sent?.spans} ${sent?.refusedSpans}`,
    "records, points sent": `${sent?.records} ${sent?.points}`,
    "at both meanwhile": `${meanwhile}`,
    "queues on disk, MB, bound": `${Math.round(bytes / 1e6)} ${Math.round(bound / 1e6)}`,
    "empty again after, s": drainSeconds,
    "spans at each, twice": [closed, refusing].map((sink) => `${sink.spans()}, ${sink.duplicates()}`).join("; "),
    "records at each": `${closed.records()}, ${refusing.records()}`,
  });
  for (const sink of [closed, refusing]) sink?.close();
  collector?.remove();
  network?.remove();
});

describe("two backends away at full rate, one closed, one that hangs and then answers 503", () => {
  test("take nothing meanwhile", () => {
    expect(meanwhile).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("and afterwards have every span that was accepted, as the ledger says", () => {
    expect(accepted()).toBeGreaterThan(0);
    for (const [name, sink] of Object.entries({ closed, refusing })) {
      expect([name, sink.spans()]).toEqual([name, accepted()]);
      const row = rowOf(ledgerOf(collector), name);
      expect(row).toMatchObject({
        received: accepted(),
        sent: accepted(),
        rejected: 0,
        lost: 0,
        queued: 0,
        difference: 0,
      });
    }
  });

  test("and every log record and point", async () => {
    for (const [name, sink] of Object.entries({ closed, refusing })) {
      const logs = rowOf(ledgerOf(collector), name, "logs");
      expect(logs).toMatchObject({ sent: logs.received, rejected: 0, lost: 0, queued: 0, difference: 0 });
      expect(sink.records()).toBeGreaterThanOrEqual(logs.received);
      await until(() => rowOf(ledgerOf(collector), name, "metrics").difference === 0, "nothing is on its way");
      expect(rowOf(ledgerOf(collector), name, "metrics")).toMatchObject({ rejected: 0, lost: 0, difference: 0 });
      expect(sink.points()).toBeGreaterThanOrEqual(sent.points);
    }
  });

  test("while the queues take no more of the disk than was computed for the outage budget", () => {
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(bound);
  });
});
