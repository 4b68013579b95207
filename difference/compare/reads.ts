import type { Content } from "../../dashboards/content.ts";
import type { Panel } from "../../dashboards/model/board.ts";
import type { Expression, Match, Severity, Where } from "../../dashboards/model/expression.ts";
import type { Metric } from "../../dashboards/model/metric.ts";

/** One thing that a panel, alert or objective reads: if it is gone, they show and judge nothing. */
export type Read =
  | { readonly of: "metric"; readonly metric: Metric; readonly where: Where; readonly by: readonly string[] }
  | {
      readonly of: "logs";
      readonly severity: Severity;
      readonly contains?: string;
      readonly attributes: readonly string[];
      readonly where: Where;
    }
  | { readonly of: "spans"; readonly where: Where };

/** Who reads it, as a person finds it. */
export interface Reader {
  readonly kind: "panel" | "alert" | "objective";
  /** Of a panel: `board > panel`. */
  readonly name: string;
  readonly reads: readonly Read[];
}

export function readersOf({ boards, alerts, objectives }: Content): readonly Reader[] {
  return [
    ...boards.flatMap((board) =>
      board.rows.flatMap(({ panels }) =>
        panels.map(
          (panel): Reader => ({ kind: "panel", name: `${board.title} > ${panel.title}`, reads: readsOfPanel(panel) }),
        ),
      ),
    ),
    ...alerts.map((alert): Reader => ({ kind: "alert", name: alert.title, reads: readsOf(alert.signal.value) })),
    ...objectives.map(
      ({ name, valid, good }): Reader => ({ kind: "objective", name, reads: [...readsOf(valid), ...readsOf(good)] }),
    ),
  ];
}

/** Texts that are looked for in log records. */
export const textsOf = (content: Content): readonly string[] => [
  ...new Set(
    readersOf(content)
      .flatMap(({ reads }) => reads)
      .flatMap((read) => (read.of === "logs" && read.contains !== undefined ? [read.contains] : [])),
  ),
];

function readsOfPanel(panel: Panel): readonly Read[] {
  switch (panel.kind) {
    case "logs":
      return [{ of: "logs", severity: panel.severity, attributes: [], where: panel.where }];
    case "traces":
      return [{ of: "spans", where: panel.where }];
    case "map":
      return [panel.rate, panel.failed, panel.latency].flatMap(({ value }) => readsOf(value));
    default:
      return panel.signals.flatMap(({ value }) => readsOf(value));
  }
}

function readsOf(expression: Expression): readonly Read[] {
  switch (expression.op) {
    case "arithmetic":
      return [...readsOf(expression.left), ...readsOf(expression.right)];
    case "ratio":
      return [...readsOf(expression.part), ...readsOf(expression.whole)];
    case "top":
      return readsOf(expression.of);
    case "or-zero":
      return [...readsOf(expression.of), ...(expression.present === undefined ? [] : readsOf(expression.present))];
    case "only-when":
      return [...readsOf(expression.of), ...readsOf(expression.events)];
    case "constant":
    case "since":
      return [];
    case "log-rate": {
      const { severity, contains, atMost, where, by } = expression;
      const attributes = [...by, ...(atMost === undefined ? [] : [atMost.attribute])];
      return [{ of: "logs", severity, ...(contains !== undefined && { contains }), attributes, where }];
    }
    case "log-quantile": {
      const { attribute, contains, where, by } = expression;
      return [{ of: "logs", severity: "info", contains, attributes: [...by, attribute], where }];
    }
    case "absent":
      // it has a value when there is nothing: a rule made of it fires
      return [];
    default:
      return [{ of: "metric", metric: expression.metric, where: expression.where, by: expression.by }];
  }
}

/** Values of which one must be there; undefined where the condition does not ask for one. */
export function wanted(match: Match): readonly string[] | undefined {
  if (typeof match === "string") return [match];
  return Array.isArray(match) ? match : undefined;
}

/** Whether an attribute must be there for the condition to hold: one that excludes values holds without it. */
export function isNeeded(match: Match): boolean {
  if (typeof match === "string" || Array.isArray(match)) return true;
  return "like" in match;
}
