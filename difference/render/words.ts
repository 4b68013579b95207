import type { Finding, Severity } from "../compare/finding.ts";
import type { Inventory } from "../inventory/model.ts";

/** In the order a reader needs them. */
export const SEVERITIES = ["breaks", "changes", "adds"] as const satisfies readonly Severity[];

export const HEADINGS: Readonly<Record<Severity, string>> = {
  breaks: "Breaks what somebody relies on",
  changes: "Changes",
  adds: "New",
};

/** `2 breaks, 1 change, 3 new`, or `no difference` */
export function counts(findings: readonly Finding[]): string {
  const words: Readonly<Record<Severity, readonly [one: string, many: string]>> = {
    breaks: ["break", "breaks"],
    changes: ["change", "changes"],
    adds: ["new", "new"],
  };
  const parts = SEVERITIES.flatMap((severity) => {
    const count = findings.filter((one) => one.severity === severity).length;
    const [one, many] = words[severity];
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  return parts.length === 0 ? "no difference" : parts.join(", ");
}

/** What makes the two hard to compare; empty where nothing does. */
export function reservations(base: Inventory, head: Inventory): readonly string[] {
  return [
    ...(base.drive === head.drive
      ? []
      : ["The file that says how the application is used differs too: what is gone or new may be a matter of use."]),
    ...(base.rounds === head.rounds
      ? []
      : [`The application was used ${base.rounds} times on one side and ${head.rounds} times on the other.`]),
    ...(base.spans.length + base.metrics.length + base.logs.length > 0 ? [] : ["The base has no telemetry at all."]),
  ];
}
