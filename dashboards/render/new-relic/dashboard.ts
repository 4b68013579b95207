import { applicationName } from "../../application-name.ts";
import { compileNrql, countsEvents, nrqlText } from "../../compile/nrql.ts";
import type { Content } from "../../content.ts";
import type { Alert, AlertSeverity } from "../../model/alert.ts";
import type { Board, Panel } from "../../model/board.ts";
import { lookback } from "../../model/expression.ts";
import type { Fidelity } from "../../model/fidelity.ts";
import { EXACT, unsupported } from "../../model/fidelity.ts";
import { layOut, type Position } from "../../model/layout.ts";
import { activeAlerts, type RulesConfig, ruleScope, runbook } from "../context.ts";
import { newRelicWidget, type Widget } from "./widgets.ts";

export interface NewRelicConfig {
  readonly accountId: number;
  readonly environment: string;
  readonly content: Pick<Content, "namespace" | "boards">;
}

/** Properties of `newrelic.NrqlAlertCondition`, without the policy, and what they were made from. Durations in seconds. */
export interface NewRelicCondition {
  readonly id: string;
  /** Decides who is notified. */
  readonly severity: AlertSeverity;
  readonly name: string;
  readonly type: "static";
  readonly description: string;
  /** Only where it is an address: a path in the project opens nothing there. */
  readonly runbookUrl?: string;
  readonly nrql: { readonly query: string };
  readonly critical: {
    readonly operator: "above" | "below";
    readonly threshold: number;
    readonly thresholdDuration: number;
    /** `at_least_once` where a window is as long as the threshold's duration already. */
    readonly thresholdOccurrences: "all" | "at_least_once";
  };
  readonly aggregationWindow: number;
  /** How often a window begins, where it is longer than the usual minute. */
  readonly slideBy?: number;
  /**
   * `event_flow` closes a window when data of a later one arrives: right for metrics, which arrive all the time. `event_timer` closes it
   * when nothing has arrived for so long: right for log records, of which the next may come tomorrow.
   * https://docs.newrelic.com/docs/alerts/create-alert/fine-tune/streaming-alerts-key-terms-concepts/#aggregation-methods
   */
  readonly aggregationMethod: "event_flow" | "event_timer";
  /** Seconds, with `event_flow` only. */
  readonly aggregationDelay?: string;
  /** Seconds, with `event_timer` only. */
  readonly aggregationTimer?: string;
  readonly violationTimeLimitSeconds: number;
  /** Silence of the data: after so long it either opens a violation or closes one. */
  readonly expirationDuration: number;
  readonly openViolationOnExpiration: boolean;
  readonly closeViolationsOnExpiration: boolean;
}

const WINDOW = 60;
const LONGEST = 7200;

/** What dashboard and policies are called in the account. */
export const newRelicTitle = ({ content, environment }: Pick<NewRelicConfig, "content" | "environment">): string =>
  `${applicationName(content.namespace)} (${environment})`;

