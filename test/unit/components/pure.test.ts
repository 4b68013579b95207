import { describe, expect, test } from "vitest";
import { keepPostgresMonitor, keepRedisMonitor } from "../../../components/datastores/monitor-scripts.ts";
import { versionOf } from "../../../components/images.ts";
import { pythonEnvironment } from "../../../components/instrumentation.ts";
import { referencesIn } from "../../../components/references.ts";

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

describe("references in an environment", () => {
  test("are found in order, and nothing else in braces is one", () => {
    expect(referencesIn("a://{postgres.login}?x={random.api-key}&y={Z.a}{}")).toEqual([
      { kind: "postgres", name: "login" },
      { kind: "random", name: "api-key" },
    ]);
  });
});

describe("a Python service", () => {
  const environment = pythonEnvironment({
    service: "api",
    version: "1.4.2",
    namespace: "game-scheduler",
    environment: "dev",
    intake: "http://collector:4318",
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

  test("is never told a backend's temporality: that is the adapter's business", () => {
    expect(Object.keys(environment).filter((key) => /TEMPORALITY|HEADERS/.test(key))).toEqual([]);
  });
});

describe("the monitoring user of a store that exists", () => {
  test("is made by a script that quotes what it is given", () => {
    const script = keepPostgresMonitor({ host: "it's", port: 5432, adminUser: "root", tls: true });
    expect(script).toContain(`-h 'it'\\''s' -p 5432 -U 'root'`);
    expect(script).toContain("PGSSLMODE=require");
    expect(script).toContain("GRANT pg_monitor TO otel_monitor;");
  });

  test("may ask Redis for statistics and nothing else", () => {
    expect(keepRedisMonitor({ host: "cache", port: 6379, user: "default", tls: false })).toContain(
      "resetkeys resetchannels -@all +hello +ping +info +config|get +client|setinfo +client|setname",
    );
  });
});
