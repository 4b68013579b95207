import { describe, expect, test } from "vitest";
import { buildPipeline } from "../../../pipeline/build.ts";
import { checkPipeline } from "../../../pipeline/checks/index.ts";
import { renderCollector } from "../../../pipeline/render/collector.ts";
import { dev, targetOf, twoBackends, withHeaders } from "./inputs.ts";

describe("rendered configurations, as a person reviews them", () => {
  test.each([
    ["dev", dev],
    ["otlp-with-headers", withHeaders],
    ["two-backends-one-delta", twoBackends],
  ] as const)("%s is unchanged and passes every check", async (name, input) => {
    const pipeline = buildPipeline(input);
    expect(checkPipeline(pipeline, targetOf(input))).toEqual([]);
    const yaml = renderCollector(pipeline, input.collector.version);
    await expect(yaml).toMatchFileSnapshot(`../../golden/pipeline/${name}.yaml`);
  });
});
