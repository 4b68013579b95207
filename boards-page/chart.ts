import * as echarts from "echarts";
import type { ChartPanel } from "../dashboards/model/board.ts";
import { unitOf } from "../dashboards/model/board.ts";
import { formatValue } from "./format.ts";
import type { Line } from "./model.ts";
import { ACT, LINES, LOOK, NEUTRAL } from "./palette.ts";

/** What is drawn at which size; text keeps its size, so each place gets its own drawing. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Lines over time as an SVG text that scales with its container. */
export function lineChart(panel: ChartPanel, lines: readonly Line[], from: number, to: number, size: Size): string {
  const unit = unitOf(panel);
  const stacked = panel.kind === "stacked";
  const shown = shortNames([...lines].sort((a, b) => peak(b) - peak(a)).slice(0, LINES_AT_MOST));
  const legendRows = shown.length > 1 ? Math.min(3, rowsOf(shown, size.width)) : 0;
  const limits =
    panel.thresholds === undefined
      ? []
      : [
          { yAxis: panel.thresholds.warn, lineStyle: { color: LOOK } },
          { yAxis: panel.thresholds.bad, lineStyle: { color: ACT } },
        ];
  const highest = Math.max(...shown.map(peak), 0);
  const near = limits.filter((limit) => limit.yAxis <= highest * 3 || limit.yAxis <= highest + Number.EPSILON);
  return draw(size, {
    animation: false,
    color: LINES,
    textStyle: { fontFamily: "inherit" },
    grid: { left: 8, right: 16, top: 10, bottom: 10 + legendRows * 17, containLabel: true },
    legend: {
      show: shown.length > 1,
      type: "plain",
      bottom: 0,
      left: 0,
      right: 0,
      height: legendRows * 17,
      itemWidth: 10,
      itemHeight: 8,
      itemGap: 14,
      textStyle: { fontSize: 11, color: "#5b6470" },
      formatter: (name: string) => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name),
    },
    xAxis: {
      type: "time",
      min: from,
      max: to,
      // a label at the very end would be cut
      axisLabel: { fontSize: 11, color: "#5b6470", hideOverlap: true, showMaxLabel: false, formatter: "{HH}:{mm}" },
      axisLine: { lineStyle: { color: "#c8ced6" } },
      splitNumber: Math.max(2, Math.floor(size.width / 110)),
    },
    yAxis: {
      type: "value",
      min: 0,
      splitNumber: 4,
      axisLabel: { fontSize: 11, color: "#5b6470", formatter: (value: number) => formatValue(value, unit) },
      splitLine: { lineStyle: { color: "#eceff3" } },
    },
    series: shown.map((line, index) => ({
      type: "line",
      name: line.name,
      data: line.points.map(([at, value]) => [at, value]),
      showSymbol: line.points.length === 1,
      symbolSize: 5,
      lineStyle: { width: 1.8 },
      ...(stacked
        ? { stack: "all", areaStyle: { opacity: 0.35 } }
        : shown.length === 1
          ? { areaStyle: { opacity: 0.12 } }
          : {}),
      ...(index === 0 && near.length > 0
        ? {
            markLine: {
              silent: true,
              symbol: "none",
              label: { show: false },
              lineStyle: { type: "dashed", width: 1 },
              data: near,
            },
          }
        : {}),
    })),
  });
}

/** The small history under a number. */
export function sparkline(line: Line | undefined, from: number, to: number, size: Size): string {
  if (line === undefined || line.points.length < 2) return "";
  return draw(size, {
    animation: false,
    grid: { left: 0, right: 0, top: 2, bottom: 0 },
    xAxis: { type: "time", min: from, max: to, show: false },
    yAxis: { type: "value", show: false, min: 0 },
    series: [
      {
        type: "line",
        data: line.points.map(([at, value]) => [at, value]),
        showSymbol: false,
        lineStyle: { width: 1.5, color: NEUTRAL },
        areaStyle: { opacity: 0.12, color: NEUTRAL },
      },
    ],
  });
}

const LINES_AT_MOST = 10;
const LONGEST_NAME = 34;

/** Names that all begin alike (`game-scheduler-otel-dev-…`) are shortened to their ends. */
function shortNames(lines: readonly Line[]): readonly Line[] {
  const [first, ...others] = lines.map((line) => line.name);
  if (first === undefined || others.length === 0) return lines;
  let common = first;
  for (const name of others) while (!name.startsWith(common)) common = common.slice(0, -1);
  const cut = common.lastIndexOf("-") + 1;
  return cut < 4 ? lines : lines.map((line) => ({ ...line, name: line.name.slice(cut) }));
}

/** How many rows a legend takes, at about six pixels a letter. */
function rowsOf(lines: readonly Line[], width: number): number {
  let rows = 1;
  let used = 0;
  for (const line of lines) {
    const needed = Math.min(line.name.length, LONGEST_NAME) * 6.2 + 34;
    if (used > 0 && used + needed > width) {
      rows += 1;
      used = 0;
    }
    used += needed;
  }
  return rows;
}

function peak(line: Line): number {
  return Math.max(...line.points.map(([, value]) => value), 0);
}

/** Draws without a browser; width and height give way to the container's. */
export function draw(size: Size, option: echarts.EChartsCoreOption): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: size.width, height: size.height });
  chart.setOption(option);
  const svg = chart.renderToSVGString({ useViewBox: true });
  chart.dispose();
  return svg;
}
