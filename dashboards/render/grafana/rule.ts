import type { NotificationSettings } from "./routing.ts";

/** One query or expression of a Grafana rule; `model` is JSON text, as the provider takes it. */
export interface GrafanaRuleData {
  readonly refId: string;
  /** Given where the model has one: Grafana copies it there, and a provider without it sees a change. */
  readonly queryType?: string;
  readonly datasourceUid: string;
  readonly relativeTimeRange: { readonly from: number; readonly to: number };
  readonly model: string;
}

/** A rule of `grafana.alerting.RuleGroup`. */
export interface GrafanaRule {
  /** Fixed, so that a rule keeps its history and silences when others come before it. */
  readonly uid: string;
  readonly name: string;
  readonly condition: string;
  readonly datas: readonly GrafanaRuleData[];
  readonly for: string;
  readonly noDataState: "OK" | "Alerting";
  readonly execErrState: "Error";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly notificationSettings?: NotificationSettings;
}

/** Properties of `grafana.alerting.RuleGroup`, without the folder. */
export interface GrafanaRuleGroup {
  /** `alert-rules`, `burn-rates`. */
  readonly id: string;
  readonly name: string;
  readonly intervalSeconds: number;
  readonly rules: readonly GrafanaRule[];
}
