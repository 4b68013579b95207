import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { ConsoleStack } from "../../dashboards/render/console/stack.ts";
import { type ProgramRun, program } from "../support/engine.ts";

interface RuleFile {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert?: string; readonly labels: { readonly rule: string } }[];
  }[];
}

const consoleOf = (run: ProgramRun): ConsoleStack =>
  JSON.parse(run.container("console").files["/etc/nginx/console/stack.json"] ?? "");

/** Ids of the rules that Prometheus evaluates and that can fire. */
function firing(run: ProgramRun): readonly string[] {
  const { groups } = parse(run.container("prometheus").files["/etc/prometheus/rules.yml"] ?? "") as RuleFile;
  const rules = groups.flatMap((group) => group.rules).filter(({ alert }) => alert !== undefined);
  return [...new Set(rules.map(({ labels }) => labels.rule))].sort();
}

describe.each(["dev", "other"])("the console of stack %s", (stack) => {
  test("knows every rule that can fire, no other, and has the runbook of each", async () => {
    const run = await program({
      stack,
      config: { images: "local", alerts: { contact: "webhook" } },
      secrets: { alertWebhook: "https://hooks.example/1" },
    });
    const { rules, runbooks, boards } = consoleOf(run);
    expect(rules.map(({ id }) => id).sort()).toEqual(firing(run));
    expect(rules.map(({ id }) => id)).toEqual(expect.arrayContaining(["log-rules-silent", "alerts-undelivered"]));
    for (const { id, runbook, board } of rules) {
      expect(runbooks[runbook], `runbook of ${id}`).toMatch(/^# [^#]+^## Look first$/m);
      expect(
        boards.map((one) => one.id),
        `board of ${id}`,
      ).toContain(board);
    }
  });
});
