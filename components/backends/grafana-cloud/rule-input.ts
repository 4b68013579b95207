import type * as grafana from "@pulumi/grafana";
import type { NotificationSettings } from "../../../dashboards/render/grafana/routing.ts";
import type { GrafanaRule } from "../../../dashboards/render/grafana/rule.ts";

export type RuleInput = grafana.types.input.alerting.RuleGroupRule;
type SettingsInput = grafana.types.input.alerting.RuleGroupRuleNotificationSettings;

/** A rendered rule as the provider takes it: the same values in lists that may be changed. */
export const ruleInput = ({ datas, notificationSettings, ...rule }: GrafanaRule): RuleInput => ({
  ...rule,
  datas: [...datas],
  ...(notificationSettings && { notificationSettings: settingsInput(notificationSettings) }),
});

const settingsInput = ({ groupBies, muteTimings, ...settings }: NotificationSettings): SettingsInput => ({
  ...settings,
  groupBies: [...groupBies],
  ...(muteTimings && { muteTimings: [...muteTimings] }),
});
