import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseSetting } from "../../../offline/config-setting.ts";
import { loadStackConfig, type StackConfigArgs } from "../../../offline/stack-config.ts";

let projectDir = "";
beforeAll(() => {
  projectDir = mkdtempSync(join(tmpdir(), "stack-config-"));
  writeFileSync(
    join(projectDir, "Pulumi.yaml"),
    `name: shop
runtime: nodejs
config:
  backend: { type: string, default: jaeger }
  port: { type: integer, default: 8080 }
  verbose: { type: boolean, default: false }
  sampling: { type: object, default: { mode: all, baseline: 10 } }
  extra: { type: array, items: { type: string }, default: [] }
  services: { type: array, items: { type: object }, default: [] }
  token: { type: string, secret: true, default: "" }
  free: {}
`,
  );
  writeFileSync(
    join(projectDir, "Pulumi.dev.yaml"),
    `config:
  shop:port: 9090
  services: [{ name: api, image: "a:1" }]
  docker:host: unix:///x
`,
  );
  writeFileSync(
    join(projectDir, "Pulumi.prod.yaml"),
    `config:
  shop:token: { secure: v1:abc:def }
  shop:sampling: { mode: tail, key: { secure: v1:ghi:jkl } }
`,
  );
  writeFileSync(join(projectDir, "Pulumi.empty.yaml"), "");
  writeFileSync(join(projectDir, "Pulumi.typo.yaml"), "config:\n  shop:bakend: honeycomb\n");
  writeFileSync(join(projectDir, "Pulumi.wrong.yaml"), "config:\n  shop:port: many\n");
});
afterAll(() => rmSync(projectDir, { recursive: true }));

const load = (stack: string, ...config: readonly string[]) => loadWith(stack, config);
const loadWith = (stack: string, config: readonly string[], more: Partial<StackConfigArgs> = {}) =>
  loadStackConfig({ projectDir, stack, set: config.map(parseSetting), ...more });

describe("the configuration of a stack", () => {
  test("stack file over defaults, every key with its namespace, everything as text", () => {
    expect(load("dev").config).toEqual({
      "docker:host": "unix:///x",
      "shop:backend": "jaeger",
      "shop:extra": "[]",
      "shop:port": "9090",
      "shop:sampling": '{"mode":"all","baseline":10}',
      "shop:services": '[{"name":"api","image":"a:1"}]',
      "shop:token": "",
      "shop:verbose": "false",
    });
  });

  test("an override sets a key, a path into an object, an item of a list, or JSON", () => {
    const { config } = load(
      "dev",
      "backend=honeycomb",
      "sampling.mode=tail",
      "sampling.baseline=5",
      "services[0].image=a:2",
      "services[1].name=bot",
      'extra=["x"]',
      "free=a=b",
    );
    expect(config["shop:backend"]).toBe("honeycomb");
    expect(JSON.parse(config["shop:sampling"] ?? "")).toEqual({ mode: "tail", baseline: 5 });
    expect(JSON.parse(config["shop:services"] ?? "")).toEqual([{ name: "api", image: "a:2" }, { name: "bot" }]);
    expect(config["shop:extra"]).toBe('["x"]');
    expect(config["shop:free"]).toBe("a=b");
  });

  test("a path replaces the default of an object as a whole, as `pulumi config set --path` does", () => {
    expect(load("dev", "sampling.mode=tail").config["shop:sampling"]).toBe('{"mode":"tail"}');
  });
});

