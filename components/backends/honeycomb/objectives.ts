import * as pulumi from "@pulumi/pulumi";
import type { HoneycombSlo } from "../../../dashboards/render/honeycomb/slos.ts";
import { BurnAlert, DerivedColumn, type HoneycombOptions, type Recipient, Slo } from "./resources.ts";

/**
 * Objectives: a column that judges each event, the SLO over it, and burn alerts. Honeycomb takes no burn alert without a recipient, so
 * there are none where nobody is notified.
 */
export class Objectives extends pulumi.ComponentResource {
  constructor(name: string, slos: readonly HoneycombSlo[], recipients: readonly Recipient[], opts: HoneycombOptions) {
    super("game-scheduler-otel:backends:HoneycombObjectives", name, {}, { parent: opts.parent });
    const at = { ...opts, parent: this };
    for (const { id, dataset, sli, burnAlerts, ...objective } of slos) {
      const column = new DerivedColumn(`${name}-${id}`, sli, at);
      // the alias as an Output, since the SLO is refused until the column is there
      const slo = new Slo(`${name}-${id}`, { ...objective, sli: column.alias, datasets: [dataset] }, at);
      if (recipients.length === 0) continue;
      for (const alert of burnAlerts) {
        const args = { ...alert, sloId: slo.id, recipients };
        new BurnAlert(`${name}-${id}-${alert.exhaustionMinutes}m`, args, at);
      }
    }
    this.registerOutputs();
  }
}
