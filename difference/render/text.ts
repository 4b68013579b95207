import { type Finding, type Severity, spoken } from "../compare/finding.ts";

const HEADINGS: Readonly<Record<Severity, string>> = { breaks: "Breaks", changes: "Changes", adds: "Adds" };

/** For a terminal. */
export function renderText(findings: readonly Finding[], compared: string): string {
  const lines = (["breaks", "changes", "adds"] as const).flatMap((severity) => {
    const those = findings.filter((one) => one.severity === severity);
    return those.length === 0
      ? []
      : [`${HEADINGS[severity]} (${those.length})`, ...those.map(({ sentence }) => `  ${spoken(sentence, quiet)}`)];
  });
  return [compared, ...(lines.length === 0 ? ["No difference in telemetry."] : lines)].join("\n");
}

/** Names are foreign text: no control character reaches the terminal. */
export const quiet = (name: string): string => name.replace(/\p{Cc}/gu, "?");
