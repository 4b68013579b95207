import * as grafana from "@pulumi/grafana";
import type * as pulumi from "@pulumi/pulumi";
import { renderGrafanaSlos } from "../../../dashboards/render/grafana/slos.ts";
import { GRAFANA_CLOUD_DATA_SOURCES as DATA_SOURCES } from "../../../vendors/grafana-cloud.ts";
import type { ShownThere } from "./boards.ts";

/** One objective each in the SLO app. A stack that never opened the app stores them, and shows them once somebody does. */
export function makeObjectives(name: string, { rules, folder }: ShownThere, at: pulumi.CustomResourceOptions): void {
  for (const { id, objectives, queries, labels, ...slo } of renderGrafanaSlos(rules, DATA_SOURCES.prometheus))
    new grafana.slo.SLO(
      `${name}-slo-${id}`,
      { ...slo, objectives: [...objectives], queries: [...queries], labels: [...labels], folderUid: folder },
      at,
    );
}
