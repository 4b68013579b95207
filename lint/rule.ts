import type { BackendKind } from "../vendors/kinds.ts";
import type { Config } from "./model.ts";
import type { Path } from "./read.ts";

export type Severity = "error" | "warning";
/** `general`: what is wrong for everybody. `ours`: what this repository holds its own collector to as well. */
export type Profile = "general" | "ours";

/** What a configuration is for. */
export interface Target {
  /** Collector version; one that the file names itself comes before it. */
  readonly version: string;
  /** The version is asked for, whatever the file says. */
  readonly isFixed?: boolean;
  readonly backend?: BackendKind;
}

/** A place where a rule is broken. */
export interface Finding {
  readonly path: Path;
  /** One clause without a full stop. */
  readonly message: string;
  /** What mends it, in the imperative. */
  readonly fix: string;
}

/** One rule. Pure and total: any configuration that YAML can hold has an answer. */
export interface Rule {
  readonly id: string;
  readonly severity: Severity;
  /** Default: general. */
  readonly profile?: Profile;
  /** What goes wrong in practice, one sentence or two. */
  readonly explain: string;
  /** Part of a configuration that breaks it, and the same mended. */
  readonly bad: string;
  readonly good: string;
  readonly find: (config: Config, target: Target) => Iterable<Finding>;
}
