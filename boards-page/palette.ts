import type { Thresholds } from "../dashboards/model/board.ts";

/** Line colours that a person with red-green blindness can distinguish. */
export const LINES = [
  "#3274d9",
  "#e0752d",
  "#5794a8",
  "#b877d9",
  "#7a9e3d",
  "#c4162a",
  "#8a6d3b",
  "#37872d",
  "#1f60c4",
  "#a352cc",
];

export const WELL = "#2e9e5b";
export const LOOK = "#e08a00";
export const ACT = "#d03a3a";
export const NEUTRAL = "#3274d9";

/** Green is well, orange is look, red is act: as on the Grafana boards. */
export function colourOf(value: number, thresholds: Thresholds | undefined): string {
  if (thresholds === undefined) return NEUTRAL;
  const beyond = (limit: number): boolean => (thresholds.direction === "above" ? value >= limit : value < limit);
  if (beyond(thresholds.bad)) return ACT;
  return beyond(thresholds.warn) ? LOOK : WELL;
}
