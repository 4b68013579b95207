import { describe, expect, test } from "vitest";
import { versionOf } from "../../../components/images.ts";
import { pythonEnvironment } from "../../../components/instrumentation.ts";

describe("the version of a service", () => {
  test.each([
    ["ghcr.io/a/api:1.4.2", "1.4.2"],
    ["localhost:5000/api:7", "7"],
    [`api:1@sha256:${"ab".repeat(32)}`, "abababababab"],
    ["localhost:5000/api", "unknown"],
  ])("of %s is %s", (reference, version) => {
    expect(versionOf(reference)).toBe(version);
  });
});

describe("a Python service", () => {
  const environment = pythonEnvironment({
    service: "api",
    version: "1.4.2",
    namespace: "game-scheduler",
    environment: "dev",
    intake: "http://collector:4318",
    metricsInterval: 15,
  });

  test("knows who it is and one address", () => {
    expect(environment).toMatchObject({
      OTEL_SERVICE_NAME: "api",
      OTEL_RESOURCE_ATTRIBUTES:
        "service.namespace=game-scheduler,service.version=1.4.2,deployment.environment.name=dev",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    });
  });

  test("never learns a backend's temporality: that is the adapter's business", () => {
    expect(Object.keys(environment).filter((key) => /TEMPORALITY|HEADERS/.test(key))).toEqual([]);
  });
});
