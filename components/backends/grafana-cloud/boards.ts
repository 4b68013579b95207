import * as grafana from "@pulumi/grafana";
import type * as pulumi from "@pulumi/pulumi";
import type { RulesConfig } from "../../../dashboards/render/context.ts";
import { renderGrafanaBoards } from "../../../dashboards/render/grafana/boards.ts";
import { GRAFANA_CLOUD_DATA_SOURCES as DATA_SOURCES } from "../../../vendors/grafana-cloud.ts";

/** What is shown in a Grafana Cloud stack, and where. */
export interface ShownThere {
  /** What boards, alert rules and objectives are made from, links to that Grafana included. */
  readonly rules: RulesConfig;
  /** Uid of this stack's folder. */
  readonly folder: pulumi.Input<string>;
}

/** How the metrics' server there names a service that is present: Grafana Cloud keeps no attributes on `target_info`. */
export const IDENTITY = "job";

/** One dashboard a board, in that folder. */
export function makeBoards(name: string, { rules, folder }: ShownThere, at: pulumi.CustomResourceOptions): void {
  const { prometheus, loki, tempo } = DATA_SOURCES;
  const boards = renderGrafanaBoards({
    ...rules,
    identity: IDENTITY,
    dataSources: { prometheus, logs: { kind: "loki", uid: loki }, traces: { kind: "tempo", uid: tempo } },
    deployments: "annotations",
  });
  for (const { id, json } of boards)
    new grafana.oss.Dashboard(`${name}-board-${id}`, { configJson: json, folder, overwrite: true }, at);
}
