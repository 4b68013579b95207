import * as newrelic from "@pulumi/newrelic";
import * as pulumi from "@pulumi/pulumi";
import { burnRateQuery, type NewRelicServiceLevel } from "../../../dashboards/render/new-relic/service-levels.ts";
import type { InAccount } from "./keys.ts";

export interface ObjectivesArgs {
  readonly accountId: string;
  readonly levels: readonly NewRelicServiceLevel[];
  /** Guid of each service's entity; a level without one is not made. */
  readonly entities: Readonly<Record<string, pulumi.Output<string>>>;
  /** Policy of the burn-rate conditions. */
  readonly policyId: pulumi.Input<string>;
}

/** Service levels on the entities of their services, and a condition for each pace at which their error budget may not burn. */
export class Objectives extends pulumi.ComponentResource {
  constructor(name: string, { accountId, levels, entities, policyId }: ObjectivesArgs, opts: InAccount) {
    super("game-scheduler-otel:backends:NewRelicObjectives", name, { accountId }, { parent: opts.parent });
    const at = { parent: this, provider: opts.provider };
    for (const { id, name: title, description, service, validEvents, goodEvents, objective, burnRates } of levels) {
      const guid = entities[service];
      if (guid === undefined) continue;
      const events = { accountId, validEvents, goodEvents };
      const level = new newrelic.ServiceLevel(
        `${name}-${id}`,
        { guid, name: title, description, events, objective },
        at,
      );
      for (const { window, name: condition, threshold, evaluation, slideBy } of burnRates) {
        new newrelic.NrqlAlertCondition(
          `${name}-${id}-${window}`,
          {
            accountId,
            policyId,
            name: condition,
            type: "static",
            description,
            nrql: { query: level.sliGuid.apply(burnRateQuery) },
            critical: {
              operator: "above",
              threshold,
              thresholdDuration: evaluation,
              thresholdOccurrences: "at_least_once",
            },
            aggregationWindow: evaluation,
            slideBy,
            aggregationMethod: "event_flow",
            aggregationDelay: "120",
            violationTimeLimitSeconds: 86_400,
          },
          at,
        );
      }
    }
    this.registerOutputs();
  }
}
