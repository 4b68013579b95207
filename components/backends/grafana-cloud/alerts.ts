import * as grafana from "@pulumi/grafana";
import * as pulumi from "@pulumi/pulumi";
import {
  type GrafanaRouting,
  grafanaRouting,
  hasSilence,
  type NotificationSettings,
  type RoutingNames,
} from "../../../dashboards/render/grafana/routing.ts";
import type { GrafanaRule } from "../../../dashboards/render/grafana/rule.ts";
import { metricsQuery, threshold } from "../../../dashboards/render/grafana/rule-data.ts";
import {
  type GrafanaRulesConfig,
  grafanaExpiryRule,
  renderGrafanaRules,
  ruleGroupName,
} from "../../../dashboards/render/grafana/rules.ts";
import { grafanaUid } from "../../../dashboards/render/grafana/uid.ts";
import { goDuration } from "../../../formats/go.ts";
import { GRAFANA_CLOUD_DATA_SOURCES as DATA_SOURCES } from "../../../vendors/grafana-cloud.ts";
import type { Contact } from "../../contact.ts";
import { physicalName, type Scope } from "../../docker/scope.ts";
import { IDENTITY, type ShownThere } from "./boards.ts";
import { contactPoint } from "./contact.ts";

export interface AlertsArgs extends ShownThere {
  readonly scope: Scope;
  /** Undefined: rules run, nobody is notified. */
  readonly contact: Contact | undefined;
  /** Expiring tokens to alert on. */
  readonly tokens: readonly ExpiringToken[];
}

/** Alert rules, burn rates, the account's usage and the expiry of tokens: a rule group each, with contact point and silence as they need them. */
export function makeAlerts(
  name: string,
  { scope, rules, contact, folder, tokens }: AlertsArgs,
  at: pulumi.CustomResourceOptions,
): void {
  const { prometheus, loki, tempo } = DATA_SOURCES;
  const { routing, made } = makeRouting(name, { scope, contact, calibration: rules.calibration === true }, at);
  const rulePrefix = `gs-${scope.stack}`;
  const config = {
    ...rules,
    identity: IDENTITY,
    dataSources: { prometheus, loki, tempo },
    rulePrefix,
    routing,
  } as const;
  const group = (id: string, intervalSeconds: number, inputs: readonly RuleInput[]) =>
    new grafana.alerting.RuleGroup(
      `${name}-${id}`,
      { name: ruleGroupName(id, config), folderUid: folder, intervalSeconds, rules: [...inputs] },
      // Rules keep their uids: a second group with them would take them from the first, whose deletion then fails.
      { ...at, dependsOn: [...made], deleteBeforeReplace: true, aliases: formerNames(name, id) },
    );
  for (const { id, intervalSeconds, rules: rendered } of renderGrafanaRules(config))
    group(id, intervalSeconds, rendered.map(ruleInput));
  group("usage", 600, usageRules(config).map(ruleInput));
  const expiring = tokens.map((token) => tokenExpiryRule(token, config));
  if (expiring.length > 0) group("tokens", 600, expiring);
}

/** Under which names a state may hold a group. */
const formerNames = (name: string, id: string): pulumi.Alias[] =>
  id === "alert-rules" ? [{ name: `${name}-inspections` }] : [];

interface Routing {
  readonly routing: GrafanaRouting;
  /** What the settings name: created before the rules, deleted after them. */
  readonly made: readonly pulumi.Resource[];
}

/** Contact point and silence, as far as the rules need them. Their names are plain texts, so that rules are known at preview. */
function makeRouting(
  name: string,
  args: { readonly scope: Scope; readonly contact: Contact | undefined; readonly calibration: boolean },
  at: pulumi.CustomResourceOptions,
): Routing {
  const { scope, contact, calibration } = args;
  const quiet = { contactPoint: physicalName(scope, "nobody"), muteTiming: physicalName(scope, "always") };
  const names: RoutingNames = { contact: physicalName(scope, "contact"), silence: quiet };
  const routing = grafanaRouting({ names, kind: contact?.kind, calibration });
  const person =
    contact !== undefined && routing.notified?.contactPoint === names.contact
      ? [contactPoint(`${name}-contact`, { contact, as: names.contact }, at)]
      : [];
  return { routing, made: [...person, ...(hasSilence(routing) ? silence(name, quiet, at) : [])] };
}

