import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { difference } from "../../../difference/compare/difference.ts";
import { takeInventory } from "../../../difference/inventory/inventory.ts";
import { normalName } from "../../../difference/inventory/span-name.ts";
import { readInventory } from "../../../difference/record/recording.ts";
import type { Json } from "../../../verify/json.ts";
import { recordedRun } from "./fixture/read.ts";
import { type Field, pointsOf, Telemetry } from "./telemetry.ts";

const CANARY = "canary-7f3a";
const [{ recording }, ...requests] = recordedRun()
  .split("\n")
  .map((line) => JSON.parse(line));
const inventoryOf = (of: readonly unknown[]) => takeInventory(of as readonly Json[], recording);

/** A canary in place of every value, but for that of `service.name`, which an inventory names. */
function withCanaries(): Telemetry {
  const run = new Telemetry(requests);
  const poison = (fields: Field[] | undefined): void => {
    for (const field of fields ?? []) if (field.key !== "service.name") field.value = { stringValue: CANARY };
  };
  for (const { resource } of run.groups) poison(resource?.attributes);
  run.keepSpans((span) => {
    poison(span.attributes);
    return true;
  });
  run.keepMetrics((metric) => {
    for (const point of pointsOf(metric)) poison(point.attributes);
    return true;
  });
  run.keepLogs((record) => {
    poison(record.attributes);
    record.body = { stringValue: CANARY };
    return true;
  });
  return run;
}

/** An export of a counter and of a histogram made from the same spans: milliseconds, total. */
const exported = (at: number, total: number) => {
  const time = { timeUnixNano: `${at}000000` };
  const metrics = [
    {
      name: "calls",
      sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ ...time, asInt: `${total}` }] },
    },
    {
      name: "duration",
      histogram: { aggregationTemporality: 2, dataPoints: [{ ...time, ...(total > 0 && { count: `${total}` }) }] },
    },
  ];
  return { resourceMetrics: [{ resource: {}, scopeMetrics: [{ scope: { name: "spanmetricsconnector" }, metrics }] }] };
};

describe("an inventory", () => {
  test("takes the zero that the collector puts in front of a series for no export", () => {
    const { metrics } = takeInventory(
      [exported(900, 0), exported(1000, 1), exported(2000, 2), exported(3000, 2), exported(4000, 5)],
      recording,
    );
    expect(metrics.map(({ name, count, exports }) => [name, count, exports])).toEqual([
      ["calls", 3, 4],
      ["duration", 3, 4],
    ]);
  });

  test("holds no value of an attribute and no text of a record", () => {
    const text = JSON.stringify(inventoryOf(withCanaries().requests));
    const named = [...text.matchAll(/"([\w.]+)":\{"count":\d+,"rounds":\d+,[^{}]*"known":\{"canary-7f3a"/g)];
    // but for the attributes whose values the conventions enumerate
    expect([...new Set(named.map(([, key]) => key))].sort()).toEqual([
      "code.function.name",
      "db.operation.name",
      "db.system.name",
      "direction",
      "http.request.method",
      "http.response.status_code",
      "messaging.operation.name",
      "messaging.operation.type",
      "messaging.system",
      "network.transport",
      "span.kind",
      "state",
      "status.code",
      "url.scheme",
    ]);
    expect(text.replaceAll(/"known":\{"canary-7f3a":\{[^{}]*\}\}/g, "")).not.toContain(CANARY);
  });

  test("names a span only where the name is seen in most uses", () => {
    const run = new Telemetry(requests);
    run.spans("api", (span) => {
      if (span.name === "GET /api/games") span.name = `GET ${CANARY} ${Number.parseInt(span.spanId.slice(0, 6), 16)}x`;
    });
    expect(JSON.stringify(inventoryOf(run.requests))).not.toContain(CANARY);
  });

  test.each([
    ["GET /games/17", "GET /games/{id}"],
    ["GET /games/{game_id}/join", "GET /games/{id}/join"],
    ["load 3f2b8a60-1c7e-4d1b-9a55-0c2f3d4e5f60", "load {id}"],
    ["poll 5fd3a92c81b7", "poll {id}"],
    ["GET /api/v10/games", "GET /api/v10/games"],
    ["SELECT games", "SELECT games"],
  ])("the span %s is %s", (name, normal) => {
    expect(normalName(name)).toBe(normal);
  });
});

describe("a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "difference-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const written = (name: string, content: string): string => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  };

  test("may be what the collector's file exporter wrote, which says nothing of uses: its time is cut into four", () => {
    const file = written("exported.json", requests.map((request) => JSON.stringify(request)).join("\n"));
    const [exported, known] = [readInventory(file, recording.texts), inventoryOf(requests)];
    expect([exported.rounds, exported.spans.length]).toEqual([4, known.spans.length]);
    expect(difference(exported, exported)).toEqual([]);
  });

  test("may be an inventory, which is taken as it is", () => {
    const known = inventoryOf(requests);
    expect(readInventory(written("inventory.json", JSON.stringify(known)), [])).toEqual(known);
  });

  test.each([
    ["", "nothing"],
    ["{", "half of a document"],
    ['{"spans":[]}', "something else in JSON"],
    ['{"resourceSpans":[]}\nnot JSON', "a line that is none"],
  ])("with %j in it (%s) is refused with a sentence", (content) => {
    const file = written("wrong.json", content);
    expect(() => readInventory(file, [])).toThrow(
      /wrong\.json is neither an inventory nor OTLP in JSON, one request a line, as the collector's file exporter writes it\.$/,
    );
  });

  test("that is not there is said with the command that makes one", () => {
    expect(() => readInventory("/no/such", [])).toThrow(
      "/no/such cannot be read: record one with npm run difference -- --record /no/such.",
    );
  });
});
