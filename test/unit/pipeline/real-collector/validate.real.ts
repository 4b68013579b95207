import { describe, expect, test } from "vitest";
import { buildPipeline } from "../../../../pipeline/build.ts";
import { needs } from "../../../../pipeline/needs.ts";
import { renderCollector } from "../../../../pipeline/render/collector.ts";
import { dev, twoBackendsOwn, withHeaders } from "../inputs.ts";
import { validate } from "./collector.ts";
import { version } from "./configs.ts";

describe(`collector ${version} accepts`, () => {
  test.each([
    ["dev", dev],
    ["otlp with headers", { ...withHeaders, sources: dev.sources }],
    ["two backends, one delta", twoBackendsOwn],
  ] as const)("%s", (_name, input) => {
    const pipeline = buildPipeline(input);
    expect(validate(renderCollector(pipeline, version), needs(pipeline).secrets)).toBe("");
  });
});
