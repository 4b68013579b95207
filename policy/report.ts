import { formatDiagnostic, type Violation } from "./judge.ts";
import type { Rule } from "./rule.ts";

/** What `npm run policy -- --json` prints. */
export interface PolicyReport {
  readonly stack: string;
  /** Ids of the rules that were applied. */
  readonly rules: readonly string[];
  readonly violations: readonly Violation[];
}

export function report(stack: string, rules: readonly Rule[], violations: readonly Violation[]): PolicyReport {
  return { stack, rules: rules.map(({ id }) => id), violations };
}

/** The report for a person. */
export function reportLines({ stack, rules, violations }: PolicyReport): readonly string[] {
  const errors = violations.filter(({ severity }) => severity === "error").length;
  const counts = violations.length === 0 ? "hold" : `: ${errors} errors, ${violations.length - errors} warnings`;
  const end = violations.length === 0 ? `${rules.length} rules ${counts}` : `${rules.length} rules${counts}`;
  return [...violations.map(formatDiagnostic), `Stack ${stack}: ${end}.`];
}
