import { rules } from "./index.ts";

/** The page diagnostics point to: every rule with its reason. Kept equal to README.md by a test. */
export function rulesPage(): string {
  return [
    "# Checks of the pipeline",
    "",
    "One rule a file. Each is pure: `(pipeline, target) -> findings`. Errors stop the preview, warnings are printed.",
    "What does not live here: asking a backend whether a key is accepted, which is an effect (`credentials/`).",
    "Try it: `npx vitest run test/unit/pipeline`. This page is written by `page.ts`.",
    "",
    ...rules.flatMap((rule) => [
      `## ${rule.id}`,
      "",
      `${rule.severity === "error" ? "Error." : "Warning."} ${rule.explain}`,
      "",
    ]),
  ].join("\n");
}
