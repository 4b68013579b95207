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

  test("counts no health check as a request, whichever path it has, and every other request", () => {
    const patterns = (environment.OTEL_PYTHON_EXCLUDED_URLS ?? "").split(",").map((pattern) => new RegExp(pattern));
    const isLeftOut = (url: string) => patterns.some((pattern) => pattern.test(url));
    const known = ["/healthz", "/health", "/readyz", "/api/health", "/livez/", "/ping?x=1", "/v1/health"];
    const others = ["/alive", "/up", "/liveness", "/readiness", "/health/live", "/health/ready", "/healthcheck"];
    for (const path of [...known, ...others, "/_health", "/health-check", "/heartbeat", "/actuator/health"]) {
      expect(isLeftOut(`http://shop:8000${path}`), path).toBe(true);
      expect(isLeftOut(path), path).toBe(true);
    }
    for (const path of [
      "/upload",
      "/up/7",
      "/alive/7",
      "/health/report",
      "/healthy",
      "/orders/ping",
      "/orders?next=/healthz",
      "/ready/orders",
      "/",
      "/readyz2",
    ]) {
      expect(isLeftOut(`http://shop:8000${path}`), path).toBe(false);
      expect(isLeftOut(path), path).toBe(false);
    }
  });

  test("never learns a backend's temporality: that is the adapter's business", () => {
    expect(Object.keys(environment).filter((key) => /TEMPORALITY|HEADERS/.test(key))).toEqual([]);
  });
});
