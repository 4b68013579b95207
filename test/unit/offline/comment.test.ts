import { describe, expect, test } from "vitest";
import { type CommentInput, LIMIT, renderComment } from "../../../offline/comment/comment.ts";
import type { Recording, Registration } from "../../../offline/registration.ts";
import { type ProgramArgs, program } from "../../support/engine.ts";

const CANARY = "canary-5b1f-secret";

async function recordingOf(args: ProgramArgs): Promise<Recording> {
  return (await program({ ...args, preview: true })).recording;
}

function body(base: Recording, head: Recording | undefined, more: Partial<CommentInput> = {}): string {
  return renderComment({
    stack: "dev",
    head,
    refused: [],
    base: { kind: "recorded", name: "main", commit: "1a2b3c4", recording: base },
    unreadable: [],
    secretTexts: [],
    command: "npm run preview -- --base main",
    ...more,
  });
}

/** Rows of the table of steps, without its head. */
function rows(comment: string): readonly string[] {
  return comment.split("\n").filter((line) => /^\| (delete|replace|update|create|output) \|/.test(line));
}

describe("the comment about one stack", () => {
  test("says that nothing changes, and begins with its marker", async () => {
    const dev = await recordingOf({});
    const comment = body(dev, dev);
    expect(comment.split("\n").slice(0, 2)).toEqual([
      "<!-- game-scheduler-otel preview dev -->",
      "### Preview of `dev`: no change",
    ]);
    expect(rows(comment)).toEqual([]);
    expect(comment).not.toContain("```diff");
  });

  test("of another image names what is replaced with old and new, and shows no invented id", async () => {
    const services = (image: string) => [{ name: "api", kind: "python", image, command: ["true"], memory: 128 }];
    const [before, after] = [
      await recordingOf({ config: { services: services("registry.example.org/api:1.4") } }),
      await recordingOf({ config: { services: services("registry.example.org/api:1.5") } }),
    ];
    const comment = body(before, after);
    const change = "`registry.example.org/api:1.4` → `registry.example.org/api:1.5`";
    expect(comment).toContain("### Preview of `dev`: 4 to replace\n");
    expect(rows(comment)).toContain(`| replace | \`docker:RemoteImage\` **api-image** | \`name\` ${change} |`);
    expect(rows(comment).find((row) => row.includes("**api**"))).toMatch(/`image`/);
    expect(comment).not.toMatch(/sha256:/);
  });

  test("of another backend shows the collector's difference, the data that is retained, and no secret", async () => {
    const newRelic = { backend: "new-relic", newRelic: { accountId: 1234567 } };
    const secrets = { newRelicApiKey: CANARY };
    const after = await recordingOf({ config: newRelic, secrets });
    const comment = body(await recordingOf({}), after, { secretTexts: [CANARY] });
    expect(comment).toContain("Configuration of collector, /etc/otelcol/config.yaml: +");
    expect(comment).toContain("+      api-key: $" + "{file:/run/secrets/new-relic-license-key}\n");
    expect(comment).not.toContain("Their data will be deleted");
    expect(comment).toContain(
      "> - No longer managed, but retained with their data: delete `docker:Volume` **jaeger-data**, delete `docker:Volume` **prometheus-data**, delete `docker:Volume` **victorialogs-data**.",
    );
    expect(comment).toMatch(
      /\| delete \| 5 × `docker:Container` below jaeger \| console, jaeger, prometheus, victorialogs, vmalert \|/,
    );
    expect(comment).not.toContain(CANARY);
    expect(comment).not.toContain("**api**");
  });

  test("of a configuration with an error says what would stop `up`, and compares nothing", async () => {
    const dev = await recordingOf({});
    const comment = body(dev, await recordingOf({ config: { backend: "honeycom" } }));
    expect(comment).toContain("### Preview of `dev`: 1 error\n");
    expect(comment).toContain("> [!CAUTION]");
    expect(comment).toContain('> - backend: "honeycom" is not valid.');
    expect(rows(comment)).toEqual([]);
  });

  test("of a configuration that is refused before the program runs has the sentence", async () => {
    const comment = body(await recordingOf({}), undefined, { refused: ["backnd: no such config key."] });
    expect(comment).toContain("### Preview of `dev`: 1 error\n");
    expect(comment).toContain("> - backnd: no such config key.");
  });

  test("without a base says why and shows the tree", async () => {
    const dev = await recordingOf({});
    const comment = body(dev, dev, { base: { kind: "missing", name: "main", why: "this stack is new." } });
    expect(comment).toContain("### Preview of `dev`: not compared\n");
    expect(comment).toContain("Not compared with `main`: this stack is new.");
    expect(comment).toContain("docker:Container collector");
  });

  test("names the keys whose encrypted value a dummy stands in for", async () => {
    const dev = await recordingOf({});
    expect(body(dev, dev, { unreadable: ["p:grafanaCloudToken"] })).toContain(
      "Encrypted values are replaced by dummies: `p:grafanaCloudToken`.",
    );
  });
});

const COMPONENT = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev";

function registration(name: string, more: Partial<Registration> = {}): Registration {
  const type = more.type ?? "vendor:index/board:Board";
  const urn = `urn:pulumi:dev::p::${type}::${name}`;
  return { urn, type, name, parent: COMPONENT, custom: true, id: "", inputs: {}, options: {}, outputs: {}, ...more };
}

