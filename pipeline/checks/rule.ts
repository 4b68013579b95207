import type { BackendProfile } from "../backend-profile.ts";
import type { PipelineGraph } from "../model.ts";
import type { Distribution } from "../versions.ts";

/** Something a rule found in a pipeline. Errors stop a preview, warnings are printed. */
export interface Diagnostic {
  /** Name of the rule, stable: `memory-limiter-first`. */
  readonly id: string;
  readonly severity: "error" | "warning";
  /** Where: `pipelines.traces/in`, `exporters.otlphttp/jaeger.sending_queue`. */
  readonly place: string;
  /** What is wrong, one sentence without a full stop. */
  readonly message: string;
  /** What mends it, in the imperative. */
  readonly fix: string;
  /** Page of the documentation, relative to the project: `pipeline/checks/README.md#memory-limiter-first`. */
  readonly docs: string;
}

/** One line for a terminal. */
export function formatDiagnostic(d: Diagnostic): string {
  return `${d.severity} ${withoutSeverity(d)}`;
}

/** The same where whoever prints it says the severity: Pulumi's log does. */
export function withoutSeverity({ id, place, message, fix, docs }: Diagnostic): string {
  return `${id} at ${place}: ${message}. Fix: ${fix}. (${docs})`;
}

export function errorsOf(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter((d) => d.severity === "error");
}

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

/** What a rule itself says of a place where it is broken. */
export type Finding = Pick<Diagnostic, "place" | "message" | "fix">;

/** One rule: pure, finds every place where it is broken, some of them perhaps twice. */
export interface Rule {
  readonly id: string;
  readonly severity: Diagnostic["severity"];
  /** Why the rule is there: what goes wrong in practice. One or two sentences. */
  readonly explain: string;
  readonly find: (pipeline: PipelineGraph, target: Target) => Iterable<Finding>;
}
