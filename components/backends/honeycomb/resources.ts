import * as pulumi from "@pulumi/pulumi";

/**
 * Thin typed classes over Honeycomb's Terraform provider. Inputs in camelCase, blocks as plural arrays, as the bridge names them.
 * Here: what holds telemetry and who may reach it.
 */

/** Options of every resource here: the provider, and the package it belongs to. */
export interface HoneycombOptions extends pulumi.CustomResourceOptions {
  readonly parent: pulumi.Resource;
  readonly package: Promise<string>;
}

export abstract class HoneycombResource extends pulumi.CustomResource {
  /** @param outputs Names of what the provider computes; declared as inputs without a value, they become Outputs. */
  constructor(kind: string, name: string, inputs: pulumi.Inputs, outputs: readonly string[], opts: HoneycombOptions) {
    const { package: reference, ...options } = opts;
    const token = `honeycombio:index/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`;
    const computed = Object.fromEntries(outputs.map((output) => [output, undefined]));
    super(token, name, { ...computed, ...inputs }, options, false, reference);
  }
}

export interface EnvironmentArgs {
  readonly name: string;
  readonly description?: string;
  /** Cannot be false at creation (Honeycomb API): an environment is unprotected by a second run. */
  readonly deleteProtected?: boolean;
}

export class Environment extends HoneycombResource {
  declare readonly slug: pulumi.Output<string>;
  constructor(name: string, args: EnvironmentArgs, opts: HoneycombOptions) {
    super("Environment", name, { ...args }, ["slug"], opts);
  }
}

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
export class ApiKey extends HoneycombResource {
  declare readonly key: pulumi.Output<string>;
  declare readonly secret: pulumi.Output<string>;
  constructor(name: string, args: ApiKeyArgs, opts: HoneycombOptions) {
    const secretOutputs = { additionalSecretOutputs: ["key", "secret"] };
    super("ApiKey", name, { ...args }, ["key", "secret"], { ...opts, ...secretOutputs });
  }
}

export interface DatasetArgs {
  readonly name: string;
  readonly description?: string;
  readonly expandJsonDepth?: number;
}

export class Dataset extends HoneycombResource {
  declare readonly slug: pulumi.Output<string>;
  constructor(name: string, args: DatasetArgs, opts: HoneycombOptions) {
    super("Dataset", name, { ...args }, ["slug"], opts);
  }
}

export interface ColumnArgs {
  readonly name: string;
  readonly dataset: pulumi.Input<string>;
  readonly type: "string" | "integer" | "float" | "boolean";
  readonly description?: string;
}

export class Column extends HoneycombResource {
  constructor(name: string, args: ColumnArgs, opts: HoneycombOptions) {
    super("Column", name, { ...args }, [], opts);
  }
}
