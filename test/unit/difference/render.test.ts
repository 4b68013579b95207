import { describe, expect, test } from "vitest";
import { enumerated, type Finding, say, spoken } from "../../../difference/compare/finding.ts";
import type { Inventory } from "../../../difference/inventory/model.ts";
import { renderMarkdown } from "../../../difference/render/markdown.ts";
import { renderText } from "../../../difference/render/text.ts";

const side = (commit: string, more: Partial<Inventory> = {}): Inventory => ({
  version: 1,
  stack: "dev",
  commit,
  drive: "1",
  rounds: 4,
  seconds: 48,
  spans: [],
  names: [],
  metrics: [],
  logs: [],
  resources: [],
  texts: { "bot reminder delivered": { count: 4, rounds: 4 } },
  ...more,
});
const finding = (severity: Finding["severity"], name: string): Finding => ({
  what: "vanished",
  severity,
  signal: "traces",
  service: "api",
  sentence: say`${"api"}: attribute ${name} is gone`,
});
const both = { stack: "dev", base: side("1111111aaaaa"), head: side("2222222bbbbb") };

describe("the comment", () => {
  test("begins with its marker, says what breaks first, folds what is new, and shows names as code", () => {
    const body = renderMarkdown([finding("breaks", "a"), finding("changes", "b"), finding("adds", "c")], both);
    expect(body.split("\n").slice(0, -3)).toEqual([
      "<!-- game-scheduler-otel difference dev -->",
      "### Telemetry of `dev`: 1 break, 1 change, 1 new",
      "",
      "Base (`1111111`) and head (`2222222`) were started one after the other, each used 4 times in 48 s, without any backend.",
      "**The base has no telemetry at all.**",
      "",
      "> [!WARNING]",
      "> Breaks what somebody relies on:",
      "> - `api`: attribute `a` is gone",
      "",
      "**Changes**",
      "",
      "- `api`: attribute `b` is gone",
      "",
      "<details><summary>New</summary>",
      "",
      "- `api`: attribute `c` is gone",
      "",
      "</details>",
    ]);
  });

  test("of two runs without a difference is short", () => {
    expect(renderMarkdown([], both)).toContain("### Telemetry of `dev`: no difference\n");
  });

  test("says that the use differs", () => {
    const body = renderMarkdown([], { ...both, head: side("2", { drive: "2", rounds: 6 }) });
    expect(body).toContain("**The file that says how the application is used differs too: what is gone or new may be");
    expect(body).toContain("**The application was used 4 times on one side and 6 times on the other.**");
  });

  test("is never longer than GitHub takes, and says how much it leaves out", () => {
    const many = Array.from({ length: 3000 }, (_, index) => finding("changes", `attribute-${index}`));
    const body = renderMarkdown([finding("breaks", "a"), ...many], both);
    expect(body.length).toBeLessThan(65_000);
    expect(body).toContain("> - `api`: attribute `a` is gone");
    expect(body).toMatch(/_\d+ more left out: a comment has its limit\._/);
  });

  test("lets no name format, link or mention", () => {
    const body = renderMarkdown([finding("changes", "`x` @everyone [a](b) <img>|")], both);
    expect(body).toContain("- `api`: attribute `` `x` @everyone [a](b) <img>\\| `` is gone");
  });
});

test("a terminal gets no control character of a name", () => {
  expect(renderText([finding("changes", "a\u001b[31m")], "Telemetry", [])).toBe(
    "Telemetry: 1 change.\n\nChanges\n  - api: attribute a?[31m is gone",
  );
});

test("names are enumerated in order, five at most", () => {
  const text = (names: readonly string[]) => spoken(enumerated(names), (name) => name);
  expect(text(["b", "a", "b"])).toBe("a and b");
  expect(text(["f", "e", "d", "c", "b", "a"])).toBe("a, b, c, d, e and f");
  expect(text(["g", "f", "e", "d", "c", "b", "a"])).toBe("a, b, c, d, e and 2 more");
});
