import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deployedCommit } from "../../../offline/comment/deployed-commit.ts";
import { code, fences, plain } from "../../../offline/comment/markdown.ts";
import { marker, markerOf } from "../../../offline/comment/marker.ts";
import { unifiedDiff } from "../../../offline/comment/unified-diff.ts";
import { wrap } from "../../../offline/comment/wrap.ts";
import { asSecret, UNKNOWN } from "../../../offline/properties.ts";
import { propertyChanges } from "../../../offline/property-changes.ts";

describe("a unified difference", () => {
  test("of equal texts is empty", () => {
    expect(unifiedDiff("a\nb", "a\nb")).toEqual({ lines: [], added: 0, removed: 0 });
  });

  test("shows three lines around a change, and two changes far apart as two hunks", () => {
    const from = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
    const to = from.with(1, "second").toSpliced(15, 1);
    const { lines, added, removed } = unifiedDiff(from.join("\n"), to.join("\n"));
    expect([added, removed]).toEqual([1, 2]);
    expect(lines).toEqual([
      ...["@@ -1,5 +1,5 @@", " line 1", "-line 2", "+second", " line 3", " line 4", " line 5"],
      ...["@@ -13,7 +13,6 @@", " line 13", " line 14", " line 15", "-line 16", " line 17", " line 18", " line 19"],
    ]);
  });

  test("is one that patch(1)'s sibling `git apply` turns the old text into the new one with", () => {
    const folder = mkdtempSync(join(tmpdir(), "diff-"));
    const line = fc.constantFrom("a", "b", "c", "  d: 1", "");
    const text = fc.array(line, { minLength: 1, maxLength: 30 }).map((lines) => `${lines.join("\n")}\nend\n`);
    fc.assert(
      fc.property(text, text, (from, to) => {
        // Trailing line ends are git's business; the texts end alike.
        const { lines } = unifiedDiff(from.slice(0, -1), to.slice(0, -1));
        if (from === to) {
          expect(lines).toEqual([]);
          return;
        }
        writeFileSync(join(folder, "file"), from);
        const patch = ["--- a/file", "+++ b/file", ...lines, ""].join("\n");
        const applied = spawnSync("git", ["apply", "--unidiff-zero", "-"], { cwd: folder, input: patch });
        expect([applied.status, applied.stderr.toString()]).toEqual([0, ""]);
        expect(spawnSync("cat", ["file"], { cwd: folder }).stdout.toString()).toBe(to);
      }),
      { numRuns: 40 },
    );
    rmSync(folder, { recursive: true });
  });
});

describe("places where inputs differ", () => {
  const secret = (text: string) => asSecret(text);

  test("have short plain values, by path", () => {
    expect(propertyChanges({ a: { b: 1 }, c: "x" }, { a: { b: 2 }, c: "x" }, "in")).toEqual([
      { path: "in.a.b", from: "1", to: "2" },
    ]);
  });

  test("never have a secret's value, but an environment variable's name", () => {
    const before = ["LEVEL=info", secret("URL=postgres://u:p@db")];
    const after = ["LEVEL=debug", secret("URL=postgres://u:q@db")];
    expect(propertyChanges(before, after, "envs")).toEqual([
      { path: "envs[LEVEL]", from: "info", to: "debug" },
      { path: "envs[URL]" },
    ]);
  });

  test("of a secret list elsewhere have its position only", () => {
    expect(propertyChanges([secret("dGVzdA==")], [secret("b3RoZXI=")], "tokens")).toEqual([{ path: "tokens[0]" }]);
  });

  test("leave what is unknown on both sides alone, also where it moved", () => {
    expect(propertyChanges(["A=1", UNKNOWN], [UNKNOWN, "A=1", "B=2"], "envs")).toEqual([{ path: "envs[B]", to: "2" }]);
  });

  test("name a file by its path and leave long texts out", () => {
    const files = (content: string) => [{ file: "/etc/x.yaml", content }];
    expect(propertyChanges(files("a".repeat(99)), files("b".repeat(99)), "uploads")).toEqual([
      { path: "uploads[/etc/x.yaml].content" },
    ]);
  });
});

describe("Markdown of other people's texts", () => {
  test("does not format, link, mention or end a cell", () => {
    expect(plain("a|b *c* <img> [x](y) @team\n`d`")).toBe("a\\|b \\*c\\* &lt;img> \\[x\\](y) @\u200Bteam \\`d\\`");
  });

  test("code holds backticks, a block those of its lines", () => {
    expect(code("a`b|c")).toBe("``a`b\\|c``");
    expect(fences(["x", "````"], "diff")).toEqual(["`````diff", "`````"]);
  });
});

describe("the marker", () => {
  test("finds its own comment only: no stack's marker begins another's", () => {
    expect(markerOf(`${marker("preview dev")}\r\ntext`)).toBe("<!-- game-scheduler-otel preview dev -->");
    expect(markerOf(marker("preview dev-tokyo"))).not.toBe(marker("preview dev"));
    expect(markerOf("text\n<!-- game-scheduler-otel preview dev -->")).toBeUndefined();
  });

  test("cannot be broken out of", () => {
    expect(() => marker("dev --> x")).toThrow(/cannot mark a comment/);
  });
});

describe("a command's output as a comment", () => {
  test("loses its colours and keeps its end", () => {
    const output = `\u001b[31mfirst\u001b[0m\n${"x".repeat(70_000)}\nResources: 3 changes\n`;
    const comment = wrap("pulumi preview dev", "pulumi preview of dev", output);
    expect(comment.startsWith("<!-- game-scheduler-otel pulumi preview dev -->\n### pulumi preview of dev\n")).toBe(
      true,
    );
    expect(comment).toContain("_The first 2 lines are left out: a comment has its limit._");
    expect(comment.endsWith("Resources: 3 changes\n```\n")).toBe(true);
    expect(wrap("a", "b", "\u001b[31mfirst\u001b[0m")).toContain("```text\nfirst\n```");
  });
});

describe("the commit that is deployed", () => {
  const commit = "457fae8c6d6162c095a747f33ab2e07b3374e9bf";
  const update = (more: object) => ({
    kind: "update",
    result: "succeeded",
    environment: { "git.head": commit },
    ...more,
  });

  test("is that of the last update, whatever was refreshed since", () => {
    expect(deployedCommit([{ kind: "refresh" }, update({}), update({ environment: {} })])).toBe(commit);
  });

  test("is none before the first and after a destroy", () => {
    expect([deployedCommit([]), deployedCommit([{ kind: "destroy" }, update({})])]).toEqual(["", ""]);
  });

  test("is not guessed when the last update failed or came from no commit", () => {
    expect(() => deployedCommit([update({ result: "failed" }), update({})])).toThrow(/did not succeed/);
    expect(() => deployedCommit([update({ environment: {} })])).toThrow(/outside a git checkout/);
  });
});
