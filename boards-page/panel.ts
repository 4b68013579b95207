import { type ChartPanel, emptyText, type Panel, unitOf } from "../dashboards/model/board.ts";
import { lineChart, serviceMap, sparkline } from "./chart.ts";
import { type DrawnLine, drawnLines, type Span, shortNames } from "./chart-options.ts";
import { clock, escapeHtml, formatValue } from "./format.ts";
import { type Edge, hasData, type Line, type LogLine, type PanelData, type Trace, type Value } from "./model.ts";
import { colourOf } from "./palette.ts";
import { mapHeight } from "./service-map.ts";
import { mostTelling, rootOf, waterfall } from "./waterfall.ts";

const PHONE = 342;
const UNIT = 28;

/** Pixels of a panel's drawing on a page of 1280. */
const widthOf = ({ width }: Pick<Panel, "width">): number => Math.round((width / 24) * 1280) - 36;

/** One panel as HTML. */
export function panelHtml(panel: Panel, data: PanelData, height: number, time: Span): string {
  const stat = panel.kind === "stat" && panel.signals.length === 1;
  return `<section class="panel${stat ? " stat" : ""}" style="grid-column:span ${panel.width}"><h4>${escapeHtml(panel.title)}</h4><p class="note">${escapeHtml(panel.note)}</p>${content(panel, data, height, time)}</section>`;
}

function content(panel: Panel, data: PanelData, height: number, time: Span): string {
  if (data.kind === "failed") return `<p class="failed">${escapeHtml(data.reason)}</p>`;
  if (!hasData(data)) return `<p class="empty">${escapeHtml(emptyText(panel))}</p>`;
  switch (data.kind) {
    case "lines":
      return "signals" in panel ? chart(panel, data.lines, height, time) : "";
    case "values":
      return "signals" in panel ? values(panel, data.values, data.history, time) : "";
    case "logs":
      return logs(data.lines);
    case "traces":
      return traces(data.traces);
    case "edges":
      return edges(panel, data.edges, height);
    default:
      return data satisfies never;
  }
}

function chart(panel: ChartPanel, lines: readonly Line[], height: number, time: Span): string {
  const tall = height * UNIT - 50;
  const shown = drawnLines(lines);
  const wide = lineChart(panel, shown, time, { width: widthOf(panel), height: tall });
  const narrow = lineChart(panel, shown, time, { width: PHONE, height: 190 });
  return `<div class="wide">${wide}</div><div class="narrow">${narrow}</div>${legend(shown)}`;
}

function legend(lines: readonly DrawnLine[]): string {
  if (lines.length < 2) return "";
  const names = lines.map(({ name, colour }) => `<li><i style="background:${colour}"></i>${escapeHtml(name)}</li>`);
  return `<ul class="legend">${names.join("")}</ul>`;
}

function values(panel: ChartPanel, found: readonly Value[], history: readonly Line[], time: Span): string {
  if (panel.kind === "stat") return numbers(panel, found, history, time);
  return panel.kind === "bars" ? bars(panel, found) : table(panel, found);
}

function numbers(panel: ChartPanel, found: readonly Value[], history: readonly Line[], time: Span): string {
  const unit = unitOf(panel);
  const named = found.length > 1;
  const shown = found.map(
    (one) =>
      `<div class="number" style="color:${panel.thresholds === undefined ? "inherit" : colourOf(one.value, panel.thresholds)}">${formatValue(one.value, unit)}${named ? `<span>${escapeHtml(one.name)}</span>` : ""}</div>`,
  );
  const spark = named ? "" : sparkline(history[0], time, { width: widthOf(panel), height: 34 });
  return `<div class="numbers">${shown.join("")}</div>${spark === "" ? "" : `<div class="spark">${spark}</div>`}`;
}

