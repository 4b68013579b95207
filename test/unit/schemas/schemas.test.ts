import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { lint, RULES } from "../../../lint/lint.ts";
import { asJson } from "../../../offline/report.ts";
import { judge, RULES as POLICY } from "../../../policy/judge.ts";
import { report } from "../../../policy/report.ts";
import { stackOf } from "../../../policy/stack.ts";
import { program } from "../../support/engine.ts";
import { fileOf, generateSchemas } from "../../support/json-schemas/generate.ts";
import type { Outputs } from "../../support/json-schemas/outputs.ts";

const root = join(import.meta.dirname, "../../..");
const folder = join(root, "schemas");
const captured = join(root, "test/support/fixtures/json");
const generated = generateSchemas();
const COMMANDS = Object.keys(generated);
const written = (schema: object): string => `${JSON.stringify(schema, undefined, 2)}\n`;

if (process.env.UPDATE_GOLDEN === "1")
  for (const [command, schema] of Object.entries(generated))
    writeFileSync(join(folder, fileOf(command)), written(schema));

const committed = (command: string): object => JSON.parse(readFileSync(join(folder, fileOf(command)), "utf8"));

/** What is wrong with an output, one line each; an empty list: nothing. */
function problems(command: string, output: unknown): readonly string[] {
  const validate = new Ajv2020({ allErrors: true }).compile(committed(command));
  return validate(output)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

describe("the schemas of what --json prints", () => {
  test("are those of the types, each in a file: UPDATE_GOLDEN=1 npx vitest run test/unit/schemas", () => {
    const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
    expect(files.sort()).toEqual(COMMANDS.map(fileOf).sort());
    for (const command of COMMANDS)
      expect(readFileSync(join(folder, fileOf(command)), "utf8")).toBe(written(generated[command] ?? {}));
  });

  test.each(COMMANDS)("of %s is a schema of draft 2020-12", (command) => {
    const ajv = new Ajv2020({ strict: true });
    expect(ajv.validateSchema(committed(command)), ajv.errorsText()).toBe(true);
    expect(committed(command)).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema" });
  });

  test("are listed in docs/json.md, all of them", () => {
    const page = readFileSync(join(root, "docs/json.md"), "utf8");
    expect(COMMANDS.filter((command) => !page.includes(`(../schemas/${fileOf(command)})`))).toEqual([]);
  });

  test("every command that takes --json has one", () => {
    const bootstrap = readFileSync(join(root, "start/bootstrap.mjs"), "utf8");
    const files = [...bootstrap.matchAll(/^ {2}"?([\w:-]+)"?: "([\w/-]+\.ts)",$/gm)];
    const takesJson = files.flatMap(([, name = "", file = ""]) => {
      const sources = [join(root, file), join(root, dirname(file), "options.ts")].filter(existsSync);
      const takes = sources.some((path) => /^ *--json |\[--json\]|"json", "sarif"/m.test(readFileSync(path, "utf8")));
      return takes ? [name] : [];
    });
    // these only have their options beside those of npm start
    const names = takesJson.filter((name) => !["recover", "stop", "tunnel"].includes(name));
    const mend = "add its type to test/support/json-schemas/outputs.ts and its row to docs/json.md";
    expect(names.sort(), mend).toEqual([...COMMANDS].sort());
  });
});

/** Printed by the commands themselves, on a running dev stack where they need one. */
const CAPTURED = readdirSync(captured).sort();

/** What needs two backends, or a release. */
const SAMPLES: Pick<Outputs, "compare" | "difference" | "drift" | "images" | "push" | "release"> = {
  compare: {
    old: "jaeger",
    new: "new-relic",
    window: { from: "2026-11-29T10:00:00.000Z", to: "2026-11-29T10:15:00.000Z" },
    rows: [
      {
        service: "api",
        signal: "traces",
        old: { count: 900 },
        new: { count: 900 },
        ratio: 1,
        verdict: { holds: true, text: "equal" },
      },
    ],
    troubles: [],
    holds: true,
  },
  difference: [
    { what: "vanished", severity: "breaks", signal: "traces", service: "api", text: "the span GET /api/games is gone" },
  ],
  drift: { stack: "prod", drifted: 0, findings: [] },
  images: [{ image: "nginx", reference: "localhost/game-scheduler-otel/nginx:1", outcome: "built", seconds: 12.5 }],
  push: [
    {
      image: "collector",
      reference: `registry.example.org/team/collector:0123456789ab@sha256:${"a".repeat(64)}`,
      digest: `sha256:${"a".repeat(64)}`,
      outcome: "pushed",
      papers: { packages: 431, files: [".local/push/collector-0123456789ab.cdx.json"] },
    },
  ],
  release: {
    stack: "dev",
    id: "a1b2c3",
    commit: "0123456789abcdef",
    decision: "bad",
    decidedAfter: 92.5,
    findings: [{ id: "crash", says: "api restarted 3 times", since: "2026-11-29T10:00:00.000Z" }],
    silent: [],
    unjudged: [],
    outcome: { kind: "rolled-back", to: "z9", toAt: "2026-11-29T09:00:00.000Z", seconds: 40, works: true, wrong: [] },
    links: {},
    log: ".local/dev/release.log",
  },
};

describe("what is printed fits its schema:", () => {
  test.each(CAPTURED)("%s, as captured", (file) => {
    const command = COMMANDS.find((name) => fileOf(name) === file) ?? "";
    expect(problems(command, JSON.parse(readFileSync(join(captured, file), "utf8")))).toEqual([]);
  });

  test.each(Object.entries(SAMPLES))("%s", (command, output) => {
    expect(problems(command, output)).toEqual([]);
  });

  test("preview and policy, of the dev stack", async () => {
    const { recording } = await program({ config: { images: "official" } });
    expect(problems("preview", JSON.parse(asJson(recording)))).toEqual([]);
    const violations = judge({ ...stackOf(recording, { config: {} }), secrets: ["game-scheduler-otel"] });
    expect(violations.length).toBeGreaterThan(0);
    expect(problems("policy", report("dev", POLICY, violations))).toEqual([]);
  });

  test("lint:collector, of a bad file for each rule", () => {
    const found = RULES.flatMap(({ bad }) => lint([{ name: "a.yaml", text: bad }], { version: "0.145.0" }));
    expect(found.length).toBeGreaterThan(60);
    expect(problems("lint:collector", found)).toEqual([]);
  });

  test("each command's output is tried above", () => {
    const tried = [...CAPTURED.map((file) => COMMANDS.find((name) => fileOf(name) === file)), ...Object.keys(SAMPLES)];
    expect([...tried, "preview", "policy", "lint:collector"].sort()).toEqual([...COMMANDS].sort());
  });
});

describe("a schema refuses", () => {
  test.each([
    ["another command's output", SAMPLES.compare, " must have required property 'stack'"],
    ["a value of another type", { ...SAMPLES.release, decidedAfter: "soon" }, "/decidedAfter must be number"],
    [
      "a value that is none of those known",
      { ...SAMPLES.release, decision: "perhaps" },
      "/decision must be equal to one of the allowed values",
    ],
    ["a field that no type has", { ...SAMPLES.release, extra: 1 }, " must NOT have additional properties"],
  ])("%s", (_, output, problem) => {
    expect(problems("release", output)).toContain(problem);
  });
});
