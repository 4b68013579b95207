import type { PropertyMap } from "../offline/properties.ts";
import type { RegistrationOptions } from "../offline/registration.ts";

/** One resource as rules see it: what a recording and Pulumi's own policy server both know of it. Secrets stay wrapped. */
export interface Resource {
  readonly urn: string;
  /** `docker:index/container:Container` */
  readonly type: string;
  readonly name: string;
  /** URN of the parent; empty for the stack and where nothing is said of it. */
  readonly parent: string;
  readonly inputs: PropertyMap;
  readonly options: Pick<RegistrationOptions, "protect" | "retainOnDelete" | "ignoreChanges">;
}

/** Everything that one run of a program asks for. */
export interface Stack {
  readonly resources: readonly Resource[];
  /** Those of them that are to be judged; the others are there to be looked up. */
  readonly judged: readonly Resource[];
  /** Texts that are known to be secret; one that is shorter than 8 characters would be found in innocent words. */
  readonly secrets: readonly string[];
  /** Whether `retainOnDelete` can be seen. Pulumi does not tell it to a policy pack. */
  readonly seesRetention: boolean;
}

/** A place where a rule is broken. */
export interface Finding {
  readonly resource: Resource;
  /** Input of the resource: `envs[DISCORD_TOKEN]`. */
  readonly at: string;
  /** What is wrong, one clause without a full stop; never a value that may be secret. */
  readonly message: string;
  /** What is allowed and mends it, in the imperative. */
  readonly fix: string;
}

/** One rule. Pure and total: whatever a program registers has an answer. */
export interface Rule {
  readonly id: string;
  /** Errors stop a preview and `npm start`; warnings are printed. */
  readonly severity: "error" | "warning";
  /** What goes wrong in practice, and what is allowed. One sentence or two. */
  readonly explain: string;
  /** `stack`: it can only be judged once everything is registered. */
  readonly needs: "resource" | "stack";
  readonly find: (stack: Stack) => Iterable<Finding>;
}
