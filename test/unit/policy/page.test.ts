import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RULES } from "../../../policy/judge.ts";

test("docs/policy.md says every rule", () => {
  const page = join(import.meta.dirname, "../../../docs/policy.md");
  const text = readFileSync(page, "utf8");
  const head = text.slice(0, text.indexOf("## Rules"));
  const sections = RULES.map(
    ({ id, severity, explain }) => `### ${id}\n\n${severity === "error" ? "Error" : "Warning"}. ${explain}\n`,
  );
  const expected = `${head}## Rules\n\n${sections.join("\n")}`;
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(page, expected);
  else expect(text).toBe(expected);
});

test("each rule has an id of its own", () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
});
