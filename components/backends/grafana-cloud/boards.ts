import * as grafana from "@pulumi/grafana";
import type * as pulumi from "@pulumi/pulumi";
import { type GrafanaConfig, renderGrafanaBoards } from "../../../dashboards/render/grafana/boards.ts";

/** One dashboard a board, in that folder. */
export function makeBoards(
  name: string,
  { config, folder }: { readonly config: GrafanaConfig; readonly folder: pulumi.Input<string> },
  at: pulumi.CustomResourceOptions,
): void {
  for (const { id, json } of renderGrafanaBoards(config))
    new grafana.oss.Dashboard(`${name}-board-${id}`, { configJson: json, folder, overwrite: true }, at);
}
