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

/** The page's own fonts; a drawing cannot inherit them, since `inherit` is no family within the shorthand `font`. */
export const FONT = "system-ui, -apple-system, Segoe UI, Roboto, DejaVu Sans, sans-serif";

export const WELL = "#2e9e5b";
export const LOOK = "#e08a00";
export const ACT = "#d03a3a";
export const NEUTRAL = "#3274d9";

/** Colours of what is not data: text, axes, paper. */
export interface Look {
  readonly ink: string;
  readonly soft: string;
  readonly axis: string;
  readonly grid: string;
  readonly paper: string;
}

export const LIGHT: Look = { ink: "#1c232b", soft: "#5b6470", axis: "#c8ced6", grid: "#eceff3", paper: "#ffffff" };
export const DARK: Look = { ink: "#e6e9ee", soft: "#9aa5b4", axis: "#46505e", grid: "#2a323d", paper: "#1a2029" };

/** Green is well, orange is look, red is act: as on the Grafana boards. */
export function colourOf(value: number, thresholds: Thresholds | undefined): string {
  if (thresholds === undefined) return NEUTRAL;
  const beyond = (limit: number): boolean => (thresholds.direction === "above" ? value >= limit : value < limit);
  if (beyond(thresholds.bad)) return ACT;
  return beyond(thresholds.warn) ? LOOK : WELL;
}
