import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { setAllConfig, setMocks } from "@pulumi/pulumi/runtime/index.js";
import { beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { loadConfig } from "../../../config/load.ts";
import { plainKeys } from "../../../config/schema.ts";
import { BACKENDS } from "../../../vendors/kinds.ts";
import { configSection, withKeys } from "../../support/pulumi-yaml.ts";

const PROJECT = "game-scheduler-otel";

beforeEach(async () => {
  await setMocks({ newResource: ({ inputs }) => ({ id: "id", state: inputs }), call: () => ({}) }, PROJECT, "dev");
});

const load = (values: Record<string, string> = {}, secrets: string[] = []) => {
  setAllConfig(
    Object.fromEntries(Object.entries(values).map(([key, value]) => [`${PROJECT}:${key}`, value])),
    secrets.map((key) => `${PROJECT}:${key}`),
  );
  return loadConfig();
};

const refusal = (values: Record<string, string>): string => {
  try {
    load(values);
  } catch (error) {
    expect(error).toBeInstanceOf(pulumi.RunError);
    return (error as Error).message;
  }
  return "accepted";
};

describe("a stack without configuration", () => {
  test("is complete", () => {
    const config = load();
    expect(config).toMatchObject({
      project: PROJECT,
      stack: "dev",
      environment: "dev",
      backends: ["jaeger"],
      collector: { image: "build:collector", version: "0.145.0", memory: 240 },
      sampling: { mode: "all", baseline: 10, slow: 1 },
      outageBudget: 7200,
      services: [],
      postgres: { managed: true, memory: 256 },
    });
    expect(config.secret("redisPassword")).toBeUndefined();
  });

  test("has every key in Pulumi.yaml with type, default and sentence; renewed by UPDATE_GOLDEN=1 npx vitest run test/unit/config", () => {
    const file = join(import.meta.dirname, "../../../Pulumi.yaml");
    const written = withKeys(readFileSync(file, "utf8"));
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, written);
    expect(readFileSync(file, "utf8")).toBe(written);
  });

  test("gets the defaults that Pulumi.yaml states", () => {
    const { config } = parse(configSection()) as { config: Record<string, { default: unknown; description: string }> };
    const asText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
    const stated = load(Object.fromEntries(Object.keys(plainKeys).map((key) => [key, asText(config[key]?.default)])));
    const silent = load();
    for (const key of Object.keys(plainKeys)) {
      expect([key, stated[key as keyof typeof stated]]).toEqual([key, silent[key as keyof typeof silent]]);
    }
    for (const [key, { description }] of Object.entries(config))
      expect([key, description.length > 20]).toEqual([key, true]);
  });
});

describe("a wrong value is refused in one sentence with key, value, what is allowed and the command", () => {
  test.each([
    [
      { backend: "honeycom" },
      `backend: "honeycom" is not valid. Allowed: ${BACKENDS.join(", ")}. Set it with: pulumi config set backend <value>`,
    ],
    [
      { backnd: "jaeger" },
      "backnd: no such key; did you mean backend? Remove it with: pulumi config rm backnd (Pulumi.yaml lists every key)",
    ],
    [
      { collector: '{"memory":64}' },
      "collector.memory: 64 is not valid. Allowed: at least 128. Set it with: pulumi config set --path 'collector.memory' <value>",
    ],
    [
      { sampling: '{"mod":"tail"}' },
      "sampling.mod: no such key; did you mean sampling.mode? Allowed: mode, baseline, slow, ceiling. Remove it with: pulumi config rm --path 'sampling.mod'",
    ],
    [
      { sampling: '{"mode":"tail","slow":"0s"}' },
      "sampling.slow: \"0s\" is not valid. Expected: 1ms to 5m. Set it with: pulumi config set --path 'sampling.slow' <value>",
    ],
    [
      { outageBudget: "two hours" },
      'outageBudget: "two hours" is not valid. Expected: a duration such as 500ms, 30s, 90m or 2h. Set it with: pulumi config set outageBudget <value>',
    ],
    [
      { services: '[{"name":"api","image":"api:latest"}]' },
      "services[0].image: \"api:latest\" is not valid. Expected: an image with a tag or a digest, and not latest; one that is built on this machine gets a tag by: docker tag api api:1. Set it with: pulumi config set --path 'services[0].image' <value>",
    ],
    [
      { services: '[{"name":"api","image":"a:1"},{"name":"api","image":"a:1"}]' },
      "services: two are called api. Each service needs a name of its own; rename one in Pulumi.dev.yaml",
    ],
    [
      { services: '[{"name":"api","image":"a:1","user":"0:0"}]' },
      "services[0].user: \"0:0\" is not valid. Expected: a user other than root, or image (the image's own user, root included). Set it with: pulumi config set --path 'services[0].user' <value>",
    ],
  ])("%o", (values, sentence) => {
    expect(refusal(values as Record<string, string>)).toBe(sentence);
  });
});

describe("values", () => {
  test("a moving stack sends to the new backend first", () => {
    expect(load({ backend: "lgtm", extraBackends: '["jaeger","otlp"]' }).backends).toEqual(["lgtm", "jaeger", "otlp"]);
  });

  test.each([
    ["500ms", 1],
    ["90s", 90],
    ["1.5h", 5400],
    ["1d", 86_400],
  ])("%s is a duration", (text, seconds) => {
    expect(load({ outageBudget: text }).outageBudget).toBe(seconds);
  });

  test("a secret stays a secret", async () => {
    const value = load({ redisPassword: "canary" }, ["redisPassword"]).secret("redisPassword");
    expect(await pulumi.isSecret(value as pulumi.Output<string>)).toBe(true);
  });
});
