import type * as pulumi from "@pulumi/pulumi";
import { type HoneycombOptions, HoneycombResource } from "./resources.ts";

/** Alerts, objectives and recipients, over Honeycomb's Terraform provider. An absent dataset means the whole environment. */

/**
 * Who is notified: a recipient that exists, by id, or an address. Recipients belong to the whole team, and a second one of the same address is
 * refused; an address named like this is shared by all stacks that name it.
 */
export type Recipient = { readonly id: pulumi.Input<string> } | { readonly type: "email"; readonly target: string };

export interface TriggerArgs {
  readonly name: string;
  readonly description: string;
  readonly dataset?: string;
  readonly queryJson: string;
  readonly thresholds: readonly {
    readonly op: ">" | "<";
    readonly value: number;
    /** How often in a row before somebody is notified: 1 to 5. */
    readonly exceededLimit: number;
  }[];
  /** Seconds, a multiple of 60. */
  readonly frequency: number;
  readonly alertType: "on_change" | "on_true";
  /** None: the trigger runs and is seen, nobody is notified. */
  readonly recipients: readonly Recipient[];
}

export class Trigger extends HoneycombResource {
  constructor(name: string, args: TriggerArgs, opts: HoneycombOptions) {
    super("Trigger", name, { ...args }, [], opts);
  }
}

export interface DerivedColumnArgs {
  readonly alias: string;
  readonly expression: string;
  readonly description: string;
}

/** A column computed from others of the same event; known to the whole environment. */
export class DerivedColumn extends HoneycombResource {
  declare readonly alias: pulumi.Output<string>;
  constructor(name: string, args: DerivedColumnArgs, opts: HoneycombOptions) {
    super("DerivedColumn", name, { ...args }, [], opts);
  }
}

export interface SloArgs {
  readonly name: string;
  readonly description: string;
  /** Alias of the derived column that judges an event: true, false, or null where it does not count. */
  readonly sli: pulumi.Input<string>;
  readonly datasets: readonly string[];
  readonly targetPercentage: number;
  /** Days. */
  readonly timePeriod: number;
}

export class Slo extends HoneycombResource {
  constructor(name: string, args: SloArgs, opts: HoneycombOptions) {
    super("Slo", name, { ...args }, [], opts);
  }
}

export interface BurnAlertArgs {
  readonly sloId: pulumi.Input<string>;
  readonly alertType: "exhaustion_time";
  /** Somebody is notified when the budget, at the present pace, lasts no longer. */
  readonly exhaustionMinutes: number;
  /** At least one. */
  readonly recipients: readonly Recipient[];
}

export class BurnAlert extends HoneycombResource {
  constructor(name: string, args: BurnAlertArgs, opts: HoneycombOptions) {
    super("BurnAlert", name, { ...args }, [], opts);
  }
}

export interface WebhookRecipientArgs {
  readonly name: string;
  /** Secret: whoever has it can post. */
  readonly url: pulumi.Input<string>;
  /** What is posted, as a Go template of JSON; none: Honeycomb's own JSON. */
  readonly templates: readonly { readonly type: "trigger" | "exhaustion_time"; readonly body: string }[];
}

export class WebhookRecipient extends HoneycombResource {
  constructor(name: string, args: WebhookRecipientArgs, opts: HoneycombOptions) {
    super("WebhookRecipient", name, { ...args }, [], { ...opts, additionalSecretOutputs: ["url"] });
  }
}
