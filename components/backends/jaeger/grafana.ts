import type * as pulumi from "@pulumi/pulumi";
import type { RulesConfig } from "../../../dashboards/render/context.ts";
import { grafanaProvisioning, type LocalAddresses } from "../../../dashboards/render/grafana/provisioning.ts";
import { Grafana, type GrafanaArgs } from "../grafana.ts";
import { localBoards } from "../grafana-alerting.ts";

export interface GrafanaOverStores extends Omit<GrafanaArgs, "provisioning"> {
  readonly rules: RulesConfig;
  readonly addresses: LocalAddresses;
}

/** Grafana over the stores of this backend. */
export function grafanaOver({ rules, addresses, ...args }: GrafanaOverStores, parent: pulumi.Resource): Grafana {
  const boards = localBoards(rules, {
    logs: { kind: "victorialogs", uid: "victorialogs" },
    traces: { kind: "jaeger", uid: "jaeger" },
  });
  return new Grafana("grafana", { ...args, provisioning: grafanaProvisioning(boards, addresses) }, { parent });
}
