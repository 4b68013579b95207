import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { buildPipeline } from "../../../pipeline/build.ts";
import type { PipelineGraph } from "../../../pipeline/model.ts";
import { renderCollector } from "../../../pipeline/render/collector.ts";
import { importCollector } from "../../support/import-collector.ts";
import { dev, twoBackends } from "./inputs.ts";

const empty: PipelineGraph = {
  receivers: [],
  processors: [],
  connectors: [],
  exporters: [],
  extensions: [],
  service: { extensions: [], telemetry: {}, pipelines: [] },
};

describe("what may not be written out", () => {
  const settings = {
    pattern: "^a$|$1",
    secret: { secret: "token" },
    prefixed: { secret: "token", prefix: "Api$Key " },
    file: { secretFile: "ca" },
    variable: { env: "HOST" },
  };
  const yaml = renderCollector({ ...empty, processors: [{ kind: "x", settings }] }, "0.145.0");

  test("a literal dollar is doubled, a reference is not", () => {
    expect(parse(yaml)).toMatchObject({
      processors: {
        x: {
          pattern: "^a$$|$$1",
          secret: "$" + "{file:/run/secrets/token}",
          prefixed: "Api$$Key $" + "{file:/run/secrets/token}",
          file: "/run/secrets/ca",
          variable: "$" + "{env:HOST}",
        },
      },
    });
  });

  test("reading it back gives the same settings", () => {
    expect(importCollector(yaml).processors).toEqual([{ kind: "x", settings }]);
  });
});

describe("names follow the version", () => {
  const named = (version: string) => Object.keys(parse(renderCollector(buildPipeline(dev), version)).receivers);

  test.each([
    ["0.141.0", "otlphttp/jaeger", "spanmetrics", "hostmetrics/host"],
    ["0.145.0", "otlp_http/jaeger", "spanmetrics", "hostmetrics/host"],
    ["0.151.0", "otlp_http/jaeger", "span_metrics", "host_metrics/host"],
    ["0.159.0", "otlp_http/jaeger", "span_metrics", "host_metrics/host"],
  ])("%s", (version, exporter, connector, receiver) => {
    const config: unknown = parse(renderCollector(buildPipeline(dev), version));
    expect(config).toMatchObject({
      exporters: { [exporter]: {} },
      connectors: { [connector]: {} },
      receivers: { [receiver]: {} },
      service: {
        pipelines: {
          "traces/in": { exporters: [connector, "servicegraph", "forward/to-jaeger"] },
          "metrics/from-host": { receivers: [receiver] },
          "traces/to-jaeger": { exporters: [exporter] },
        },
      },
    });
  });

  test("delta conversion has its new name from 0.157 on", () => {
    const processors = (version: string) =>
      Object.keys(importedSection(renderCollector(buildPipeline(twoBackends), version))).filter((id) =>
        id.includes("delta"),
      );
    expect(processors("0.156.0")).toContain("cumulativetodelta/to-delta-cloud");
    expect(processors("0.157.0")).toContain("cumulative_to_delta/to-delta-cloud");
  });

  test("every receiver of dev is there", () => {
    expect(named("0.145.0")).toEqual([
      "otlp",
      "postgresql/postgres",
      "redis/redis",
      "prometheus/rabbitmq",
      "nginx/nginx",
      "docker_stats/docker",
      "hostmetrics/host",
      "prometheus/collector",
      "dockerlogs",
    ]);
  });
});

describe("the file", () => {
  test("is the same for the same pipeline", () => {
    expect(renderCollector(buildPipeline(dev), "0.145.0")).toBe(
      renderCollector(buildPipeline(structuredClone(dev)), "0.145.0"),
    );
  });

  test("holds no date", () => {
    expect(renderCollector(buildPipeline(dev), "0.145.0")).not.toMatch(/20\d\d-\d\d/);
  });

  test("is refused for a version nobody knows", () => {
    expect(() => renderCollector(buildPipeline(dev), "0.99.0")).toThrow(
      'Collector version "0.99.0" is unknown: allowed are 0.141.0 to 0.165.x, as in "0.145.0".',
    );
    expect(() => renderCollector(buildPipeline(dev), "latest")).toThrow('"latest" is unknown');
  });
});

function importedSection(yaml: string): Record<string, unknown> {
  return parse(yaml).processors;
}