function recorded(registrations: readonly Registration[], diagnostics: Recording["diagnostics"] = []): Recording {
  const root = registration("p-dev", { urn: COMPONENT, type: "pulumi:pulumi:Stack", parent: "", custom: false });
  const none = { outputs: {}, hooks: [], packages: [], invocations: [], exitCode: 0 };
  return {
    project: "p",
    stack: "dev",
    preview: true,
    ...none,
    registrations: [root, ...registrations],
    diagnostics,
  };
}

describe("a comment too long for GitHub", () => {
  const file = (text: string) => ({
    uploads: [{ file: "/etc/otelcol/config.yaml", content: text }],
  });
  const collector = (text: string) =>
    registration("collector", { type: "docker:index/container:Container", inputs: file(text) });
  const many = (count: number, more: (index: number) => Partial<Registration>) =>
    Array.from({ length: count }, (_, index) => registration(`resource-${index}`, more(index)));
  const lines = (word: string) => Array.from({ length: 3000 }, (_, index) => `${word} line ${index}`).join("\n");

  test("stays within the limit, keeps the steps, and counts what it leaves out", () => {
    const extra = many(900, (index) => ({ type: `vendor:index/kind${index}:Kind${index}` }));
    const comment = body(recorded([collector(lines("old"))]), recorded([collector(lines("new")), ...extra]));
    expect(comment.length).toBeLessThanOrEqual(LIMIT);
    expect(comment.length).toBeGreaterThan(60_000);
    expect(rows(comment)).toHaveLength(901);
    const shown = comment.split("\n").filter((line) => /^[-+](old|new) line \d+$/.test(line)).length;
    // One @@ line, 3000 lines gone and 3000 come; 902 lines of tree with the stack's own.
    expect(comment).toContain(`_${6000 - shown} further lines of this difference left out: a comment has its limit._`);
    expect(comment).toContain("_902 further lines of the tree left out: a comment has its limit._");
    expect(comment.trimEnd().endsWith("</sub>")).toBe(true);
  });

  test("shortens the table last, and every code block that is opened is closed", () => {
    const extra = many(3000, (index) => ({ type: `vendor:index/kind${index}:Kind${index}` }));
    const comment = body(recorded([]), recorded(extra));
    expect(comment.length).toBeLessThanOrEqual(LIMIT);
    const shown = rows(comment).length;
    expect(comment).toContain(`_${3000 - shown} further rows of this table left out: a comment has its limit._`);
    expect((comment.match(/^```/gm) ?? []).length % 2).toBe(0);
  });

  test("has one row for boards that change alike", () => {
    const comment = body(recorded([]), recorded(many(12, () => ({}))));
    expect(rows(comment)).toEqual([
      "| create | 12 × `vendor:Board` below p-dev | resource-0, resource-1, resource-2, resource-3, resource-4, resource-5, resource-6, resource-7 and 4 more |",
    ]);
    expect(comment).toContain("Of the changes, boards: 12.");
  });
});

describe("what a reviewer must not overlook", () => {
  const volume = (name: string, size: string, protect: boolean) =>
    registration(name, {
      type: "docker:index/volume:Volume",
      inputs: { driverOpts: { size } },
      options: protect ? { protect } : {},
    });

  test("a protected volume that would go is refused, an open one loses its data, a removed protection is said", () => {
    const before = [volume("safe", "1", true), volume("open", "1", false), volume("bared", "1", true)];
    const after = [volume("open", "2", false), volume("bared", "1", false)];
    const comment = body(recorded(before), recorded(after));
    expect(comment).toContain(
      [
        "> [!WARNING]",
        "> - Protected, so `pulumi up` refuses: delete `docker:Volume` **safe**.",
        "> - Their data will be deleted: replace `docker:Volume` **open**.",
        "> - No longer protected: **bared**.",
      ].join("\n"),
    );
  });

  test("a warning that the base has not is new", () => {
    const warning = (message: string) => ({ severity: "warning" as const, message, urn: "" });
    const comment = body(recorded([], [warning("old one")]), recorded([], [warning("old one"), warning("fresh @one")]));
    expect(comment).toContain("**2 warnings**\n\n- old one\n- new: fresh @\u200Bone\n");
  });

  test("a broken rule is said, with what the base had not broken, and the comparison stays", () => {
    const [before, after] = [recorded([]), recorded([registration("new")])];
    const base = {
      kind: "recorded",
      name: "main",
      commit: "1a2b3c4",
      recording: before,
      broken: ["error a at x: y."],
    } as const;
    const comment = body(before, after, { base, broken: ["error a at x: y.", "warning b at z: w."] });
    expect(comment).toContain(
      [
        "> [!CAUTION]",
        "> `npm run preview` and `npm start` hold a stack to docs/policy.md, which this breaks:",
        "> - error a at x: y.",
        "> - new: warning b at z: w.",
      ].join("\n"),
    );
    expect(rows(comment)).toHaveLength(1);
    expect(body(before, after)).not.toContain("docs/policy.md");
  });

  test("a secret that slipped past its wrapper is still not in the comment", () => {
    const leaky = registration("leaky", { inputs: { text: CANARY } });
    const comment = body(recorded([registration("leaky", { inputs: { text: "x" } })]), recorded([leaky]), {
      secretTexts: [CANARY],
    });
    expect(comment).toContain("`text` `x` → `[secret]`");
    expect(comment).not.toContain(CANARY);
  });
});