function bars(panel: ChartPanel, found: readonly Value[]): string {
  const unit = unitOf(panel);
  const full =
    unit === "share" ? Math.max(1, ...found.map((one) => one.value)) : Math.max(...found.map((one) => one.value), 1e-9);
  return shortNames([...found].sort((a, b) => b.value - a.value))
    .slice(0, 20)
    .map((one) => {
      const share = Math.max(0, Math.min(100, (one.value / full) * 100));
      return `<div class="bar"><b>${escapeHtml(one.name)}</b><u><i style="width:${share.toFixed(1)}%;background:${colourOf(one.value, panel.thresholds)}"></i></u><em>${formatValue(one.value, unit)}</em></div>`;
    })
    .join("");
}

function table(panel: ChartPanel, found: readonly Value[]): string {
  const unit = unitOf(panel);
  const head = panel.signals[0]?.name ?? "";
  const rows = [...found]
    .sort((a, b) => b.value - a.value)
    .map((one) => `<tr><td>${escapeHtml(one.name)}</td><td class="n">${formatValue(one.value, unit)}</td></tr>`);
  return `<div class="scroll"><table><tr><th></th><th class="n">${escapeHtml(head)}</th></tr>${rows.join("")}</table></div>`;
}

function logs(lines: readonly LogLine[]): string {
  const rows = lines.slice(0, 60).map((line) => {
    const trace = line.traceId === "" ? "" : ` <code>${escapeHtml(line.traceId.slice(0, 8))}</code>`;
    return `<div><time>${clock(line.at)}</time> <b class="${escapeHtml(line.severity)}">${escapeHtml(line.severity)}</b> <b>${escapeHtml(line.service)}</b> ${escapeHtml(line.text.slice(0, 400))}${trace}</div>`;
  });
  return `<div class="scroll log">${rows.join("")}</div>`;
}

function traces(found: readonly Trace[]): string {
  const rows = [...found]
    .map((trace) => ({ trace, root: rootOf(trace) }))
    .sort((a, b) => b.root.start - a.root.start)
    .map(({ trace, root }) => {
      const services = [...new Set(trace.spans.map((span) => span.service))].join(", ");
      const failed = trace.spans.some((span) => span.failed) ? ' <b style="color:#b02525">failed</b>' : "";
      return `<tr><td class="t">${clock(root.start / 1000)}</td><td>${escapeHtml(root.service)}: ${escapeHtml(root.name)}${failed}<br><span class="note">${escapeHtml(services)}</span></td><td class="n">${trace.spans.length}</td><td class="n">${formatValue(root.duration / 1e6, "s")}</td></tr>`;
    });
  const telling = mostTelling(found);
  const picture =
    telling === undefined
      ? ""
      : `<details open><summary>The trace through most services</summary>${waterfall(telling)}</details>`;
  return `<div class="scroll"><table><tr><th>at</th><th>began with</th><th class="n">spans</th><th class="n">took</th></tr>${rows.join("")}</table></div>${picture}`;
}

function edges(panel: Panel, found: readonly Edge[], height: number): string {
  const tall = Math.max(height * UNIT - 40, mapHeight(found));
  const wide = serviceMap(found, { width: widthOf(panel), height: tall });
  const rows = [...found]
    .sort((a, b) => b.rate - a.rate)
    .map(
      (edge) =>
        `<tr><td>${escapeHtml(edge.client)} → ${escapeHtml(edge.server)}</td><td class="n">${formatValue(edge.rate, "requests/s")}</td><td class="n">${formatValue(edge.failed, "requests/s")}</td><td class="n">${Number.isFinite(edge.latency) ? formatValue(edge.latency, "s") : ""}</td></tr>`,
    );
  const list = `<table><tr><th>call</th><th class="n">rate</th><th class="n">failed</th><th class="n">p95</th></tr>${rows.join("")}</table>`;
  return `<div class="wide">${wide}</div><details class="wide" open><summary>As a table</summary><div class="scroll calls">${list}</div></details><div class="narrow">${list}</div>`;
}
