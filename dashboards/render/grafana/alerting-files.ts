import { toYaml } from "../../../formats/yaml.ts";
import type { NotificationSettings } from "./routing.ts";
import type { GrafanaRule, GrafanaRuleGroup } from "./rule.ts";

/** Files of `provisioning/alerting/`, for a Grafana that reads its rules at start (Grafana documentation, file provisioning of alerting). */

/** Rule groups as a file, in the folder of that title. */
export function rulesFile(groups: readonly GrafanaRuleGroup[], folder: string): string {
  return yaml({
    apiVersion: 1,
    groups: groups.map(({ name, intervalSeconds, rules }) => ({
      orgId: 1,
      name,
      folder,
      interval: `${intervalSeconds}s`,
      rules: rules.map(rule),
    })),
  });
}

/** How somebody is notified, with the address in plain text: the file is as secret as the address. */
export type ContactIntegration =
  | { readonly kind: "email"; readonly addresses: readonly string[] }
  | { readonly kind: "discord" | "slack" | "webhook"; readonly url: string };

/** A contact point as a file. */
export function contactPointFile(name: string, contact: ContactIntegration): string {
  const settings = contact.kind === "email" ? { addresses: contact.addresses.join(";") } : { url: contact.url };
  const receivers = [{ uid: `${name}-contact`, type: contact.kind, settings }];
  return yaml({ apiVersion: 1, contactPoints: [{ orgId: 1, name, receivers }] });
}

function rule({ uid, name, datas, notificationSettings, ...same }: GrafanaRule): unknown {
  return {
    uid,
    title: name,
    ...same,
    data: datas.map(({ model, ...data }) => ({ ...data, model: JSON.parse(model) })),
    ...(notificationSettings && { notification_settings: settings(notificationSettings) }),
  };
}

const settings = (given: NotificationSettings): unknown => ({
  receiver: given.contactPoint,
  group_by: given.groupBies,
  ...(given.groupInterval && { group_interval: given.groupInterval }),
  ...(given.repeatInterval && { repeat_interval: given.repeatInterval }),
  ...(given.muteTimings && { mute_time_intervals: given.muteTimings }),
});

const yaml = (value: unknown): string => toYaml(value);
