import { type ChartPanel, unitOf } from "../dashboards/model/board.ts";
import { formatValue, timeLabel } from "./format.ts";
import type { Line } from "./model.ts";
import { ACT, FONT, LINES, LOOK, type Look, NEUTRAL } from "./palette.ts";
import { timeTicks } from "./time-ticks.ts";

/** What is drawn at which size; text keeps its size, so each place gets its own drawing. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Which time a chart shows, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A line with the colour that chart and legend give it. */
export interface DrawnLine extends Line {
  readonly colour: string;
}

/** Options as ECharts takes them. */
export type ChartOptions = Readonly<Record<string, unknown>>;

const LINES_AT_MOST = 10;

/** The lines a chart shows, the highest first, with the names of its legend. */
export function drawnLines(lines: readonly Line[], atMost = LINES_AT_MOST): readonly DrawnLine[] {
  const highest = [...lines].sort((a, b) => peak(b) - peak(a)).slice(0, atMost);
  return shortNames(highest).map((line, index) => ({ ...line, colour: LINES[index % LINES.length] ?? NEUTRAL }));
}

/** Lines over time. The legend is no part of the drawing, since it would cover the axis of a small one. */
export function lineOptions(
  panel: Pick<ChartPanel, "kind" | "signals" | "thresholds">,
  lines: readonly DrawnLine[],
  { from, to }: Span,
  size: Size,
  look: Look,
): ChartOptions {
  const unit = unitOf(panel);
  const stacked = panel.kind === "stacked";
  const highest = Math.max(...lines.map(peak), 0);
  const near = limitsOf(panel).filter(({ yAxis }) => yAxis <= highest * 3 || yAxis <= highest + Number.EPSILON);
  const ticks = timeTicks(from, to, size.width);
  return {
    animation: false,
    color: lines.map(({ colour }) => colour),
    textStyle: { fontFamily: FONT },
    grid: { left: 8, right: 16, top: 10, bottom: 6, containLabel: true },
    xAxis: {
      type: "time",
      min: from,
      max: to,
      axisTick: { customValues: ticks },
      axisLabel: {
        fontSize: 11,
        color: look.soft,
        customValues: ticks,
        formatter: (at: number) => timeLabel(at, to - from),
      },
      axisLine: { lineStyle: { color: look.axis } },
    },
    yAxis: {
      type: "value",
      min: 0,
      // no axis reads 120 % because nothing failed
      ...(unit === "share" && highest === 0 && { max: 1, interval: size.height < 140 ? 0.5 : 0.25 }),
      splitNumber: size.height < 140 ? 2 : 4,
      axisLabel: { fontSize: 11, color: look.soft, formatter: (value: number) => formatValue(value, unit) },
      splitLine: { lineStyle: { color: look.grid } },
    },
    series: lines.map((line, index) => ({
      type: "line",
      name: line.name,
      data: line.points.map(([at, value]) => [at, value]),
      showSymbol: line.points.length === 1,
      symbolSize: 5,
      lineStyle: { width: 1.8 },
      ...(stacked && { stack: "all", areaStyle: { opacity: 0.35 } }),
      ...(!stacked && lines.length === 1 && { areaStyle: { opacity: 0.12 } }),
      ...(index === 0 && near.length > 0 && { markLine: { ...LIMIT_LINE, data: near } }),
    })),
  };
}

const LIMIT_LINE = { silent: true, symbol: "none", label: { show: false }, lineStyle: { type: "dashed", width: 1 } };

function limitsOf({ thresholds }: Pick<ChartPanel, "thresholds">) {
  if (thresholds === undefined) return [];
  const { warn, bad } = thresholds;
  return [
    { yAxis: warn, lineStyle: { color: LOOK } },
    { yAxis: bad, lineStyle: { color: ACT } },
  ];
}

/** The small history under a number. */
export function sparkOptions(line: Line, { from, to }: Span): ChartOptions {
  return {
    animation: false,
    grid: { left: 0, right: 0, top: 2, bottom: 0 },
    xAxis: { type: "time", min: from, max: to, show: false },
    yAxis: { type: "value", show: false, min: 0 },
    series: [
      {
        type: "line",
        data: line.points.map(([at, value]) => [at, value]),
        silent: true,
        showSymbol: false,
        lineStyle: { width: 1.5, color: NEUTRAL },
        areaStyle: { opacity: 0.12, color: NEUTRAL },
      },
    ],
  };
}

/** Names that all begin alike (`game-scheduler-otel-dev-…`) are shortened to their ends. */
export function shortNames<T extends { readonly name: string }>(lines: readonly T[]): readonly T[] {
  const [first, ...others] = lines.map((line) => line.name);
  if (first === undefined || others.length === 0) return lines;
  let common = first;
  for (const name of others) while (!name.startsWith(common)) common = common.slice(0, -1);
  const cut = common.lastIndexOf("-") + 1;
  return cut < 4 ? lines : lines.map((line) => ({ ...line, name: line.name.slice(cut) }));
}

function peak(line: Line): number {
  return line.points.reduce((highest, [, value]) => Math.max(highest, value), 0);
}
