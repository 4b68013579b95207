import { describe, expect, test } from "vitest";
import { lengthOf, spanOf } from "../../../console/src/time.ts";
import { addressOf, changed, placeOf } from "../../../console/src/url.ts";

const place = placeOf("/traces/4bf9", "?range=5m&service=api&span=00f0&environment=dev");

describe("an address holds what is shown", () => {
  test("its path says the view, its query the rest", () => {
    expect(place).toEqual({
      view: "traces",
      rest: ["4bf9"],
      query: { range: "5m", service: "api", span: "00f0", environment: "dev" },
    });
    expect(placeOf("/", "")).toEqual({ view: "boards", rest: [], query: {} });
  });

  test("that Prometheus gives an alert leads to its query", () => {
    expect(placeOf("/graph", "?g0.expr=sum+by+%28a%29+%28b%29+%3E+1&g0.tab=1")).toEqual({
      view: "metrics",
      rest: [],
      query: { query: "sum by (a) (b) > 1" },
    });
  });

  test("a link to another view keeps time and variables, and nothing else", () => {
    expect(addressOf(place, "/logs", { trace: "4bf9" })).toBe("/logs?range=5m&service=api&environment=dev&trace=4bf9");
    expect(addressOf(place, "/logs", { service: undefined, environment: "" })).toBe("/logs?range=5m");
  });

  test("a change within a view keeps all that is not changed", () => {
    expect(changed(place, { span: undefined, range: "1h" })).toBe("/traces/4bf9?range=1h&service=api&environment=dev");
  });

  test("names with signs of addresses survive", () => {
    const odd = placeOf("/boards/a%2Fb", "?service=x%26y");
    expect(changed(odd, {})).toBe("/boards/a%2Fb?service=x%26y");
  });
});

describe("the time of an address", () => {
  test.each([
    [{ range: "5m" }, 700_000, 1_000_000],
    [{}, -800_000, 1_000_000],
    [{ range: "never" }, -800_000, 1_000_000],
    [{ from: "100", to: "200", range: "5m" }, 100, 200],
    [{ from: "200", to: "100" }, -800_000, 1_000_000],
  ])("%o at second 1000 is %i to %i", (query, from, to) => {
    expect(spanOf(query, 1_000_000)).toEqual({ from, to });
  });

  test.each([
    ["30s", 30_000],
    ["2h", 7_200_000],
    ["3d", 259_200_000],
    ["1w", undefined],
    ["", undefined],
  ])("%s is %s milliseconds", (text, length) => {
    expect(lengthOf(text)).toBe(length);
  });
});
