import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../collector/collector.ts";
import { ledgerOf, rowOf } from "../collector/ledger.ts";
import { replaceCollector, rotateSecret } from "./rotate.ts";
import { givenUp, type Stage, startStage } from "./stage.ts";
import { SIGNALS, Traffic } from "./traffic.ts";
import { keyOf, VENDORS, type VendorName } from "./vendors.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await startStage([[["extensions", "retryable_status", "lone_refusals"], 3]]);
});
afterAll(() => stage?.close());

async function arrives(traffic: Traffic, vendors: readonly VendorName[] = VENDORS): Promise<void> {
  const complete = () => vendors.every((name) => traffic.complete(name));
  await until(complete, "everything is there").catch(() => undefined);
  for (const name of vendors) expect([name, traffic.accounts(name)]).toEqual([name, traffic.intact]);
}

/** A request cut off by the stop is sent again after it, so nothing may be on its way to those that take it. */
async function othersHaveIt(traffic: Traffic, vendor: VendorName): Promise<void> {
  const others = VENDORS.filter((name) => name !== vendor);
  await until(() => others.every((name) => traffic.complete(name)), "the others have everything");
  await sleep(3000);
}

/** Each key that the program makes and sends with: its file, and the key as the intake sees it. */
const MADE = [
  ["grafana-cloud", "grafana-cloud-token", (token: string) => `dummy-grafana-cloud-user:${token}`],
  ["new-relic", "new-relic-license-key", (key: string) => key],
  ["honeycomb", "honeycomb-ingest-key", (key: string) => key],
] as const;

describe("a key that is rotated as a deployment does it, under traffic", () => {
  test.each(MADE)("at %s: nothing is refused, nothing lost, nothing twice", async (vendor, secret, seen) => {
    const traffic = new Traffic(stage, `replaced at ${vendor}`);
    const { intake, keys } = stage.vendor(vendor);
    const old = [...keys];
    const next = `next-${secret}`;
    const taken = () => SIGNALS.every((signal) => traffic.account(vendor, signal).accepted > 0);
    const stop = traffic.flow();
    await until(taken, "the old key is in use");
    // The order of pulumi up --replace (test/program/backends/rotation.ts): made, given to the collector, and only then the old one goes.
    keys.add(seen(next));
    expect(givenUp(stage)).toEqual([]);
    await replaceCollector(stage.collector, { [secret]: next });
    for (const key of old) keys.delete(key);
    const sentBefore = traffic.sent;
    const before = SIGNALS.map((signal) => traffic.account(vendor, signal).accepted);
    await until(
      () => SIGNALS.every((signal, i) => traffic.account(vendor, signal).accepted > (before[i] ?? 0)),
      "the new key is in use",
    );
    await stop();
    expect(traffic.sent).toBeGreaterThan(sentBefore);
    await arrives(traffic);
    expect(Object.fromEntries(intake.refused)).toEqual({});
    expect(givenUp(stage)).toEqual([]);
    expect([...keys]).toEqual([seen(next)]);
    console.log(`${vendor}: ${traffic.sent} of each signal sent, ${sentBefore} before the old key went`);
  });
});

describe("a key that is rotated", () => {
  test("while data waits in the queue: the new key delivers it all, once, with the old one gone", async () => {
    const traffic = new Traffic(stage, "rotated");
    const { intake, keys } = stage.vendor("grafana-cloud");
    const rotated = keyOf("grafana-cloud").replace("-token", "-token-2");
    intake.fail(503);
    await traffic.send(300);
    await othersHaveIt(traffic, "grafana-cloud");
    keys.add(rotated);
    await rotateSecret(stage.collector, "grafana-cloud-token", rotated.split(":")[1] ?? "");
    keys.delete(keyOf("grafana-cloud"));
    intake.recover();
    await traffic.send(300);
    await arrives(traffic);
    expect(intake.refused.get(401) ?? 0).toBe(0);
  });
});

describe("a key that is revoked", () => {
  test.each([
    ["honeycomb", 401, "honeycomb-ingest-key"],
    ["new-relic", 403, "new-relic-license-key"],
  ] as const)("at %s (%i), then replaced: the next key delivers what waited, once", async (vendor, status, secret) => {
    const traffic = new Traffic(stage, `revoked at ${vendor}`);
    const { intake, keys } = stage.vendor(vendor);
    keys.clear();
    await traffic.send(500);
    await othersHaveIt(traffic, vendor);
    await until(() => (intake.refused.get(status) ?? 0) >= 3, "it was refused several times");
    expect(traffic.account(vendor, "traces")).toEqual({ sent: 500, accepted: 0, lost: 500, duplicated: 0 });
    const next = `dummy-${secret}-2`;
    keys.add(next);
    await rotateSecret(stage.collector, secret, next);
    await traffic.send(100);
    await arrives(traffic);
    expect(givenUp(stage)).toEqual([]);
  });
});

describe("one request that is refused for what it holds", () => {
  test("does not stand in the way of the others, and is given up alone", async () => {
    const { intake, poison } = stage.vendor("datadog");
    poison.add("poison");
    const bad = new Traffic(stage, "poison");
    await bad.send(10);
    // Sent together with others they would share its fate: a batch is accepted or refused as one.
    await until(() => (intake.refused.get(403) ?? 0) >= 6, "each signal was refused");
    await sleep(1500);
    const good = new Traffic(stage, "beside poison");
    while (givenUp(stage).length < 3 && good.sent < 6000) {
      await good.send(100);
      await sleep(1000);
    }
    await arrives(good);
    const refused = { sent: 10, accepted: 0, lost: 10, duplicated: 0 };
    expect(bad.accounts("datadog")).toEqual({ traces: refused, metrics: refused, logs: refused });
    expect(bad.accounts("grafana-cloud")).toEqual(bad.intact);
    const items = Object.fromEntries(givenUp(stage).map(({ exporter, items }) => [exporter, items]));
    // Span metrics of the refused spans may have shared the batch of the refused points.
    expect(items).toEqual({
      "otlp_http/datadog-traces": 10,
      "otlp_http/datadog-metrics": expect.toSatisfy((count: number) => count >= 10 && count < 30),
      "otlp_http/datadog-logs": 10,
    });
    const ledger = ledgerOf(stage.collector);
    for (const signal of ["traces", "logs"] as const)
      expect(rowOf(ledger, `datadog-${signal}`, signal)).toMatchObject({ rejected: 10, difference: 0 });
  });
});
