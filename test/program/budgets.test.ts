import { describe, expect, test } from "vitest";
import { planOf } from "../../start/preflight/plan.ts";
import { memoryTable } from "../../start/report/memory.ts";
import { type ProgramArgs, program } from "../support/engine.ts";

const SLACK = { config: { alerts: { contact: "slack" } }, secrets: { alertWebhook: "https://hooks.example/alerts" } };

/** The figures that `npm start` prints, MiB. */
async function limitsOf(stack: string, { config, secrets }: Partial<ProgramArgs>) {
  const run = await program({ stack, config: { images: "local", ...config }, ...(secrets && { secrets }) });
  expect(run.errors).toEqual([]);
  const { limit, telemetryLimit, rows } = memoryTable(planOf(run).containers, `game-scheduler-otel-${stack}`, "");
  return { limit, telemetryLimit, names: rows.flatMap(({ name, telemetry }) => (telemetry ? [name] : [])) };
}

describe.each(["dev", "other"])("memory limits of stack %s", (stack) => {
  test("are at most 2.3 GiB, those of telemetry at most 768 MiB", async () => {
    const { limit, telemetryLimit } = await limitsOf(stack, {});
    expect(limit).toBeLessThanOrEqual(2355);
    expect(telemetryLimit).toBeLessThanOrEqual(768);
  });

  test("are so with a contact too", async () => {
    const { limit, telemetryLimit, names } = await limitsOf(stack, SLACK);
    expect(names).toContain("alertmanager");
    expect(limit).toBeLessThanOrEqual(2355);
    expect(telemetryLimit).toBeLessThanOrEqual(768);
  });

  test("with official images are those that docs/engines.md names: Grafana and the published Jaeger are 416 MiB above it", async () => {
    const local = await limitsOf(stack, {});
    const { limit, telemetryLimit } = await limitsOf(stack, { config: { images: "official" } });
    expect(telemetryLimit - local.telemetryLimit).toBe(192 + 384 - 160);
    expect([telemetryLimit, limit]).toEqual([1136, stack === "dev" ? 2624 : 2096]);
  });
});
