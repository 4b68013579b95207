import { describe, expect, test } from "vitest";
import { lint } from "../../../lint/lint.ts";
import { Config } from "../../../lint/model.ts";
import { ottlProblem } from "../../../lint/ottl.ts";
import { sarif, textLines } from "../../../lint/render.ts";

const target = { version: "0.159.0" };
const found = (...texts: readonly string[]) =>
  lint(
    texts.map((text, i) => ({ name: `${i}.yaml`, text })),
    target,
  );

const BASE = `receivers:
  otlp:
    protocols:
      grpc: {endpoint: 0.0.0.0:4317}
exporters:
  debug: {}
service:
  pipelines:
    traces:
      receivers: [otlp]
      exporters: [debug]
`;

describe("a finding says where it is", () => {
  test("file, line and column of the key", () => {
    expect(found(BASE.replace("[otlp]", "[otpl]"))[0]).toMatchObject({
      id: "unused-component",
      at: { file: "0.yaml", line: 2, column: 3 },
    });
    expect(found(BASE.replace("exporters: [debug]", "exporters: [debugg]"))[0]).toEqual({
      id: "undefined-component",
      severity: "error",
      at: { file: "0.yaml", line: 11, column: 19 },
      path: "service.pipelines.traces.exporters.0",
      message: "debugg is not configured in exporters",
      fix: "write debug, or configure it in exporters",
      page: "docs/lint.md#undefined-component",
    });
  });

  test("in the file that a merged value comes from", () => {
    const second =
      "exporters:\n  otlp:\n    endpoint: a.example:4318\nservice:\n  pipelines:\n    traces:\n      exporters: [debug, otlp]\n";
    expect(found(BASE, second)).toMatchObject([
      { id: "otlp-grpc-endpoint", at: { file: "1.yaml", line: 3, column: 5 } },
    ]);
  });

  test("below config of Helm values and below spec.config of the operator's resource", () => {
    const indented = (text: string, by: string) => text.replace(/^(?=.)/gm, by);
    const bad = BASE.replace("[otlp]", "[otpl]");
    expect(found(`mode: daemonset\nconfig:\n${indented(bad, "  ")}`)[0]).toMatchObject({
      at: { line: 12, column: 21 },
    });
    expect(found(`kind: OpenTelemetryCollector\nspec:\n  config:\n${indented(bad, "    ")}`)[1]).toMatchObject({
      at: { line: 13, column: 23 },
    });
  });

  test("in a ConfigMap, and among several resources of one file", () => {
    const bad = BASE.replace("[otlp]", "[otpl]").replace(/^(?=.)/gm, "    ");
    const map = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  relay.yaml: |\n${bad}`;
    expect(found(map).map(({ id, at }) => `${id} ${at.line}:${at.column}`)).toEqual([
      "unused-component 8:7",
      "undefined-component 16:23",
    ]);
    const operator = `kind: OpenTelemetryCollector\napiVersion: v1\nspec:\n  config:\n${bad}`;
    expect(found(`apiVersion: v1\nkind: Secret\n---\n${operator}`).map(({ id, at }) => `${id} ${at.line}`)).toEqual([
      "unused-component 9",
      "undefined-component 17",
    ]);
  });

  test("in Helm values that have a service of their own", () => {
    const values = `mode: deployment\nservice:\n  type: ClusterIP\nconfig:\n${BASE.replace(/^(?=.)/gm, "  ")}`;
    expect(found(values)).toEqual([]);
  });

  test("with tabs, keys written twice and unreadable YAML", () => {
    expect(found("receivers:\n\totlp: {}\n")[0]).toMatchObject({ id: "yaml-tab", at: { line: 2 } });
    expect(found("receivers:\n  otlp: {}\n  otlp: {}\n").find(({ id }) => id === "duplicate-key")).toMatchObject({
      id: "duplicate-key",
      at: { line: 3, column: 3 },
    });
    expect(found("receivers: [a\nb: }\n")[0]).toMatchObject({ id: "yaml-syntax" });
    expect(found("- a\n")).toMatchObject([{ id: "not-a-mapping" }]);
  });
});

test("brackets that nest deeper than a reader follows are said in a sentence", () => {
  expect(found(`receivers: ${"[".repeat(5000)}${"]".repeat(5000)}`)).toMatchObject([
    { id: "yaml-syntax", message: "brackets stand in each other so deep that no reader follows them" },
  ]);
});

test("keys that are written twice are named, in flow mappings too, and merge keys are none", () => {
  const twice = found(`${BASE}extensions: {zpages: {}, pprof: {}, zpages: {}}\n`).filter(
    ({ id }) => id === "duplicate-key",
  );
  expect(twice).toMatchObject([{ message: '"zpages" is written twice in one mapping', at: { line: 12, column: 37 } }]);
  const merged = "exporters:\n  debug: &a {}\n  debug/b: &b {}\n  debug/c:\n    <<: *a\n    <<: *b\n";
  expect(found(merged).filter(({ id }) => id === "duplicate-key")).toEqual([]);
});

test("a component and the pipelines of it are looked up, and not searched for one by one", () => {
  const config = new Config({
    receivers: { otlp: {}, zipkin: {} },
    service: { pipelines: { traces: { receivers: ["otlp", "otlp"] } } },
  });
  const searched = () => {
    throw new Error("searched");
  };
  config.find("receiver", "otlp");
  config.using("receivers", "otlp");
  Object.assign(config.components, { find: searched, filter: searched });
  Object.assign(config.pipelines, { find: searched, filter: searched });
  expect(config.find("receiver", "zipkin")?.type).toBe("zipkin");
  expect(config.find("exporter", "zipkin")).toBeUndefined();
  expect(config.using("receivers", "otlp").map(({ id }) => id)).toEqual(["traces"]);
  expect(config.using("exporters", "otlp")).toEqual([]);
});

test("a good configuration has no finding", () => {
  expect(found(BASE)).toEqual([]);
});

test("the profile of this repository adds the checks of its own pipeline, as warnings, and each once", () => {
  const file = { name: "a.yaml", text: BASE };
  expect(lint([file], target, "ours").map(({ id, severity, at, page }) => [id, severity, at.line, page])).toEqual([
    ["unredacted-exporter", "warning", 11, "pipeline/checks/README.md#unredacted-exporter"],
  ]);
  expect(
    lint([{ ...file, text: BASE.replace("[debug]", "[none]") }], target, "ours").map(({ id }) => id),
  ).not.toContain("unredacted-exporter");
});

test("the document that this project comes from: each mistake of its example is found", () => {
  const example = `receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 0.0.0.0:4317
      http:
        endpoint: 0.0.0.0:4318
  postgresql:
    endpoint: postgres:5432
    username: \${DB_USER}
    password: \${DB_PASSWORD}
    databases: [game_scheduler]
  redis:
    endpoint: redis:6379
processors:
  batch:
    timeout: 10s
  memory_limiter:
    check_interval: 1s
    limit_mib: 512
exporters:
  otlp:
    endpoint: backend:4317
  prometheus:
    endpoint: 0.0.0.0:8889
  jaeger:
    endpoint: jaeger:14250
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [batch, memory_limiter]
      exporters: [otlp, jaeger]
    metrics:
      receivers: [otlp, postgresql, redis]
      processors: [batch, memory_limiter]
      exporters: [otlp, prometheus]
`;
  expect(found(example).map(({ id, at }) => `${at.line} ${id}`)).toEqual([
    "9 tls-by-default",
    "23 tls-by-default",
    "26 removed-component",
    "32 memory-limiter-first",
    "36 memory-limiter-first",
  ]);
});

describe("output", () => {
  const diagnostics = found(BASE.replace("[otlp]", "[otpl]")).filter(({ severity }) => severity === "error");

  test("for people is one line a finding", () => {
    expect(textLines(diagnostics)).toEqual([
      "0.yaml:10:19: error undefined-component: otpl is not configured in receivers. Fix: write otlp, or configure it in receivers. (docs/lint.md#undefined-component)",
    ]);
  });

  test("for code hosts is SARIF", () => {
    expect(sarif(diagnostics)).toMatchObject({
      version: "2.1.0",
      runs: [
        {
          tool: { driver: { rules: [{ id: "undefined-component" }] } },
          results: [
            {
              ruleId: "undefined-component",
              level: "error",
              locations: [
                {
                  physicalLocation: { artifactLocation: { uri: "0.yaml" }, region: { startLine: 10, startColumn: 19 } },
                },
              ],
            },
          ],
        },
      ],
    });
  });
});

describe("conditions and statements", () => {
  test.each([
    ['attributes["a"] == "b" and not IsMatch(name, "^x.*")', "condition"],
    ['resource.attributes["k8s.pod.name"] != nil or (end_time_unix_nano - start_time_unix_nano) > 1000', "condition"],
    ['set(attributes["a"], "it\'s = fine") where attributes["b"] == nil', "statement"],
    ['replace_pattern(name, "\\"x\\"", "$$1", function=SHA256)', "statement"],
    ['merge_maps(attributes, ParseJSON(body), "upsert") where IsMatch(body, "^\\\\{")', "statement"],
    ['set(body, "${env:A}"', "statement"],
  ] as const)("%s is read", (text, kind) => {
    expect(ottlProblem(text, kind)).toBeUndefined();
  });

  test.each([
    ["attributes['a'] == 1", "condition", "texts stand in single quotes"],
    ['attributes["a"] == "b', "condition", 'a text begins with " and does not end'],
    ['attributes["a"] = "b"', "condition", "= is no comparison"],
    ['attributes["a"] == "b" && true', "condition", "&& is no operator"],
    ['attributes["a"] == "b" AND true', "condition", "operators are written in small letters"],
    ['attribute["a"] == "b"', "condition", "there is no path attribute"],
    ['attributes["a"] ==', "condition", "it ends where something must follow"],
    ['IsMatch(name, "(?!x)y")', "condition", "the pattern has lookahead or lookbehind, which RE2 does not know"],
    ['set(attributes["a"], "b"', "statement", "a parenthesis or bracket is not closed"],
    ['sett(attributes["a"], "b")', "statement", "there is no function sett"],
    ['attributes["a"] = "b"', "statement", "a statement begins with a function, such as set(…)"],
    ['set(attributes["a"])', "statement", "set needs what and to what"],
  ] as const)("%s", (text, kind, message) => {
    expect(ottlProblem(text, kind)?.message).toBe(message);
  });
});

test("a thousand damaged files are answered, each", () => {
  // a generator of our own, so that a failure can be repeated
  let state = 42;
  const random = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % below;
  };
  const pieces = [
    "\t",
    "{",
    "}",
    "[",
    "]",
    ":",
    "- ",
    "&a ",
    "*a",
    "<<: *a\n",
    "null",
    "${",
    "${env:",
    "'",
    '"',
    "\n",
    "  ",
    "|",
    "!!binary ",
    "0x",
    "1e999",
    "~",
    "\u0000",
    "\ud800",
    "---\n",
    "? ",
  ];
  for (let i = 0; i < 1000; i += 1) {
    let text = BASE;
    for (let j = 0; j <= random(6); j += 1) {
      const at = random(text.length);
      const cut = random(3) === 0 ? random(40) : 0;
      text = text.slice(0, at) + (pieces[random(pieces.length)] ?? "") + text.slice(at + cut);
    }
    expect(() => textLines(lint([{ name: "a", text }], target, "ours"))).not.toThrow();
  }
});

test.each([
  [
    "aliases that multiply",
    `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\nreceivers: [*d,*d,*d,*d,*d,*d,*d]\n`,
  ],
  ["an alias to itself", "receivers: &a\n  otlp: *a\n"],
  ["a deep nest", `receivers: ${"{a: ".repeat(3000)}${"}".repeat(3000)}`],
  [
    "keys of an object's own",
    "receivers:\n  __proto__: {}\n  constructor: {}\n  toString: 1\nservice:\n  pipelines: {hasOwnProperty: {}}\n",
  ],
  [
    "a value that cannot be a text",
    "processors:\n  memory_limiter: {check_interval: {toString: 1}, limit_mib: {valueOf: 1}}\n",
  ],
  ["nothing", ""],
])("%s are answered", (_, text) => {
  expect(Array.isArray(lint([{ name: "a", text }], target, "ours"))).toBe(true);
});

describe("keys are those of the version that is asked for", () => {
  const text = "receivers:\n  kafka: {brokers: ['k:9092'], traces: {topic: spans, encoding: otlp_proto}}\n";
  const of = (version: string) => lint([{ name: "a.yaml", text }], { version }).map(({ id, message }) => [id, message]);

  test("one that an older version had is right there", () => {
    expect(of("0.141.0").filter(([id]) => /-key$/.test(id ?? ""))).toEqual([]);
  });

  test("and wrong in a newer one, with the version since which it is", () => {
    expect(of("0.160.0")).toContainEqual([
      "misspelt-key",
      "there is no key topic any more, since 0.152.0 at the latest",
    ]);
  });
});
