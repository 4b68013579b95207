import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { counterOf, logsOf, tracesOf } from "../../../collector/otlp.ts";
import { type Intake, type IntakeProfile, startIntake } from "../../../support/fakes/intake.ts";
import { datadog, elastic, grafanaCloud, honeycomb, newRelic } from "../../../support/fakes/intake-profiles.ts";

const KEYS = new Set(["good"]);
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

let intake: Intake;
afterEach(() => intake?.close());
const start = async (profile: IntakeProfile) => {
  intake = await startIntake(profile);
};

async function post(
  signal: string,
  payload: object | Buffer,
  headers: Record<string, string>,
  more: { encoding?: string } = {},
): Promise<number> {
  const plain = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  const response = await fetch(`${intake.endpoint}/v1/${signal}`, {
    method: "POST",
    headers: {
      "content-type": Buffer.isBuffer(payload) ? "application/x-protobuf" : "application/json",
      ...(more.encoding && { "content-encoding": more.encoding }),
      ...headers,
    },
    body: new Uint8Array(more.encoding === "gzip" ? gzipSync(plain) : plain),
  });
  return response.status;
}

const cumulative = counterOf("api", "requests", 3, Date.now() - 1000);
const delta = JSON.parse(
  JSON.stringify(cumulative).replace('"aggregationTemporality":2', '"aggregationTemporality":1'),
);
const spans = (count: number, length = 1) =>
  tracesOf(
    "api",
    Array.from({ length: count }, () => ({ name: "span", attributes: { text: "x".repeat(length) } })),
  );

describe("every intake", () => {
  test("counts what it took by signal, and what it refused by status", async () => {
    await start(newRelic(KEYS));
    expect(await post("traces", spans(3), { "api-key": "good" })).toBe(200);
    expect(await post("logs", logsOf("bot", [{ body: "a" }, { body: "b" }]), { "api-key": "good" })).toBe(200);
    expect(await post("traces", spans(1), { "api-key": "bad" })).toBe(403);
    expect(intake.items("traces").map(({ service, name }) => [service, name])).toEqual(Array(3).fill(["api", "span"]));
    expect(intake.items("logs")).toHaveLength(2);
    expect([...intake.refused]).toEqual([[403, 1]]);
  });

  test("reads gzip, and refuses what is no OTLP", async () => {
    await start(honeycomb(KEYS));
    const key = { "x-honeycomb-team": "good" };
    expect(await post("traces", spans(2), key, { encoding: "gzip" })).toBe(200);
    expect(intake.items("traces")).toHaveLength(2);
    expect(await post("traces", {}, { ...key, "content-type": "text/plain" })).toBe(415);
    expect(await post("traces", Buffer.from([0xff, 0xff]), key)).toBe(400);
    expect(await post("profiles", {}, key)).toBe(404);
  });

  test("fails on demand, as often as asked, and says when to come back", async () => {
    await start(elastic(KEYS));
    const key = { authorization: "ApiKey good" };
    intake.fail(429, 2);
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push(await post("logs", logsOf("api", [{ body: "x" }]), key));
    expect(statuses).toEqual([429, 429, 200]);
    expect(intake.items("logs")).toHaveLength(1);
    intake.fail(503);
    expect(await post("logs", {}, key)).toBe(503);
    intake.recover();
    expect(await post("logs", {}, key)).toBe(200);
  });

  test("a key that is taken out is refused from then on", async () => {
    const keys = new Set(["good"]);
    await start(elastic(keys));
    expect(await post("logs", {}, { authorization: "ApiKey good" })).toBe(200);
    keys.delete("good");
    expect(await post("logs", {}, { authorization: "ApiKey good" })).toBe(401);
  });
});

describe("Grafana Cloud's gateway", () => {
  const key = { authorization: basic("123:token") };

  test("wants the stack's id and a token, below /otlp", async () => {
    await start(grafanaCloud(new Set(["123:token"])));
    expect(await post("traces", spans(1), key)).toBe(200);
    expect(await post("traces", spans(1), { authorization: basic("124:token") })).toBe(401);
    expect(await post("traces", spans(1), {})).toBe(401);
    expect((await fetch(`${intake.url}/v1/traces`, { method: "POST" })).status).toBe(404);
  });

  test("refuses delta and zstd", async () => {
    await start(grafanaCloud(new Set(["123:token"])));
    expect(await post("metrics", delta, key)).toBe(400);
    expect(await post("metrics", cumulative, key)).toBe(200);
    expect(await post("metrics", cumulative, key, { encoding: "zstd" })).toBe(415);
    expect(intake.items("metrics").map(({ name, temporality, value }) => [name, temporality, value])).toEqual([
      ["requests", "cumulative", 3],
    ]);
  });
});

describe("New Relic's intake", () => {
  const key = { "api-key": "good" };

  test("distinguishes a missing key from a wrong one", async () => {
    await start(newRelic(KEYS));
    expect(await post("traces", spans(1), {})).toBe(401);
    expect(await post("traces", spans(1), { "api-key": "of the other region" })).toBe(403);
  });

  test("takes a megabyte and no more, after decompression", async () => {
    await start(newRelic(KEYS));
    expect(await post("traces", spans(1, 900_000), key, { encoding: "gzip" })).toBe(200);
    expect(await post("traces", spans(1, 1_000_000), key, { encoding: "gzip" })).toBe(413);
    expect(intake.largest.get("traces")).toBeGreaterThan(900_000);
  });

  test("counts values longer than it keeps", async () => {
    await start(newRelic(KEYS));
    await post("traces", spans(2, 4096), key);
    await post("traces", spans(2, 4095), key);
    expect(intake.tooLong).toBe(2);
  });

  test("wants counters as delta", async () => {
    await start(newRelic(KEYS));
    expect([await post("metrics", cumulative, key), await post("metrics", delta, key)]).toEqual([400, 200]);
  });
});

describe("Honeycomb's intake", () => {
  test("files metrics by header, or where nobody looks; traces and logs by service", async () => {
    await start(honeycomb(KEYS));
    const key = { "x-honeycomb-team": "good" };
    await post("metrics", cumulative, { ...key, "x-honeycomb-dataset": "game-metrics" });
    await post("metrics", cumulative, key);
    await post("traces", spans(2), key);
    expect([...intake.datasets]).toEqual([
      ["game-metrics", 1],
      ["unknown_metrics", 1],
      ["api", 2],
    ]);
  });
});

describe("Datadog's intake", () => {
  test("says Forbidden to every wrong key, and refuses cumulative", async () => {
    await start(datadog(KEYS));
    expect(await post("traces", spans(1), {})).toBe(403);
    expect(await post("metrics", cumulative, { "dd-api-key": "good" })).toBe(400);
    expect(await post("metrics", delta, { "dd-api-key": "good" })).toBe(200);
  });
});
