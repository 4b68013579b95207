import * as newrelic from "@pulumi/newrelic";
import * as pulumi from "@pulumi/pulumi";
import type { NewRelicCondition } from "../../../dashboards/render/new-relic/dashboard.ts";
import type { InAccount } from "./keys.ts";

export interface AlertsArgs {
  readonly accountId: string;
  /** Name of the policy, as people read it. */
  readonly title: string;
  readonly conditions: readonly NewRelicCondition[];
}

/** The policies of the stack with a condition for each alert. By themselves they notify nobody: that takes a workflow. */
export class Alerts extends pulumi.ComponentResource {
  /** Policy of what people are notified of. */
  readonly policyId: pulumi.Output<string>;
  /** Policy of the heartbeat, which is always open: only those who watch for its absence are notified. */
  readonly heartbeatId: pulumi.Output<string>;

  constructor(name: string, { accountId, title, conditions }: AlertsArgs, { parent, provider }: InAccount) {
    super("game-scheduler-otel:backends:NewRelicAlerts", name, { accountId, title }, { parent });
    const at = { parent: this, provider };
    // One issue a condition and facet: an issue for all of a policy would notify of the first only.
    const policy = (policyName: string, shown: string) =>
      new newrelic.AlertPolicy(
        policyName,
        { accountId, name: shown, incidentPreference: "PER_CONDITION_AND_TARGET" },
        at,
      ).id;
    this.policyId = policy(name, title);
    this.heartbeatId = policy(`${name}-watch`, `${title}: heartbeat`);
    for (const { id, severity, ...condition } of conditions) {
      const policyId = severity === "heartbeat" ? this.heartbeatId : this.policyId;
      new newrelic.NrqlAlertCondition(`${name}-${id}`, { accountId, policyId, ...condition }, at);
    }
    this.registerOutputs({ policyId: this.policyId });
  }
}
