import type { AlertSeverity } from "../../model/alert.ts";

/** Where one rule's notifications go. Always per rule: the account's notification policies belong to others. */
export interface NotificationSettings {
  readonly contactPoint: string;
  readonly groupBies: readonly string[];
  /** Durations as Prometheus writes them: the largest unit that divides them. */
  readonly groupInterval?: string;
  readonly repeatInterval?: string;
  /** Names of mute timings. */
  readonly muteTimings?: readonly string[];
}

/** Settings by what a rule is for; absent: the rule says nothing, and the account's own policies decide. */
export interface GrafanaRouting {
  readonly notified?: NotificationSettings;
  readonly heartbeat?: NotificationSettings;
}

/** Names of what rules are routed to. */
export interface RoutingNames {
  /** Contact point of the person. */
  readonly contact: string;
  /** Contact point that stands for nobody, and the mute timing that never ends; absent where no account policy could notify anybody. */
  readonly silence?: { readonly contactPoint: string; readonly muteTiming: string };
}

export interface RoutingArgs {
  readonly names: RoutingNames;
  /** How somebody is notified; undefined: nobody is. */
  readonly kind: "email" | "discord" | "slack" | "webhook" | undefined;
  /** True: rules run and are seen, nobody is notified. */
  readonly calibration: boolean;
}

const GROUP_BY = ["grafana_folder", "alertname"] as const;

/**
 * Which rule notifies whom. A rule without settings of its own would follow the account's policies and could wake somebody who never asked for it,
 * so a silent rule is routed too: to nobody, muted for ever.
 * The dead-man's switch is sent to webhooks only, every five minutes, as services that miss it expect; people it would only nag.
 */
export function grafanaRouting({ names, kind, calibration }: RoutingArgs): GrafanaRouting {
  const { contact, silence } = names;
  const notified: NotificationSettings = { contactPoint: contact, groupBies: GROUP_BY };
  const silent = silence && {
    silent: { contactPoint: silence.contactPoint, groupBies: GROUP_BY, muteTimings: [silence.muteTiming] },
  };
  const none: GrafanaRouting = silent ? { notified: silent.silent, heartbeat: silent.silent } : {};
  if (kind === undefined || calibration) return none;
  if (kind !== "webhook") return { ...none, notified };
  return { notified, heartbeat: { ...notified, groupInterval: "1m", repeatInterval: "5m" } };
}

/** Whether any rule is routed to nobody. */
export const hasSilence = ({ notified, heartbeat }: GrafanaRouting): boolean =>
  [notified, heartbeat].some((settings) => settings?.muteTimings !== undefined);

/** Settings of a rule of that severity. */
export const settingsFor = (severity: AlertSeverity, routing: GrafanaRouting): NotificationSettings | undefined =>
  severity === "heartbeat" ? routing.heartbeat : routing.notified;
