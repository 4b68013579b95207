import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { secretFromEnvironment, secretsIn, variableOf } from "../../../offline/secret-settings.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "secret-settings-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (content: string, mode = 0o600): string => {
  const path = join(folder, "secrets.yaml");
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
};

const sentence = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
};

describe("a secret for one run", () => {
  test.each([
    ["grafanaCloudToken", "GRAFANA_CLOUD_TOKEN"],
    ["otlpCaCertificate", "OTLP_CA_CERTIFICATE"],
    ["secrets.discord-token", "SECRETS_DISCORD_TOKEN"],
    ["services[2].env.TOKEN", "SERVICES_2_ENV_TOKEN"],
  ])("%s is in the environment as %s", (path, variable) => {
    expect(variableOf(path)).toBe(variable);
    expect(secretFromEnvironment(path, { [variable]: "hunter22" })).toEqual({ path, value: "hunter22", secret: true });
  });

  test("is refused on the command line, which the sentence does not repeat", () => {
    expect(sentence(() => secretFromEnvironment("datadogApiKey=hunter22", { DATADOG_API_KEY: "x" }))).toBe(
      "--secret datadogApiKey: a value on the command line is in every process list and in npm's log, so take this one for known and replace it. Give the name alone, and the value in the environment as DATADOG_API_KEY, or use --secrets-file",
    );
  });

  test("that the environment does not have is asked for", () => {
    expect(sentence(() => secretFromEnvironment("datadogApiKey", {}))).toBe(
      "--secret datadogApiKey: DATADOG_API_KEY is not set in the environment. Set it there, or use --secrets-file",
    );
  });
});

describe("a file of secrets", () => {
  test("holds a text for each key, over several lines too", () => {
    expect(secretsIn(file("datadogApiKey: a=b\notlpClientKey: |\n  -----BEGIN\n  x\n"))).toEqual([
      { path: "datadogApiKey", value: "a=b", secret: true },
      { path: "otlpClientKey", value: "-----BEGIN\nx\n", secret: true },
    ]);
  });

  test.each([
    ["a: hunter22", 0o640, "can be read by others; take that away with: chmod 600"],
    ["a: 123456", 0o600, "--secrets-file: a is not a text; put it in quotes."],
    ["a: [hunter22", 0o600, "is not YAML."],
    ["hunter22", 0o600, "is not a map of keys and secrets."],
  ])("%j with mode %o is refused, and not repeated", (content, mode, reason) => {
    const said = sentence(() => secretsIn(file(content, mode)));
    expect(said).toContain(reason);
    expect(said).not.toContain("hunter22");
  });

  test("that is not there is named", () => {
    expect(sentence(() => secretsIn(join(folder, "none")))).toContain("none cannot be read.");
  });
});
