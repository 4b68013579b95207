import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadStackConfig } from "../../../offline/stack-config.ts";
import { unquotedValues } from "../../../offline/unquoted.ts";

const values = (text: string) => unquotedValues(`config:\n  shop:services:\n    - env: { A: ${text} }\n`);

describe("a value without quotes that does not arrive as it is written", () => {
  // what `pulumi config get` of 3.260 printed: 15, 999, 1000, 3, 15, 31, 10.5, "2026-11-28 00:00:00 +0000 UTC", and an error for .inf
  test.each([
    ...["017", "0999", "1_000", "0b11", "0o17", "0x1F", "1_0.5", "2026-11-28", "2026-11-28T10:00:00Z", ".inf", ".nan"],
    ...["2.0", "1e3", "+5", "123456789012345678901"],
  ])("%s", (written) => {
    expect(values(written)).toEqual([{ path: "services[0].env.A", written }]);
  });

  test.each([
    ...["5", "-5", "0", "0.5", "true", "yes", "12:30:45", "null", "1.2.3", "v1", "a_1", "2026", "10-11", "1.5s"],
    ...["'017'", '"2026-11-28"', "'2.0'"],
  ])("but not %s", (written) => {
    expect(values(written)).toEqual([]);
  });

  test("is named by its key, in a list, behind an anchor, and as a whole value", () => {
    const text = `config:
  shop:environment: 1_000
  services:
    - &base { name: a, command: [serve, 8080, 0o17], version: 1.0 }
    - { <<: *base, name: b, cpus: 1.0 }
other: 017
x-shared: &shared { version: 2.0 }
`;
    expect(unquotedValues(text).map(({ path }) => path)).toEqual([
      "environment",
      "services[0].command[2]",
      "services[0].version",
      "x-shared.version",
    ]);
  });
});

describe("a stack file", () => {
  let projectDir = "";
  beforeAll(() => {
    projectDir = mkdtempSync(join(tmpdir(), "unquoted-"));
    writeFileSync(
      join(projectDir, "Pulumi.yaml"),
      "name: shop\nconfig:\n  backend: { type: string, default: jaeger }\n  services: { type: array, default: [] }\n  sampling: { type: object, default: {} }\n",
    );
  });
  afterAll(() => rmSync(projectDir, { recursive: true }));

  const load = (text: string) => {
    writeFileSync(join(projectDir, "Pulumi.mine.yaml"), text);
    return () => loadStackConfig({ projectDir, stack: "mine" });
  };

  test("with such a value is refused, with what to write", () => {
    expect(load("config:\n  shop:services: [{ env: { ZIP: 01234 } }]\n")).toThrow(
      "services[0].env.ZIP: 01234 without quotes does not arrive as it is written. Write '01234' in Pulumi.mine.yaml",
    );
  });

  test.each([
    ["shop:backend: lgtm\n", "Pulumi.mine.yaml: shop:backend stands beside config, where nothing reads it."],
    ["environment: prod\n", "Pulumi.mine.yaml: environment stands beside config, where nothing reads it."],
    ["config:\n  shpo:backend: lgtm\n", "shpo:backend: is a key of another project, so nothing reads it. Write shop:b"],
    ["- backend: lgtm\n", "must be a map with the key config, and is none."],
    ["config: [lgtm]\n", '"config" must be a map of keys to values.'],
    ["config: {}\n---\nconfig: {}\n", "it holds several documents. Remove the line --- and what follows it"],
    ["config:\n  shop:services: { api: {} }\n", "Write its items below it in Pulumi.mine.yaml, each after a dash"],
    ["config:\n  shop:sampling: tail\n", "one by one: pulumi config set --path sampling.<field> <value>"],
  ])("with %j is refused", (text, sentence) => {
    expect(load(text)).toThrow(sentence);
  });

  test("may name environments of the CLI's beside config", () => {
    expect(load("environment: [base]\nconfig: {}\n")).not.toThrow();
  });

  test("may hold what services share in a key x-… beside config, whose values are held to the same", () => {
    const file = (zip: string) =>
      `x-shop: &shop { env: { ZIP: ${zip} } }\nconfig:\n  shop:services: [{ <<: *shop, name: a }]\n`;
    expect(load(file("'01234'"))().config["shop:services"]).toBe('[{"env":{"ZIP":"01234"},"name":"a"}]');
    expect(load(file("01234"))).toThrow("x-shop.env.ZIP: 01234 without quotes does not arrive as it is written");
  });

  test("with an unknown key is refused by a sentence, not by a question", () => {
    expect(load("config:\n  shop:mysql: none\n")).toThrow(
      'mysql: no such config key in stack "mine"; Pulumi.yaml lists every key. Remove it: pulumi config rm mysql',
    );
  });

  test("may hold what the CLI writes there, and settings of providers", () => {
    const text =
      "secretsprovider: passphrase\nencryptionsalt: v1:a\nconfig:\n  docker:host: unix:///x\n  other:unknown: 1\n";
    expect(load(text)).not.toThrow();
  });
});
