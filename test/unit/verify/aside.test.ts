import { expect, test } from "vitest";
import { reasonIn } from "../../../verify/aside.ts";
import { signalChecks } from "../../../verify/signals.ts";
import { index } from "./support/spans.ts";

test.each([
  ["starting\nOpenTelemetry steps aside, nginx runs without it: this image has no njs\nmore", "this image has no njs"],
  ["opentelemetry: not started: Python 3.9 is older than 3.10\n", "Python 3.9 is older than 3.10"],
  ["opentelemetry: sqlalchemy: not instrumented: too new\n", undefined],
  ["the application says OpenTelemetry steps aside", undefined],
])("%o is the reason %o", (log, reason) => {
  expect(reasonIn(log)).toBe(reason);
});

test("a service that is left alone is explained, not missing", () => {
  const nothing = {
    spans: index(),
    serviceMetrics: new Map(),
    presentMetrics: new Set<string>(),
    logs: new Map(),
    arrivals: new Map(),
  };
  const service = { name: "web", kind: "nginx", injected: false } as const;
  const checks = signalChecks([service], false, { leftAlone: new Map([["web", "this image has no njs"]]) });
  expect(checks.map(({ judge }) => judge(nothing))).toEqual(
    checks.map(() => ({
      found: false,
      idle: true,
      reason: "it is left alone, and runs without telemetry: this image has no njs",
    })),
  );
});
