import * as pulumi from "@pulumi/pulumi";
import type { RulesConfig } from "../../dashboards/render/context.ts";
import { type ContactIntegration, contactPointFile } from "../../dashboards/render/grafana/alerting-files.ts";
import type { GrafanaConfig } from "../../dashboards/render/grafana/config.ts";
import { grafanaRouting } from "../../dashboards/render/grafana/routing.ts";
import type { GrafanaRulesConfig } from "../../dashboards/render/grafana/rules.ts";
import type { Contact } from "../contact.ts";
import { type ContainerFile, secretFile } from "../docker/container.ts";

/** What a Grafana on this machine judges and whom it notifies. It is this stack's alone, so there are no policies of others to evade. */
export function localRules(
  rules: RulesConfig,
  contact: Contact | undefined,
  { url, tempo }: { /** Of this Grafana. */ readonly url: string; readonly tempo?: string },
): GrafanaRulesConfig {
  const calibration = rules.calibration === true;
  return {
    ...rules,
    grafanaUrl: url,
    dataSources: { prometheus: "prometheus", loki: "loki", ...(tempo && { tempo }) },
    rulePrefix: "gs",
    routing: grafanaRouting({ names: { contact: rules.content.namespace }, kind: contact?.kind, calibration }),
  };
}

/** The boards of a Grafana on this machine, which is this stack's alone. */
export const localBoards = (
  rules: RulesConfig,
  stores: Pick<GrafanaConfig["dataSources"], "logs" | "traces">,
): GrafanaConfig => ({
  ...rules,
  dataSources: { prometheus: "prometheus", ...stores },
});

/** The contact point as a file of that Grafana; none while nobody is notified. Secret where the address is. */
export function contactFiles(
  contact: Contact | undefined,
  { calibration = false, content }: Pick<RulesConfig, "calibration" | "content">,
  home = "/etc/grafana",
): readonly ContainerFile[] {
  if (contact === undefined || calibration) return [];
  const path = `${home}/provisioning/alerting/contact.yaml`;
  const known: pulumi.Output<ContactIntegration> =
    contact.kind === "email" ? pulumi.output(contact) : contact.url.apply((url) => ({ kind: contact.kind, url }));
  return [
    secretFile(
      path,
      known.apply((integration) => contactPointFile(content.namespace, integration)),
    ),
  ];
}