/** What silent rules are routed to: a mute timing that never ends, and a contact point that could reach nobody even without it. */
function silence(
  name: string,
  names: NonNullable<RoutingNames["silence"]>,
  at: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const nobody = { kind: "email", addresses: ["nobody@example.invalid"] } as const;
  return [
    contactPoint(`${name}-nobody`, { contact: nobody, as: names.contactPoint }, at),
    new grafana.alerting.MuteTiming(
      `${name}-always`,
      { name: names.muteTiming, intervals: [{ times: [{ start: "00:00", end: "24:00" }] }] },
      at,
    ),
  ];
}

/** An alert on the account's own usage, from the data source every Grafana Cloud stack has. */
interface UsageRule {
  readonly id: string;
  readonly name: string;
  /** Share of the included quota, 0 to 1 and above. */
  readonly expr: string;
  readonly summary: string;
}

/** Share of the quota above which an alert fires. */
const USAGE_LIMIT = 0.8;

const USAGE_RULES: readonly UsageRule[] = [
  {
    id: "usage-series",
    name: "Metric series near the included number",
    expr: "max(grafanacloud_org_metrics_billable_series) / max(grafanacloud_org_metrics_included_series)",
    summary: "Above the included number new series are refused (free) or billed. Drop labels, or scrape less.",
  },
  {
    id: "usage-logs",
    name: "Logs near the month's included volume",
    expr: "max(grafanacloud_org_logs_usage) / max(grafanacloud_org_logs_included_usage)",
    summary: "Above the included volume logs are discarded until next month (free) or billed. Raise the log level.",
  },
  {
    id: "usage-traces",
    name: "Traces near the month's included volume",
    expr: "max(grafanacloud_org_traces_usage) / max(grafanacloud_org_traces_included_usage)",
    summary:
      "Above the included volume traces are discarded until next month (free) or billed. Lower sampling.baseline.",
  },
];

/** Rules that notify before the month's quota is used up. */
function usageRules({
  rulePrefix,
  routing,
}: Pick<GrafanaRulesConfig, "rulePrefix" | "routing">): readonly GrafanaRule[] {
  return USAGE_RULES.map(({ id, name, expr, summary }) => ({
    uid: grafanaUid(`${rulePrefix}-${id}`),
    name,
    condition: "C",
    datas: [metricsQuery("A", DATA_SOURCES.usage, expr), threshold("C", "A", ">", USAGE_LIMIT)],
    for: goDuration(1800),
    // The data source is filled by Grafana once there is usage; an account without any is no alert.
    noDataState: "OK",
    execErrState: "Error",
    labels: { severity: "ticket", area: "cost" },
    annotations: { summary },
    ...(routing.notified && { notificationSettings: routing.notified }),
  }));
}

/** Days before its expiry that a token is alerted on. A week: rotation is due for a week by then, and was missed. */
const WARN_DAYS = 7;

export interface ExpiringToken {
  /** Its name, in a word or two. */
  readonly name: string;
  /** RFC 3339, as the provider gives it. */
  readonly endsAt: pulumi.Output<string>;
}

/** The rule that notifies before a token expires. Only its query waits for the token; all the rest is known at preview. */
function tokenExpiryRule({ name, endsAt }: ExpiringToken, config: GrafanaRulesConfig): RuleInput {
  const endingAt = (seconds: number) => grafanaExpiryRule({ name, at: seconds, warnDays: WARN_DAYS }, config);
  const rule = endingAt(0);
  const model = endsAt.apply((text) => endingAt(secondsOf(name, text)).datas.find(asksMetrics)?.model ?? "");
  function asksMetrics({ datasourceUid }: { readonly datasourceUid: string }): boolean {
    return datasourceUid === config.dataSources.prometheus;
  }
  return { ...ruleInput(rule), datas: rule.datas.map((data) => (asksMetrics(data) ? { ...data, model } : data)) };
}

function secondsOf(name: string, text: string): number {
  const milliseconds = Date.parse(text);
  if (Number.isFinite(milliseconds)) return milliseconds / 1000;
  throw new pulumi.RunError(
    `The expiry of the ${name} is "${text}", which is not a valid timestamp. Expected RFC 3339, from the provider.`,
  );
}

type RuleInput = grafana.types.input.alerting.RuleGroupRule;
type SettingsInput = grafana.types.input.alerting.RuleGroupRuleNotificationSettings;

/** A rendered rule as the provider takes it: the same values in lists that may be changed. */
const ruleInput = ({ datas, notificationSettings, ...rule }: GrafanaRule): RuleInput => ({
  ...rule,
  datas: [...datas],
  ...(notificationSettings && { notificationSettings: settingsInput(notificationSettings) }),
});

const settingsInput = ({ groupBies, muteTimings, ...settings }: NotificationSettings): SettingsInput => ({
  ...settings,
  groupBies: [...groupBies],
  ...(muteTimings && { muteTimings: [...muteTimings] }),
});
