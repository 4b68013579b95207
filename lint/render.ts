import type { Diagnostic } from "./lint.ts";
import { RULES, SYNTAX } from "./lint.ts";

/** Diagnostics for people, programs and code hosts. Pure. */

const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]/gu, " ").slice(0, 400);

/** `file:line:column: severity id: message. Fix: … (page)` */
export const textLines = (diagnostics: readonly Diagnostic[]): readonly string[] =>
  diagnostics.map(({ at, severity, id, message, fix, page }) =>
    oneLine(`${at.file}:${at.line}:${at.column}: ${severity} ${id}: ${message}. Fix: ${fix}. (${page})`),
  );

/** SARIF 2.1.0, as GitHub and others take it. */
export function sarif(diagnostics: readonly Diagnostic[]): object {
  const ids = [...new Set(diagnostics.map(({ id }) => id))];
  const explain = (id: string) =>
    RULES.find((rule) => rule.id === id)?.explain ??
    Object.entries(SYNTAX).find(([code]) => code === id)?.[1].explain ??
    id;
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: { name: "lint:collector", rules: ids.map((id) => ({ id, shortDescription: { text: explain(id) } })) },
        },
        results: diagnostics.map(({ id, severity, at, message, fix }) => ({
          ruleId: id,
          level: severity,
          message: { text: oneLine(`${message}. Fix: ${fix}.`) },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: at.file },
                region: { startLine: at.line, startColumn: at.column },
              },
            },
          ],
        })),
      },
    ],
  };
}
