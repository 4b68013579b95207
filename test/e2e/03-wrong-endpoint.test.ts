import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configureStack, npmStart, npmVerify, stackChecks } from "./support/stack.ts";

const service = "status";

describe(`a wrong exporter endpoint in ${service}`, () => {
  let started: Awaited<ReturnType<typeof npmStart>>;
  beforeAll(async () => {
    await configureStack([{ service, env: { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:9" } }]);
    started = await npmStart();
  });
  afterAll(async () => {
    await configureStack();
    const repaired = await npmStart();
    expect(repaired.code, repaired.all).toBe(0);
  });

  test("makes npm start fail and name the service and its signals", () => {
    expect(started.code).not.toBe(0);
    for (const signal of ["traces", "metrics", "logs"]) expect(started.all).toContain(`${service} ${signal} missing`);
  });

  test("makes verify name exactly what that service should have sent", async () => {
    const { outcome, report } = await npmVerify("--drive", "--timeout", "60");
    expect(outcome.code).toBe(1);
    const absent = report.backends.flatMap(({ results }) =>
      results.filter(({ id, found, required }) => required && !found && !id.startsWith("criterion/")),
    );
    const expected = (await stackChecks()).filter(({ id, required }) => required && id.includes(service));
    const said = report.backends.flatMap(({ missing }) => missing).join("\n");
    expect(absent.map(({ id }) => id).sort(), said).toEqual(expected.map(({ id }) => id).sort());
  });
});
