import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { secretsIn } from "../../pipeline/reference.ts";
import { importCollector } from "../support/import-collector.ts";
import { validate } from "./collector.ts";
import { version } from "./configs.ts";

const folder = "test/golden/pipeline";
const golden = readdirSync(folder)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => [name, readFileSync(`${folder}/${name}`, "utf8")] as const)
  .filter(([, text]) => text.startsWith(`# OpenTelemetry Collector ${version}.`));

describe(`collector ${version} accepts`, () => {
  test.each(golden)("%s", (_name, text) => {
    expect(validate(text, [...secretsIn(importCollector(text))])).toBe("");
  });

  test("which is every golden configuration that is written for it", () => {
    expect(golden.map(([name]) => name)).toEqual(["dev.yaml", "otlp-with-headers.yaml", "two-backends-one-delta.yaml"]);
  });
});
