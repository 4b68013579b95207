import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { help } from "../../../lint/cli.ts";
import { lint, RULE_COUNT, RULES, SYNTAX } from "../../../lint/lint.ts";

const all = [...Object.entries(SYNTAX).map(([id, rule]) => ({ id, ...rule })), ...RULES];
const target = { version: "0.159.0", backend: "new-relic" } as const;
const idsOf = (text: string) => lint([{ name: "a.yaml", text }], target, "ours").map(({ id }) => id);

test("there are at least sixty rules, each with a name of its own", () => {
  expect(all.length).toBeGreaterThanOrEqual(60);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
});

describe("a rule finds its bad example, and says nothing of the good one", () => {
  test.each(all.map(({ id, bad, good }) => [id, bad, good]))("%s", (id, bad, good) => {
    expect(idsOf(bad)).toContain(id);
    expect(idsOf(good)).not.toContain(id);
  });
});

test("docs/lint.md lists every rule with its example", () => {
  const page = join(import.meta.dirname, "../../../docs/lint.md");
  const text = readFileSync(page, "utf8");
  const head = text.slice(0, text.indexOf("## Rules"));
  const sections = all.map((rule) => {
    const profile = "profile" in rule && rule.profile === "ours" ? ", profile `ours` only" : "";
    const severity = rule.severity === "error" ? "Error" : "Warning";
    return `### ${rule.id}\n\n${severity}${profile}. ${rule.explain}\n\n\`\`\`yaml\n# bad\n${rule.bad}# good\n${rule.good}\`\`\`\n`;
  });
  const expected = `${head}## Rules\n\n${sections.join("\n")}`;
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(page, expected);
  else expect(text).toBe(expected);
});

test("the help tells the same number of rules as the pages", () => {
  expect(RULE_COUNT).toBe(all.length);
  expect(help).toContain(`: ${all.length} rules, each with a page`);
});

test("the pages tell how many rules and files there are", () => {
  const root = join(import.meta.dirname, "../../..");
  const filesIn = (folder: string) => readdirSync(join(import.meta.dirname, folder)).length;
  expect(readFileSync(join(root, "CHANGELOG.md"), "utf8")).toContain(
    `lint:collector\`: checks any collector configuration by ${all.length} rules`,
  );
  expect(readFileSync(join(root, "docs/lint.md"), "utf8")).toContain(
    `${filesIn("wrong")} wrong files with the line where each is wrong, ${filesIn("right")} right ones`,
  );
});
