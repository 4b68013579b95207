import * as echarts from "echarts";
import type { ChartPanel } from "../dashboards/model/board.ts";
import { type ChartOptions, type DrawnLine, lineOptions, type Size, type Span, sparkOptions } from "./chart-options.ts";
import type { Edge, Line } from "./model.ts";
import { LIGHT } from "./palette.ts";
import { mapOptions } from "./service-map.ts";

/** Lines over time as an SVG text that scales with its container. */
export function lineChart(panel: ChartPanel, lines: readonly DrawnLine[], time: Span, size: Size): string {
  return draw(size, lineOptions(panel, lines, time, size, LIGHT));
}

/** The small history under a number. */
export function sparkline(line: Line | undefined, time: Span, size: Size): string {
  return line === undefined || line.points.length < 2 ? "" : draw(size, sparkOptions(line, time));
}

/** Who calls whom. */
export function serviceMap(edges: readonly Edge[], size: Size): string {
  return draw(size, mapOptions(edges, size, LIGHT));
}

/** Draws without a browser; width and height give way to the container's. */
function draw(size: Size, option: ChartOptions): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: size.width, height: size.height });
  chart.setOption(option);
  const svg = chart.renderToSVGString({ useViewBox: true });
  chart.dispose();
  return svg;
}
