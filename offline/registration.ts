import type { PropertyMap, PropertyValue } from "./properties.ts";

/** One resource as the program registered it. Secrets stay wrapped: see secrets.ts. */
export interface Registration {
  readonly urn: string;
  /** `docker:index/container:Container` */
  readonly type: string;
  readonly name: string;
  /** URN of the parent; empty for the stack itself. */
  readonly parent: string;
  /** False for components, which exist only in the program. */
  readonly custom: boolean;
  /** Empty in a preview (not known yet) and for components. */
  readonly id: string;
  readonly inputs: PropertyMap;
  /** Only what was set: an option left alone is absent. */
  readonly options: RegistrationOptions;
  /** Inputs, plus what the provider would compute (see answers.ts), plus what a component registered. */
  readonly outputs: PropertyMap;
}

export interface RegistrationOptions {
  readonly protect?: boolean;
  readonly deleteBeforeReplace?: boolean;
  readonly retainOnDelete?: boolean;
  /** URNs this resource waits for: explicit `dependsOn` and those its inputs come from. */
  readonly dependsOn?: readonly string[];
  /** Input property -> URNs its value comes from. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  /** `<provider urn>::<id>`; absent for the default provider. */
  readonly provider?: string;
  /** Package -> provider reference, for components. */
  readonly providers?: Readonly<Record<string, string>>;
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly replacementTrigger?: PropertyValue;
  readonly replaceWith?: readonly string[];
  readonly additionalSecretOutputs?: readonly string[];
  /** URNs, or `{ name, type, ... }` of the old identity. */
  readonly aliases?: readonly PropertyValue[];
  readonly hideDiffs?: readonly string[];
  /** Moment (`afterCreate`) -> names of the hooks bound to it. Hooks are recorded, never run. */
  readonly hooks?: Readonly<Record<string, readonly string[]>>;
  readonly customTimeouts?: Readonly<Record<string, string>>;
  readonly deletedWith?: string;
  readonly import?: string;
  readonly version?: string;
  readonly pluginDownloadUrl?: string;
  /** Reference given back by registerPackage, for parameterised providers. */
  readonly packageRef?: string;
  readonly envVarMappings?: Readonly<Record<string, string>>;
}

export interface Diagnostic {
  readonly severity: "info" | "warning" | "error";
  readonly message: string;
  /** Resource the message is about; empty for the program as a whole. */
  readonly urn: string;
}

/** A resource hook the program declared. */
export interface HookRegistration {
  readonly name: string;
  readonly onDryRun: boolean;
}

/** A provider package declared at run time (parameterised providers). */
export interface PackageRegistration {
  readonly ref: string;
  readonly name: string;
  readonly version: string;
  readonly downloadUrl: string;
  /** Package the base provider is turned into, with its parameter (base64). */
  readonly parameterization?: { readonly name: string; readonly version: string; readonly value: string };
}

export interface Invocation {
  readonly token: string;
  readonly args: PropertyMap;
  readonly provider: string;
}

/** Everything one run of the program sent to its engine. */
export interface Recording {
  readonly project: string;
  readonly stack: string;
  readonly preview: boolean;
  /** The stack first, then by URN: the same program gives the same list, however its promises interleave. */
  readonly registrations: readonly Registration[];
  /** Outputs of the stack. */
  readonly outputs: PropertyMap;
  readonly diagnostics: readonly Diagnostic[];
  readonly hooks: readonly HookRegistration[];
  readonly packages: readonly PackageRegistration[];
  readonly invocations: readonly Invocation[];
  /** 0: the program ran to its end without an error. */
  readonly exitCode: number;
}
