import { escapeHtml, formatValue } from "./format.ts";
import type { Trace, TraceSpan } from "./model.ts";
import { ACT, LINES } from "./palette.ts";

const SPANS_AT_MOST = 60;

/** The trace that crosses most services; of those the one with most spans. */
export function mostTelling(traces: readonly Trace[]): Trace | undefined {
  const services = (trace: Trace): number => new Set(trace.spans.map((span) => span.service)).size;
  return [...traces].sort((a, b) => services(b) - services(a) || b.spans.length - a.spans.length)[0];
}

/** A trace as bars under each other, each at its time. */
export function waterfall(trace: Trace): string {
  const begin = Math.min(...trace.spans.map((span) => span.start));
  const end = Math.max(...trace.spans.map((span) => span.start + span.duration));
  const whole = Math.max(1, end - begin);
  const services = [...new Set(trace.spans.map((span) => span.service))];
  const rows = inOrder(trace.spans).slice(0, SPANS_AT_MOST);
  const bars = rows.map(({ span, depth }) => {
    const left = ((span.start - begin) / whole) * 100;
    const width = Math.max(0.4, (span.duration / whole) * 100);
    const colour = span.failed ? ACT : (LINES[services.indexOf(span.service) % LINES.length] ?? "");
    return `<div class="span"><div class="span-name" style="padding-left:${Math.min(depth, 8) * 10}px"><b>${escapeHtml(span.service)}</b> ${escapeHtml(span.name)}</div><div class="span-track"><i style="left:${left.toFixed(2)}%;width:${Math.min(width, 100 - left).toFixed(2)}%;background:${colour}"></i><em>${formatValue(span.duration / 1e6, "s")}</em></div></div>`;
  });
  const rest =
    trace.spans.length > rows.length ? `<p class="note">and ${trace.spans.length - rows.length} more spans</p>` : "";
  const when = new Date(begin / 1000).toISOString().replace("T", " ").slice(0, 19);
  return `<div class="waterfall"><p class="note">Trace <code>${escapeHtml(trace.id)}</code>, ${when}, ${trace.spans.length} spans in ${services.length} services, ${formatValue(whole / 1e6, "s")}</p>${bars.join("")}${rest}</div>`;
}

/** The first span whose parent is not stored. */
export function rootOf({ spans }: Trace): TraceSpan {
  const known = new Set(spans.map((span) => span.id));
  const roots = spans.filter((span) => span.parent === undefined || !known.has(span.parent));
  return [...(roots.length > 0 ? roots : spans)].sort((a, b) => a.start - b.start)[0] ?? NO_SPAN;
}

const NO_SPAN: TraceSpan = {
  id: "",
  parent: undefined,
  service: "",
  name: "",
  start: 0,
  duration: 0,
  failed: false,
  attributes: {},
  resource: {},
  events: [],
};

export interface Placed {
  readonly span: TraceSpan;
  readonly depth: number;
}

/** Parents before children, siblings by time; spans whose parent is not stored begin at the left. */
export function inOrder(spans: readonly TraceSpan[]): readonly Placed[] {
  const known = new Set(spans.map((span) => span.id));
  const sorted = [...spans].sort((a, b) => a.start - b.start);
  const children = (id: string): readonly TraceSpan[] => sorted.filter((span) => span.parent === id);
  const placed: Placed[] = [];
  const visit = (span: TraceSpan, depth: number): void => {
    placed.push({ span, depth });
    for (const child of children(span.id)) visit(child, depth + 1);
  };
  for (const span of sorted) if (span.parent === undefined || !known.has(span.parent)) visit(span, 0);
  return placed;
}