/** One dashboard with a page per board, as JSON text for `newrelic.OneDashboardJson`. */
export function renderNewRelicDashboard(config: NewRelicConfig): string {
  const pages = config.content.boards.map((board) => page(board, config));
  const dashboard = {
    name: newRelicTitle(config),
    description: "Made by the game-scheduler-otel program; changes made here are overwritten.",
    permissions: "PUBLIC_READ_ONLY",
    pages,
    variables: [environmentVariable(config)],
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

/** Alerts as conditions of one policy. In calibration they run all the same: what is left out then is the workflow that notifies somebody. */
export function renderNewRelicConditions(config: RulesConfig): readonly NewRelicCondition[] {
  return activeAlerts(config).flatMap((alert) =>
    newRelicAlertFidelity(alert).kind === "unsupported" ? [] : [condition(alert, config)],
  );
}

/** How New Relic judges an alert. */
export function newRelicAlertFidelity(alert: Alert): Fidelity {
  if (alert.signal.value.op === "constant" || alert.signal.value.op === "absent") return EXACT;
  if (alert.forSeconds > LONGEST) return unsupported("a condition looks back two hours at most");
  return compileNrql(alert.signal.value, {}).fidelity;
}

function condition(alert: Alert, config: RulesConfig): NewRelicCondition {
  const compiled = compileNrql(alert.signal.value, ruleScope(config));
  const silence = alert.signal.value.op === "absent" ? alert.signal.value.seconds : undefined;
  const heartbeat = alert.signal.value.op === "constant";
  // neither LIMIT nor ORDER BY: conditions refuse both, and take all facets there are
  const {
    limit: _limit,
    order: _order,
    ...nrql
  } = heartbeat ? { ...compileNrql({ op: "constant", value: 1 }, ruleScope(config)), select: "count(*)" } : compiled;
  const own = lookback(alert.signal.value);
  // events are counted over so long as their expression says, judged every minute
  const { value } = alert.signal;
  const judged = value.op === "only-when" && countsEvents(value) ? lookback(value.events) : undefined;
  const window = own ?? judged ?? WINDOW;
  const page = runbook(alert, config);
  return {
    id: alert.id,
    severity: alert.severity,
    name: alert.title,
    type: "static",
    description: `${alert.signal.meaning}. Runbook: ${page}`,
    ...(/^https?:/.test(page) && { runbookUrl: page }),
    nrql: { query: nrqlText(nrql, "") },
    critical: {
      operator: silence !== undefined || alert.op === "<" ? "below" : "above",
      threshold: silence !== undefined ? 1 : alert.threshold,
      thresholdDuration: own ?? Math.max(window, Math.ceil(alert.forSeconds / window) * window),
      thresholdOccurrences: own === undefined ? "all" : "at_least_once",
    },
    aggregationWindow: window,
    ...(window === WINDOW ? {} : { slideBy: WINDOW }),
    ...(nrql.from === "Log"
      ? { aggregationMethod: "event_timer", aggregationTimer: "60" }
      : { aggregationMethod: "event_flow", aggregationDelay: "120" }),
    // the shortest there is: closed and opened again, so that a heartbeat is sent every few minutes
    violationTimeLimitSeconds: heartbeat ? 300 : 86_400,
    expirationDuration: silence === undefined ? 1800 : Math.max(silence, alert.forSeconds),
    openViolationOnExpiration: silence !== undefined,
    closeViolationsOnExpiration: silence === undefined,
  };
}

function page(board: Board, config: NewRelicConfig): unknown {
  const widgets = layOut(board.rows).flatMap(({ panels }) => panels.map(({ panel, at }) => widget(panel, at, config)));
  return { name: board.title, description: board.question, widgets };
}

/** Twelve columns instead of 24, counted from one. */
function widget(panel: Panel, at: Position, config: NewRelicConfig): unknown {
  const shown = newRelicWidget(panel);
  return {
    title: panel.title,
    layout: { column: at.x / 2 + 1, row: at.y + 1, width: at.w / 2, height: at.h },
    visualization: { id: shown.visualization },
    rawConfiguration: rawConfiguration(shown, config),
  };
}

function rawConfiguration(shown: Widget, config: NewRelicConfig): unknown {
  return {
    nrqlQueries: shown.queries.map((query) => ({ accountIds: [config.accountId], query })),
    ...(shown.unit === undefined ? {} : { units: { unit: shown.unit } }),
    ...(shown.thresholds === undefined || shown.visualization !== "viz.billboard"
      ? {}
      : { thresholds: severities(shown.thresholds) }),
    platformOptions: { ignoreTimeRange: false },
  };
}

/** A billboard colours values above its thresholds; where small is bad there is nothing it can colour. */
function severities(limits: NonNullable<Widget["thresholds"]>): readonly unknown[] {
  if (limits.direction === "below") return [];
  return [
    { alertSeverity: "WARNING", value: limits.warn },
    { alertSeverity: "CRITICAL", value: limits.bad },
  ];
}

function environmentVariable(config: NewRelicConfig): unknown {
  return {
    name: "environment",
    title: "Environment",
    type: "NRQL",
    isMultiSelection: true,
    replacementStrategy: "STRING",
    defaultValues: [{ value: { string: config.environment } }],
    nrqlQuery: {
      accountIds: [config.accountId],
      query: "SELECT uniques(deployment.environment.name) FROM Metric SINCE 1 day ago",
    },
  };
}
