import * as pulumi from "@pulumi/pulumi";

/**
 * Typed resources over Honeycomb's Terraform provider. Inputs in camelCase, blocks as plural arrays, as the bridge names them.
 * An absent dataset means the whole environment.
 */

/** Options of every resource here: the provider, and the package it belongs to. */
export interface HoneycombOptions extends pulumi.CustomResourceOptions {
  readonly parent: pulumi.Resource;
  readonly package: Promise<string>;
}

type Made<Outputs extends string> = pulumi.CustomResource & { readonly [K in Outputs]: pulumi.Output<string> };
type Kind<Args, Outputs extends string> = new (name: string, args: Args, opts: HoneycombOptions) => Made<Outputs>;

/**
 * One kind of resource.
 * @param outputs Names of what the provider computes; declared as inputs without a value, they become Outputs.
 */
const kind = <Args extends object, Outputs extends string = never>(
  type: string,
  outputs: readonly Outputs[] = [],
  { secret = [] }: { readonly secret?: readonly string[] } = {},
) =>
  class extends pulumi.CustomResource {
    constructor(name: string, args: Args, { package: reference, ...opts }: HoneycombOptions) {
      const token = `honeycombio:index/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`;
      const computed = Object.fromEntries(outputs.map((output) => [output, undefined]));
      const secrets = secret.length > 0 && { additionalSecretOutputs: [...secret] };
      super(token, name, { ...computed, ...args }, { ...opts, ...secrets }, false, reference);
    }
  } as unknown as Kind<Args, Outputs>;

interface EnvironmentArgs {
  readonly name: string;
  /** Cannot be false at creation (Honeycomb API): an environment is unprotected by a second run. */
  readonly deleteProtected: true;
}

export const Environment = kind<EnvironmentArgs, "slug">("Environment", ["slug"]);

/** What a key may do; whatever is absent it may not. */
export interface ApiKeyPermissions {
  readonly createDatasets?: boolean;
  /** Queries and columns. */
  readonly manageQueries?: boolean;
  readonly managePublicBoards?: boolean;
  readonly manageTriggers?: boolean;
  readonly manageRecipients?: boolean;
  readonly manageMarkers?: boolean;
  readonly manageSlos?: boolean;
  readonly runQueries?: boolean;
}

export interface ApiKeyArgs {
  readonly name: string;
  readonly type: "ingest" | "configuration";
  readonly environmentId: pulumi.Input<string>;
  readonly permissions: readonly ApiKeyPermissions[];
}

/** A key of one environment. `key` is the value of the team header, whatever its type. */
export const ApiKey = kind<ApiKeyArgs, "key" | "secret">("ApiKey", ["key", "secret"], { secret: ["key", "secret"] });

export const Dataset = kind<{ readonly name: string }, "slug">("Dataset", ["slug"]);

export const Column = kind<{
  readonly name: string;
  readonly dataset: pulumi.Input<string>;
  readonly type: "string" | "integer" | "float" | "boolean";
}>("Column");

/**
 * Who is notified: a recipient that exists, by id, or an address. Recipients belong to the whole team, and a second one of the same address is
 * refused; an address named like this is shared by all stacks that name it.
 */
export type Recipient = { readonly id: pulumi.Input<string> } | { readonly type: "email"; readonly target: string };

export const Trigger = kind<{
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
}>("Trigger");

interface DerivedColumnArgs {
  readonly alias: string;
  readonly expression: string;
  readonly description: string;
}

/** A column computed from others of the same event; known to the whole environment. */
export const DerivedColumn = kind<DerivedColumnArgs, "alias">("DerivedColumn", ["alias"]);

export const Slo = kind<{
  readonly name: string;
  readonly description: string;
  /** Alias of the derived column that judges an event: true, false, or null where it does not count. */
  readonly sli: pulumi.Input<string>;
  readonly datasets: readonly string[];
  readonly targetPercentage: number;
  /** Days. */
  readonly timePeriod: number;
}>("Slo");

export const BurnAlert = kind<{
  readonly sloId: pulumi.Input<string>;
  readonly alertType: "exhaustion_time";
  /** Somebody is notified when the budget, at the present pace, lasts no longer. */
  readonly exhaustionMinutes: number;
  /** At least one. */
  readonly recipients: readonly Recipient[];
}>("BurnAlert");

export interface WebhookRecipientArgs {
  readonly name: string;
  /** Secret: whoever has it can post. */
  readonly url: pulumi.Input<string>;
  /** What is posted, as a Go template of JSON; none: Honeycomb's own JSON. */
  readonly templates: readonly { readonly type: "trigger" | "exhaustion_time"; readonly body: string }[];
}

export const WebhookRecipient = kind<WebhookRecipientArgs>("WebhookRecipient", [], { secret: ["url"] });

export const Query = kind<{
  /** A query specification. Queries are immutable: another text is another query. */
  readonly queryJson: string;
  readonly dataset?: string;
}>("Query");

/** Title and description of a query on a board. */
export const QueryAnnotation = kind<{
  readonly queryId: pulumi.Input<string>;
  readonly name: string;
  readonly description?: string;
  readonly dataset?: string;
}>("QueryAnnotation");

export interface BoardPanelArgs {
  readonly type: "query";
  readonly position: {
    readonly xCoordinate: number;
    readonly yCoordinate: number;
    readonly width: number;
    readonly height: number;
  };
  readonly queryPanels: readonly {
    readonly queryId: pulumi.Input<string>;
    readonly queryAnnotationId: pulumi.Input<string>;
    readonly queryStyle: "graph" | "table" | "combo";
  }[];
}

interface FlexibleBoardArgs {
  readonly name: string;
  readonly description: string;
  readonly panels: readonly BoardPanelArgs[];
}

export const FlexibleBoard = kind<FlexibleBoardArgs, "boardUrl">("FlexibleBoard", ["boardUrl"]);

/** A line on every graph of the environment, at the time it was made. */
export const Marker = kind<{
  readonly message: string;
  /** Decides the colour. */
  readonly type: string;
}>("Marker");
