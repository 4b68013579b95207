import { alertQuery, errorRatio, failureShare, RULE_WINDOW } from "../../../dashboards/compile/condition.ts";
import { compileLogsql } from "../../../dashboards/compile/logsql.ts";
import type { Identity } from "../../../dashboards/compile/presence.ts";
import { panelsOf, signalsOf } from "../../../dashboards/model/board.ts";
import type { Expression } from "../../../dashboards/model/expression.ts";
import { readsLogs } from "../../../dashboards/model/expression.ts";
import { grafanaPanel } from "../../../dashboards/render/grafana/panels.ts";
import type { Shown } from "../shown.ts";

/** One number of a panel, alert or objective, and how the stores on this machine are asked for it. */
export interface Question {
  readonly kind: "panel" | "alert" | "slo";
  /** `API: Rate by route`, or the title of an alert or objective. */
  readonly what: string;
  /** Of the alert or objective; of a panel the index of its signal. */
  readonly id: string;
  readonly name: string;
  readonly expression: Expression;
  readonly store: "metrics" | "logs";
  /** As rendered; windows are filled in by `asked`. */
  readonly text: string;
}

/** Seconds between two reports of every source of the example. */
export const REPORTED_EVERY = 15;

/**
 * Every number of every chart, alert and objective, in the text that dashboards and rules hold: of log records in LogsQL where `identity` is
 * ours (`attributes`), in LogQL where it is Grafana Cloud's.
 */
export function questions(shown: Shown, environment: string, identity: Identity): readonly Question[] {
  const scope = { "deployment.environment.name": environment };
  const context = { scope, identity };
  const logsql = (value: Expression): string => compileLogsql(value, { window: RULE_WINDOW, scope });
  const here = (value: Expression): boolean => identity === "attributes" && readsLogs(value);
  return [
    ...shown.boards.flatMap((board) =>
      panelsOf(board).flatMap((panel) => {
        const texts = targetsOf(panel, identity);
        return signalsOf(panel).map((signal, index) => ({
          kind: "panel" as const,
          what: `${board.title}: ${panel.title}`,
          id: String(index),
          name: signal.name,
          expression: signal.value,
          store: readsLogs(signal.value) ? ("logs" as const) : ("metrics" as const),
          text: here(signal.value) ? logsql(signal.value) : (texts[index] ?? ""),
        }));
      }),
    ),
    ...shown.alerts.map((alert) => {
      const { store, expr } = alertQuery(alert, context);
      const { id, title, signal } = alert;
      return {
        kind: "alert" as const,
        what: title,
        id,
        name: signal.name,
        expression: signal.value,
        store,
        text: here(signal.value) ? logsql(signal.value) : expr,
      };
    }),
    ...shown.objectives.map((slo) => {
      const { store, expr } = errorRatio(slo, "5m", context);
      const expression = failureShare(slo);
      return {
        kind: "slo" as const,
        what: slo.name,
        id: slo.id,
        name: "share of failures",
        expression,
        store,
        text: here(expression) ? logsql(expression) : expr,
      };
    }),
  ];
}

type Panel = ReturnType<typeof panelsOf>[number];

/** The texts of a rendered panel's targets. A map is asked as the table of its calls. */
function targetsOf(panel: Panel, identity: Identity): readonly string[] {
  const config = {
    environment: "any",
    identity,
    content: { namespace: "any", boards: [], alerts: [], objectives: [], metricsInterval: 15, firstService: "" },
    dataSources: {
      prometheus: "metrics",
      logs: { kind: "loki", uid: "logs" },
      traces: { kind: "jaeger", uid: "traces" },
    },
  } as const;
  const built = grafanaPanel(panel, { x: 0, y: 0, w: 24, h: 1 }, config).build();
  return (built.targets ?? []).map((target) => String(Reflect.get(target, "expr") ?? ""));
}

/**
 * A question as it is asked for a window: `$__rate_interval` of a step that long is the step and one report more
 * (https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/), which is why a rate sees exactly what was added
 * in the step. Rules judge five minutes, which are made the same window here.
 */
export function asked({ text, store }: Question, environment: string, seconds: number): string {
  const range = store === "metrics" ? seconds + REPORTED_EVERY : seconds;
  return text
    .replaceAll("$environment", environment)
    .replaceAll("$__rate_interval", `${range}s`)
    .replaceAll("$__auto", `${range}s`)
    .replaceAll("[5m]", `[${range}s]`)
    .replaceAll(`_time:${RULE_WINDOW} `, `_time:${range}s `);
}
