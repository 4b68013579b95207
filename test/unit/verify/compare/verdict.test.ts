import { describe, expect, test } from "vitest";
import { type Side, verdictOn } from "../../../../verify/compare/verdict.ts";

const verdict = (before: Side | number, after: Side | number) =>
  verdictOn("traces", { name: "jaeger", side: sideOf(before) }, { name: "new-relic", side: sideOf(after) });
const sideOf = (side: Side | number): Side => (typeof side === "number" ? { count: side } : side);
const atLeast = (count: number): Side => ({ count, atLeast: true });

describe("the new backend has what the old one has", () => {
  test.each([
    [1000, 1000, "equal"],
    [1000, 990, "equal within 1 %"],
    [990, 1000, "equal within 1 %"],
    [0, 0, "nothing on either side"],
    [900, 1000, "jaeger has 100 spans less"],
    [0, 5, "jaeger has 5 spans less"],
    [1000, atLeast(1000), "new-relic has no fewer"],
  ])("with %j and %j: %s", (before, after, text) => {
    expect(verdict(before, after)).toEqual({ holds: true, text });
  });
});

describe("the new backend lacks something, or that is unknown", () => {
  test.each([
    [1000, 989, "new-relic has 11 spans less"],
    [5, 0, "new-relic has 5 spans less"],
    [atLeast(1000), 900, "new-relic has at least 100 spans less"],
    [atLeast(1000), 1000, "unknown, jaeger could not be counted to the end: take a shorter window"],
    [1000, atLeast(900), "unknown, new-relic could not be counted to the end: take a shorter window"],
    [atLeast(9), atLeast(9), "unknown, jaeger and new-relic could not be counted to the end: take a shorter window"],
    [{ trouble: "away" }, 5, "not counted on jaeger"],
    [{ trouble: "away" }, { trouble: "away" }, "not counted on jaeger and new-relic"],
  ])("with %j and %j: %s", (before, after, text) => {
    expect(verdict(before, after)).toEqual({ holds: false, text });
  });

  test("in its own words for each signal", () => {
    const sides = [
      { name: "a", side: { count: 3 } },
      { name: "b", side: { count: 1 } },
    ] as const;
    expect(verdictOn("metrics", ...sides).text).toBe("b has 2 metrics less");
    expect(verdictOn("logs", ...sides).text).toBe("b has 2 log records less");
  });
});
