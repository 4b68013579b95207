import { describe, expect, test } from "vitest";
import { madeIn, wholeMinutes } from "../../../../verify/ledger/minutes.ts";
import type { MinuteItems, Reading, Sample } from "../../../../verify/ledger/reading.ts";

const MINUTE = 60_000;
/** Number 1 of the three that are told apart. */
const first = new Date(30_000_001 * MINUTE);

const at = (seconds: number): Date => new Date(first.getTime() + seconds * 1000);

/** What a collector that began long ago counted of `api`'s spans, by the number of the minute: one reading. */
function reading(seconds: number, minutes: readonly [number, number, number], uptime = 1000 + seconds): Reading {
  const of = (place: string) =>
    minutes.map(
      (value, minute): Sample => ({
        name: "otelcol_ledger_minute_items",
        labels: { place, signal: "traces", service: "api", minute: `${minute}` },
        value,
      }),
    );
  const samples = [...of("received"), ...of("one"), { name: "otelcol_process_uptime", labels: {}, value: uptime }];
  return { at: at(seconds), collector: "a", samples };
}

const item = (place: string, items: number): MinuteItems => ({ place, signal: "traces", service: "api", items });
const long = new Date(0);

describe("what passed in whole minutes", () => {
  test("is read from before the first to after the last of them", () => {
    const readings = [
      reading(-5, [7, 100, 9]),
      reading(10, [7, 103, 9]),
      reading(55, [8, 110, 9]),
      reading(75, [8, 112, 14]),
      reading(135, [8, 112, 20]),
    ];
    expect(wholeMinutes(readings, long)).toEqual({
      window: { from: first, to: at(120) },
      items: [item("received", 12 + 11), item("one", 12 + 11)],
    });
  });

  test("does not take a minute that is not over, nor one that began before the first reading", () => {
    expect(wholeMinutes([reading(5, [0, 1, 0]), reading(65, [0, 9, 0])], long)).toBeUndefined();
    expect(wholeMinutes([reading(-5, [0, 1, 0]), reading(65, [0, 9, 0])], long)).toBeUndefined();
    expect(wholeMinutes([reading(-5, [0, 1, 0]), reading(70, [0, 9, 0])], long)?.window.to).toEqual(at(60));
  });

  test("does not take what the same number counts three minutes later", () => {
    const readings = [reading(-5, [0, 1, 0]), reading(75, [0, 9, 0]), reading(200, [0, 500, 0])];
    expect(wholeMinutes(readings, long)?.items[0]).toEqual(item("received", 8));
  });

  test("takes none in which the collector began anew, and those after it", () => {
    const restarted = [reading(-5, [0, 50, 0], 900), reading(40, [0, 3, 0], 10), reading(75, [0, 5, 2], 45)];
    expect(wholeMinutes(restarted, long)).toBeUndefined();
    expect(wholeMinutes([...restarted, reading(135, [0, 5, 6], 105)], long)).toEqual({
      window: { from: at(60), to: at(120) },
      items: [item("received", 6), item("one", 6)],
    });
  });

  test("is that of all collectors together", () => {
    const other = (seconds: number, minutes: readonly [number, number, number]) => ({
      ...reading(seconds, minutes),
      collector: "b",
    });
    const readings = [reading(-5, [0, 1, 0]), other(-4, [0, 5, 0]), reading(75, [0, 9, 0]), other(76, [0, 6, 0])];
    expect(wholeMinutes(readings, long)?.items[0]).toEqual(item("received", 9));
    // of one of which nothing is known any more
    expect(wholeMinutes(readings.slice(0, 3), long)).toBeUndefined();
  });

  test("begins after the instant asked for", () => {
    const readings = [reading(-5, [0, 1, 0]), reading(75, [0, 9, 0]), reading(135, [0, 9, 4])];
    expect(wholeMinutes(readings, at(1))?.window.from).toEqual(at(60));
  });
});

describe("what SDKs say that they made", () => {
  const process = (seconds: number, minutes: Readonly<Record<string, number>>, name = "p"): Reading => ({
    at: at(seconds),
    collector: name,
    samples: Object.entries(minutes).map(([minute, value]) => ({
      name: "telemetry_made_items",
      labels: { signal: "traces", service: "api", minute },
      value,
    })),
  });
  const window = { from: first, to: at(60) };
  const made = (items: number) => [{ place: "made", signal: "traces", service: "api", items }];

  test("is added up over processes, and over what was said late", () => {
    const readings = [process(6, { last: 100 }), process(66, { last: 7 }), process(67, { last: 5 }, "q")];
    expect(madeIn(readings, window, at(80))).toEqual(made(12));
    expect(madeIn([...readings, process(127, { before: 2, last: 50 })], window, at(130))).toEqual(made(14));
  });

  test("of a process that ends is what it says of the minute that is not over", () => {
    const ended = process(20, { last: 1, this: 4 }, "q");
    expect(madeIn([ended, process(66, { last: 7 })], window, at(70))).toEqual(made(11));
    // within the first seconds of the minute after it, two are not over
    expect(madeIn([process(62, { this: 4, next: 90 }, "q")], window, at(70))).toEqual(made(4));
  });

  test("is not known while one of the processes of a service has not said it", () => {
    const readings = [process(6, { last: 4 }), process(66, { last: 7 }, "q")];
    expect(madeIn(readings, window, at(80))).toEqual([]);
    // that process was killed
    expect(madeIn(readings, window, at(190))).toEqual(made(7));
  });
});
