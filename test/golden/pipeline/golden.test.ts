import { describe, expect, test } from "vitest";
import { buildPipeline } from "../../../pipeline/build.ts";
import { checkPipeline } from "../../../pipeline/checks/index.ts";
import { errorsOf } from "../../../pipeline/checks/rule.ts";
import { renderAlloy } from "../../../pipeline/render/alloy/index.ts";
import { renderCollector } from "../../../pipeline/render/collector.ts";
import { dev, onAlloy, targetOf, twoBackends, twoBackendsOwn, withHeaders } from "../../unit/pipeline/inputs.ts";
import { expectGolden } from "../../unit/pipeline/golden-file.ts";

describe("rendered configurations, as a person reviews them", () => {
  test.each([
    ["dev", dev],
    ["otlp-with-headers", withHeaders],
    ["two-backends-one-delta", twoBackendsOwn],
    ["two-backends-upstream", twoBackends],
  ] as const)("%s is unchanged and without an error", (name, input) => {
    const pipeline = buildPipeline(input);
    expect(errorsOf(checkPipeline(pipeline, targetOf(input)))).toEqual([]);
    expectGolden(`test/golden/pipeline/${name}.yaml`, renderCollector(pipeline, input.collector.version));
  });

  test("what Grafana Alloy gets is unchanged and without an error", () => {
    const pipeline = buildPipeline(onAlloy);
    expect(errorsOf(checkPipeline(pipeline, targetOf(onAlloy)))).toEqual([]);
    expectGolden("test/golden/pipeline/two-backends.alloy", renderAlloy(pipeline));
  });
});