describe("secrets of a stack", () => {
  test("encrypted values are present, unreadable, and stand-ins are distinguished", () => {
    const stack = load("prod");
    expect(stack.unreadable).toEqual(["shop:sampling", "shop:token"]);
    expect(stack.secretKeys).toEqual(["shop:sampling", "shop:token"]);
    expect(stack.config["shop:token"]).toBe("dummy-secret-token");
    expect(JSON.parse(stack.config["shop:sampling"] ?? "")).toEqual({ mode: "tail", key: "dummy-secret-sampling.key" });
  });

  test("a value given for the run takes the place of an encrypted one", () => {
    const stack = loadWith("prod", [], { set: [{ path: "token", value: "real", secret: true }] });
    expect(stack.unreadable).toEqual(["shop:sampling"]);
    expect(stack.config["shop:token"]).toBe("real");
  });

  test("--dummy-secrets fills secrets without a value and leaves the others alone", () => {
    expect(loadWith("dev", [], { dummySecrets: true }).config["shop:token"]).toBe("dummy-secret-token");
    const set = [{ path: "token", value: "real", secret: true }];
    expect(loadWith("dev", [], { dummySecrets: true, set }).config["shop:token"]).toBe("real");
  });

  test("a secret for this run makes any key secret, and stays the text it is", () => {
    const set = [
      { path: "free", value: "hidden", secret: true },
      { path: "sampling.key", value: "0123", secret: true },
    ];
    const stack = loadStackConfig({ projectDir, stack: "dev", set });
    expect(stack.secretKeys).toEqual(["shop:free", "shop:sampling", "shop:token"]);
    expect(stack.config["shop:sampling"]).toBe('{"key":"0123"}');
  });

  test("a secret in plain text in the stack file is refused, and not repeated", () => {
    writeFileSync(join(projectDir, "Pulumi.plain.yaml"), "config:\n  shop:token: hunter22\n");
    expect(() => load("plain")).toThrow(
      /^token: is a secret in plain text: everyone who reads Pulumi\.plain\.yaml has it\. Encrypt it with: pulumi config set --secret token \(it asks/,
    );
    expect(() => load("plain")).not.toThrow("hunter22");
  });

  test("a secret given by --config is refused, and not repeated", () => {
    expect(() => load("dev", "token=hunter22")).toThrow(
      "token: a secret is not given by --config, whose values every process list and log shows. Give it with: --secret token, and its value in the environment as TOKEN",
    );
  });

  test("merge keys are resolved, as the CLI resolves them", () => {
    writeFileSync(
      join(projectDir, "Pulumi.merge.yaml"),
      `config:
  shop:services:
    - &base { name: api, image: "a:1" }
    - { <<: *base, name: bot }
`,
    );
    expect(JSON.parse(load("merge").config["shop:services"] ?? "")).toEqual([
      { name: "api", image: "a:1" },
      { name: "bot", image: "a:1" },
    ]);
  });
});

describe("mistakes give one sentence with key, value and fix", () => {
  test.each([
    [
      "typo",
      [],
      'bakend: no such config key in stack "typo"; did you mean "backend"? Remove it: pulumi config rm bakend',
    ],
    [
      "wrong",
      [],
      'Stack "wrong": config key "shop:port" must be of type integer, not "many". Set it: pulumi config set port <integer>',
    ],
    ["dev", ["samplng.mode=x"], 'samplng: no such config key in stack "dev"; did you mean "sampling"?'],
    ["dev", ["sampling=tail"], "sampling: an object must be given as JSON"],
    ["dev", ["services[3].name=x"], "services[3].name: there is no item 3. Allowed: 0 to 1."],
    [
      "nowhere",
      [],
      'There is no stack "nowhere": create Pulumi.nowhere.yaml (it may be empty), or name one that exists with --stack: ',
    ],
  ])("stack %s, %j", (stack, config, sentence) => {
    expect(() => load(stack, ...config)).toThrow(sentence);
  });

  test("a wrong type of a secret does not repeat the secret", () => {
    const set = [{ path: "port", value: "hunter22", secret: true }];
    expect(() => loadStackConfig({ projectDir, stack: "dev", set })).toThrow("not the given secret");
  });

  test("what is not key=value is refused", () => {
    expect(() => parseSetting("backend")).toThrow('--config: "backend" is not key=value');
  });

  test("a stack without a value for a required key is refused, saying which and how", () => {
    const other = mkdtempSync(join(tmpdir(), "stack-config-required-"));
    writeFileSync(join(other, "Pulumi.yaml"), "name: p\nconfig:\n  region: { type: string }\n");
    writeFileSync(join(other, "Pulumi.dev.yaml"), "");
    expect(() => loadStackConfig({ projectDir: other, stack: "dev" })).toThrow(
      'Stack "dev" is missing a value for config key "p:region" (string). Set it: pulumi config set region <value>',
    );
    rmSync(other, { recursive: true });
  });
});
