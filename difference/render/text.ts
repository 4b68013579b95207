import { type Finding, spoken } from "../compare/finding.ts";
import { counts, HEADINGS, SEVERITIES } from "./words.ts";

/** For a terminal. */
export function renderText(findings: readonly Finding[], compared: string, reservations: readonly string[]): string {
  const lines = SEVERITIES.flatMap((severity) => {
    const those = findings.filter((one) => one.severity === severity);
    return those.length === 0
      ? []
      : ["", HEADINGS[severity], ...those.map(({ sentence }) => `  - ${spoken(sentence, quiet)}`)];
  });
  return [`${compared}: ${counts(findings)}.`, ...reservations, ...lines].join("\n");
}

/** Names are foreign text: no control character reaches the terminal. */
export const quiet = (name: string): string => name.replace(/\p{Cc}/gu, "?");
