import { describe, expect, test } from "vitest";
import { drawnLines, lineOptions } from "../../../boards-page/chart-options.ts";
import { LIGHT } from "../../../boards-page/palette.ts";
import { timeTicks } from "../../../boards-page/time-ticks.ts";

const MINUTE = 60_000;
const noon = new Date("2026-11-28T12:03:20Z").getTime();

describe("a time axis", () => {
  test.each([
    [30, 342, 10],
    [30, 1200, 2],
    [5, 342, 2],
    [180, 600, 30],
  ])("over %i minutes, %i pixels wide, is labelled every %i minutes", (length, width, step) => {
    const ticks = timeTicks(noon - length * MINUTE, noon, width);
    expect(ticks.length).toBeGreaterThan(1);
    expect(new Set(ticks.slice(1).map((at, index) => at - (ticks[index] ?? 0)))).toEqual(new Set([step * MINUTE]));
    expect(ticks.filter((at) => at % (step * MINUTE) !== 0)).toEqual([]);
    // 64 pixels a label
    expect(ticks.length * 64).toBeLessThanOrEqual(width);
  });

  test("of no length has no labels", () => {
    expect(timeTicks(noon, noon, 300)).toEqual([]);
  });
});

test("a chart has no legend of its own, which could cover its axis, and gives each line the legend's colour", () => {
  const line = (name: string, value: number) => ({ name, labels: {}, points: [[noon, value]] as const });
  const lines = drawnLines([line("app-dev-api", 1), line("app-dev-bot", 3), line("app-dev-web", 2)]);
  expect(lines.map(({ name }) => name)).toEqual(["bot", "web", "api"]);
  const options = lineOptions(
    { kind: "lines", signals: [] },
    lines,
    { from: noon - MINUTE, to: noon },
    { width: 342, height: 120 },
    LIGHT,
  );
  expect(options.legend).toBeUndefined();
  expect(options.color).toEqual(lines.map(({ colour }) => colour));
});
