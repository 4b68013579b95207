import { describe, expect, test } from "vitest";
import { balance, type Ledger } from "../../../../verify/ledger/balance.ts";
import { renderLedger } from "../../../../verify/ledger/render.ts";
import { EMPTY, reading, type State } from "./state.ts";

const lines = (state: State): readonly string[] =>
  renderLedger(balance([EMPTY, reading(state)]) as Ledger, { colours: false }).split("\n");

describe("the ledger in words", () => {
  test("is a line for each exporter and signal, with the columns that hold something, and a verdict", () => {
    expect(lines({ received: 1000, noise: 10, given: 990, sent: 980, queued: 10 })).toEqual([
      "Ledger of the collector, 00:00:00 to 00:00:01 UTC (items)",
      "  exporter  signal  received  by rule  queued  sent  difference",
      "  one       traces      1000       10      10   980           0",
      "",
      "The ledger closes: everything that came in is accounted for.",
    ]);
  });

  test("names what is missing, and what was refused", () => {
    expect(lines({ received: 100, handedBack: 20, full: 20, given: 100, sent: 99 }).slice(-4)).toEqual([
      "",
      "Refused, for the sender to try again: 20 of traces.",
      "",
      "DOES NOT BALANCE  one, traces: 1 came in and are nowhere.",
    ]);
  });
});
