import * as grafana from "@pulumi/grafana";
import type * as pulumi from "@pulumi/pulumi";
import type { RulesConfig } from "../../../dashboards/render/context.ts";
import { renderGrafanaSlos } from "../../../dashboards/render/grafana/slos.ts";
import { GRAFANA_CLOUD_DATA_SOURCES as DATA_SOURCES } from "../../../vendors/grafana-cloud.ts";

/** One objective each in the SLO app. A stack that never opened the app keeps them, and shows them once somebody does. */
export function makeSlos(
  name: string,
  { config, folder }: { readonly config: RulesConfig; readonly folder: pulumi.Input<string> },
  at: pulumi.CustomResourceOptions,
): void {
  for (const { id, objectives, queries, labels, ...slo } of renderGrafanaSlos(config, DATA_SOURCES.prometheus))
    new grafana.slo.SLO(
      `${name}-slo-${id}`,
      { ...slo, objectives: [...objectives], queries: [...queries], labels: [...labels], folderUid: folder },
      at,
    );
}
