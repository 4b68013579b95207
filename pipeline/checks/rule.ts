import type { BackendProfile } from "../backend-profile.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { PipelineGraph } from "../model.ts";
import type { Distribution } from "../versions.ts";

/** What a pipeline is checked against. Whatever is absent is not checked. */
export interface Target {
  /** Collector version that will run it. */
  readonly version: string;
  /** Who built that collector. */
  readonly distribution?: Distribution;
  /** Names of the secrets the deployment provides. */
  readonly secrets?: readonly string[];
  /** Backends the exporters belong to. */
  readonly backends?: readonly BackendProfile[];
  /** Memory limit of the collector's container. */
  readonly memoryMiB?: number;
}

export interface Finding {
  readonly at: string;
  readonly message: string;
  readonly fix: string;
}

/** One rule: pure, finds every place where it is broken. */
export interface Rule {
  readonly id: string;
  readonly severity: Diagnostic["severity"];
  /** Why the rule is there: what goes wrong in practice. One or two sentences. */
  readonly explain: string;
  readonly find: (pipeline: PipelineGraph, target: Target) => readonly Finding[];
}
