import type { ChartOptions, Size } from "./chart-options.ts";
import { formatValue } from "./format.ts";
import type { Edge } from "./model.ts";
import { ACT, FONT, LINES, type Look, NEUTRAL } from "./palette.ts";

interface Node {
  readonly name: string;
  readonly column: number;
  readonly row: number;
}

/** More labels than this lie over each other; the table beside the map has the numbers. */
const LABELS_AT_MOST = 7;

/** Height the fullest column of the map needs. */
export function mapHeight(edges: readonly Edge[]): number {
  const columns = new Map<number, number>();
  for (const node of place(edges)) columns.set(node.column, (columns.get(node.column) ?? 0) + 1);
  return Math.max(0, ...columns.values()) * 70 + 80;
}

/** Who calls whom, from left to right: callers that nobody calls begin, each part stands right of its callers. */
export function mapOptions(edges: readonly Edge[], size: Size, look: Look): ChartOptions {
  const nodes = place(edges);
  const columns = Math.max(...nodes.map((node) => node.column), 0) + 1;
  const margin = { x: 70, y: 34 };
  const symbol = Math.min(96, (size.width - 2 * margin.x) / Math.max(1, columns - 1) - 12);
  const x = (node: Node): number => margin.x + (node.column * (size.width - 2 * margin.x)) / Math.max(1, columns - 1);
  const y = (node: Node): number => {
    const inColumn = nodes.filter((other) => other.column === node.column).length;
    // parts that are alone in their columns would lie on one line, and hide the calls that pass them
    const place = inColumn > 1 || columns < 4 ? (node.row + 0.5) / inColumn : node.column % 2 === 0 ? 0.36 : 0.64;
    return margin.y + place * (size.height - 2 * margin.y);
  };
  const inner = new Set(edges.map((edge) => edge.client));
  return {
    animation: false,
    textStyle: { fontFamily: FONT },
    series: [
      {
        type: "graph",
        layout: "none",
        left: 0,
        top: 0,
        width: "100%",
        height: "100%",
        coordinateSystem: null,
        roam: false,
        symbol: "rect",
        symbolSize: [symbol, 28],
        edgeSymbol: ["none", "arrow"],
        edgeSymbolSize: 7,
        label: {
          show: true,
          fontSize: 12,
          color: "#fff",
          formatter: ({ name }: { name: string }) => shortened(name, Math.floor(symbol / 6.4)),
        },
        // corners first, so that the view fits the drawing and nothing is scaled
        data: [
          { name: "", x: 0, y: 0, symbolSize: 0, label: { show: false } },
          { name: " ", x: size.width, y: size.height, symbolSize: 0, label: { show: false } },
          ...nodes.map((node) => ({
            name: node.name,
            x: x(node),
            y: y(node),
            itemStyle: { color: inner.has(node.name) ? NEUTRAL : LINES[2] },
          })),
        ],
        links: edges.map((edge) => ({
          source: edge.client,
          target: edge.server,
          lineStyle: {
            color: edge.failed > 0 ? ACT : "#9aa4b1",
            width: 1 + Math.min(4, Math.log1p(edge.rate)),
            curveness: 0.08,
          },
          label: {
            show: edges.length <= LABELS_AT_MOST,
            fontSize: 10,
            color: look.ink,
            backgroundColor: look.paper,
            padding: [1, 3],
            formatter: edgeLabel(edge),
          },
        })),
      },
    ],
  };
}

const shortened = (name: string, letters: number): string =>
  name.length > letters ? `${name.slice(0, Math.max(1, letters - 1))}…` : name;

function edgeLabel(edge: Edge): string {
  const rate = formatValue(edge.rate, "requests/s");
  return Number.isFinite(edge.latency) ? `${rate}, ${formatValue(edge.latency, "s")}` : rate;
}

/** The most columns of parts that call others; what calls nobody has the last one to itself. */
const INNER_COLUMNS = 4;

/** Column: the longest path from a beginning, loops cut; row: order of the names. */
function place(edges: readonly Edge[]): readonly Node[] {
  const names = [...new Set(edges.flatMap((edge) => [edge.client, edge.server]))].sort();
  const callers = new Set(edges.map(({ client }) => client));
  const depth = new Map<string, number>(names.map((name) => [name, 0]));
  for (let round = 0; round < INNER_COLUMNS; round++) {
    for (const { client, server } of edges) {
      const next = Math.min(INNER_COLUMNS - 1, (depth.get(client) ?? 0) + 1);
      const isBack = edges.some((other) => other.client === server && other.server === client) && client > server;
      if (client !== server && !isBack && next > (depth.get(server) ?? 0)) depth.set(server, next);
    }
  }
  const last = Math.max(-1, ...names.flatMap((name) => (callers.has(name) ? [depth.get(name) ?? 0] : []))) + 1;
  const rows = new Map<number, number>();
  return names.map((name) => {
    const column = callers.has(name) ? (depth.get(name) ?? 0) : last;
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    return { name, column, row };
  });
}
