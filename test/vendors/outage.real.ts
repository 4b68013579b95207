import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../collector/collector.ts";
import { closedLedger } from "../collector/ledger.ts";
import { givenUp, type Stage, startStage } from "./stage.ts";
import { Traffic } from "./traffic.ts";
import { keyOf, VENDORS, type VendorName } from "./vendors.ts";

/** `PHASES=full`: a minute of 429 and of a revoked key, five of 503. Otherwise a few seconds each. */
const full = process.env.PHASES === "full";

interface Trouble {
  readonly vendor: VendorName;
  readonly what: string;
  readonly seconds: number;
  begin(stage: Stage): void;
  end(stage: Stage): void;
}

const answers = (vendor: VendorName, status: number, seconds: number): Trouble => ({
  vendor,
  what: `answers ${status}`,
  seconds,
  begin: (stage) => stage.vendor(vendor).intake.fail(status),
  end: (stage) => stage.vendor(vendor).intake.recover(),
});

const revokes = (vendor: VendorName, status: number, seconds: number): Trouble => ({
  vendor,
  what: `revokes its key (${status})`,
  seconds,
  begin: (stage) => stage.vendor(vendor).keys.clear(),
  end: (stage) => void stage.vendor(vendor).keys.add(keyOf(vendor)),
});

const TROUBLES: readonly Trouble[] = [
  answers("new-relic", 429, full ? 60 : 10),
  answers("elastic", 503, full ? 300 : 20),
  revokes("honeycomb", 401, full ? 60 : 15),
  revokes("datadog", 403, full ? 60 : 15),
];

describe("four vendors in trouble at once, with traffic all the time", () => {
  const traffic = new Map<Trouble, Traffic>();
  const deliveredMeanwhile: number[] = [];
  const atTheOther: number[] = [];
  let stage: Stage;
  let untroubled: Traffic;

  /** The items sent while this vendor was in trouble, under a mark of their own. */
  async function live(trouble: Trouble): Promise<void> {
    const own = new Traffic(stage, trouble.what);
    traffic.set(trouble, own);
    trouble.begin(stage);
    for (let part = 0; part < 10; part++) {
      await own.send(100);
      await sleep(trouble.seconds * 100);
    }
    const other = () => own.account("grafana-cloud", "traces").accepted;
    await until(() => other() === own.sent, "the vendor without trouble has it").catch(() => undefined);
    deliveredMeanwhile.push(own.account(trouble.vendor, "traces").accepted);
    atTheOther.push(other());
    trouble.end(stage);
    await until(() => own.complete(trouble.vendor), `${trouble.vendor} has everything`).catch(() => undefined);
  }

  beforeAll(async () => {
    stage = await startStage();
    untroubled = new Traffic(stage, "untroubled");
    await Promise.all(TROUBLES.map(live));
    await untroubled.send(100);
    const all = [untroubled, ...traffic.values()];
    const settled = () => VENDORS.every((name) => all.every((one) => one.complete(name)));
    await until(settled, "everything is everywhere").catch(() => undefined);
  }, 1_200_000);
  afterAll(async () => {
    console.table(
      TROUBLES.flatMap((trouble) =>
        Object.entries(traffic.get(trouble)?.accounts(trouble.vendor) ?? {}).map(([signal, account]) => ({
          vendor: trouble.vendor,
          trouble: `${trouble.what} for ${trouble.seconds} s`,
          signal,
          ...account,
        })),
      ),
    );
    await stage?.close();
  });

  test.each(TROUBLES.map((trouble) => [trouble.vendor, trouble.what, trouble.seconds, trouble] as const))(
    "%s %s for %i s: everything sent meanwhile arrives, once",
    (vendor, _what, _seconds, trouble) => {
      const own = traffic.get(trouble);
      expect(own?.sent).toBe(1000);
      expect(own?.accounts(vendor)).toEqual(own?.intact);
    },
  );

  test("none of it had arrived before the trouble was over", () => {
    expect(deliveredMeanwhile).toEqual(TROUBLES.map(() => 0));
  });

  test("each vendor has all of it, sent in its own trouble or in another's, once", () => {
    for (const own of [untroubled, ...traffic.values()])
      for (const name of VENDORS) expect([name, own.accounts(name)]).toEqual([name, own.intact]);
  });

  test("the vendor without trouble had it while the others were in theirs", () => {
    expect(atTheOther).toEqual(TROUBLES.map(() => 1000));
  });

  test("the log says what was refused and that it is kept, and drops nothing", () => {
    const log = stage.collector.logs();
    const sentences = [
      '401 Unauthorized, kept in the queue: {\\"message\\":\\"unknown API key - check your credentials',
      "403 Forbidden, kept in the queue",
      "The backend accepts again, what waited is delivered",
    ];
    expect(sentences.filter((sentence) => !log.includes(sentence))).toEqual([]);
    expect(givenUp(stage)).toEqual([]);
  });

  test("the ledger closes: nothing was lost, rejected or sent twice", async () => {
    const ledger = await closedLedger(stage.collector);
    const spans = ledger.rows.filter(({ signal }) => signal === "traces");
    expect(spans).toHaveLength(VENDORS.length);
    const row = { received: 4100, again: 0, sent: 4100, rejected: 0, lost: 0, difference: 0 };
    for (const one of spans) expect(one).toMatchObject(row);
  });

  test("no key is in the log", () => {
    const log = stage.collector.logs();
    expect(TROUBLES.filter(({ vendor }) => log.includes(keyOf(vendor)))).toEqual([]);
  });
});
