/** Something a rule found in a pipeline. Errors stop a preview, warnings are printed. */
export interface Diagnostic {
  /** Name of the rule, stable: `memory-limiter-first`. */
  readonly id: string;
  readonly severity: "error" | "warning";
  /** Where: `pipelines.traces/in`, `exporters.otlphttp/jaeger.sending_queue`. */
  readonly at: string;
  /** What is wrong, one sentence without a full stop. */
  readonly message: string;
  /** What mends it, in the imperative. */
  readonly fix: string;
  /** Page of the documentation, relative to the project: `docs/checks.md#memory-limiter-first`. */
  readonly docs: string;
}

/** One line for a terminal. */
export function formatDiagnostic(d: Diagnostic): string {
  return `${d.severity} ${d.id} at ${d.at}: ${d.message}. Fix: ${d.fix}. (${d.docs})`;
}

export function errorsOf(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter((d) => d.severity === "error");
}
