import { describe, expect, test } from "vitest";
import { madeIn, wholeMinutes } from "../../../../verify/ledger/minutes.ts";
import type { MinuteItems, Reading, Sample } from "../../../../verify/ledger/reading.ts";

const MINUTE = 60_000;
const first = new Date(30_000_001 * MINUTE);

const at = (seconds: number): Date => new Date(first.getTime() + seconds * 1000);

/** What a collector said of `api`'s spans at some second. */
function said(seconds: number, minutes: Readonly<Record<string, number>> = {}, collector = "a"): Reading {
  const samples = Object.entries(minutes).flatMap(([minute, value]) =>
    ["received", "one"].map(
      (place): Sample => ({
        name: "otelcol_ledger_minute_items",
        labels: { place, signal: "traces", service: "api", minute },
        value,
      }),
    ),
  );
  return { at: at(seconds), collector, samples };
}

const item = (place: string, items: number): MinuteItems => ({ place, signal: "traces", service: "api", items });
const both = (items: number): readonly MinuteItems[] => [item("received", items), item("one", items)];
const long = new Date(0);

describe("what passed in whole minutes", () => {
  test("is what was said of each when it was over, or when something came late", () => {
    const readings = [said(55), said(72, { last: 12 }), said(87), said(131, { last: 11, before: 15 }), said(191)];
    expect(wholeMinutes(readings, long)).toEqual({
      window: { from: first, to: at(120) },
      items: both(15 + 11),
    });
  });

  test("counts what was said again only once, as after a reading that one backend took and another did not", () => {
    const readings = [
      said(55),
      said(72, { last: 12 }),
      said(87, { last: 13 }),
      said(131, { last: 7, before: 13 }),
      said(191),
    ];
    expect(wholeMinutes(readings, long)?.items).toEqual(both(13 + 7));
  });

  test("is of the minute that had been over for ten seconds", () => {
    expect(wholeMinutes([said(-60), said(55), said(69.9, { last: 9 })], long)?.window.to).toEqual(first);
    expect(wholeMinutes([said(-60), said(55), said(70, { last: 9 })], long)?.window.to).toEqual(at(60));
    expect(wholeMinutes([said(-60), said(55), said(129, { last: 9 })], long)?.window.to).toEqual(at(60));
  });

  test("leaves the newest out where another is known, since what came late is said a minute afterwards", () => {
    const readings = [said(55), said(72, { last: 12 }), said(132, { last: 11, before: 13 })];
    expect(wholeMinutes(readings, long)).toEqual({ window: { from: first, to: at(60) }, items: both(13) });
  });

  test("is not known of a minute of which nothing was said, as of one in which the collector began", () => {
    expect(wholeMinutes([said(-5), said(40), said(75), said(120)], long)).toBeUndefined();
    const later = [said(-5), said(72), said(132, { last: 6 })];
    expect(wholeMinutes(later, long)).toEqual({ window: { from: at(60), to: at(120) }, items: both(6) });
  });

  test("nor of one of which only what came late was kept", () => {
    expect(wholeMinutes([said(-5), said(72), said(132, { before: 3 })], long)).toBeUndefined();
  });

  test("goes back to the newest minute that is not known", () => {
    const readings = [said(12, { last: 1 }), said(72), said(132, { last: 6 }), said(192, { last: 7 }), said(252)];
    expect(wholeMinutes(readings, long)).toEqual({ window: { from: at(60), to: at(180) }, items: both(13) });
  });

  test("is that of all collectors together", () => {
    const readings = [said(50), said(51, {}, "b"), said(72, { last: 8 }), said(73, { last: 1 }, "b")];
    expect(wholeMinutes(readings, long)?.items).toEqual(both(9));
    // of one of which nothing is known any more
    expect(wholeMinutes(readings.slice(0, 3), long)).toBeUndefined();
  });

  test("waits for the slowest of them, and not for one that is gone", () => {
    const before = [said(50), said(51, {}, "b"), said(72, { last: 8 }), said(73, { last: 1 }, "b")];
    const slow = [...before, said(129, {}, "b"), said(132, { last: 5, before: 9 })];
    expect(wholeMinutes(slow, long)).toEqual({ window: { from: first, to: at(60) }, items: both(10) });
    // what the one that is gone counted in its last minute is not known
    const gone = [...slow, said(192, { last: 4 }), said(252, { last: 3 }), said(312, { last: 2 })];
    expect(wholeMinutes(gone, long)).toEqual({ window: { from: at(180), to: at(240) }, items: both(3) });
  });

  test("begins after the instant asked for", () => {
    const readings = [said(-5), said(72, { last: 8 }), said(132, { last: 4 }), said(192, { last: 1 })];
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
