import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { type Identity, jobCondition } from "../../../dashboards/compile/presence.ts";
import { compilePromql } from "../../../dashboards/compile/promql.ts";
import type { Signal } from "../../../dashboards/model/signal.ts";
import { systemSignals } from "../../../dashboards/signals/spans.ts";
import { silence } from "../../../dashboards/signals/work.ts";
import { promqlFaults } from "./grammar.ts";
import { findPromtool } from "./promtool.ts";

const ask = (signal: Signal, identity: Identity): string =>
  compilePromql(signal.value, {
    window: "5m",
    scope: { "deployment.environment.name": "prod" },
    identity,
  });

/** Two instances of the API, as a server that keeps their attributes has them, and as one that has job and instance alone. */
const STORED: Readonly<Record<Identity, (instance: string) => string>> = {
  attributes: (instance) => `service_name="api", service_instance_id="${instance}"`,
  job: (instance) => `job="game-scheduler/api", instance="${instance}"`,
};
const series = (identity: Identity) =>
  ["a", "b"].map((instance) => ({
    series: `target_info{${STORED[identity](instance)}, service_version="1.2", deployment_environment_name="prod"}`,
    values: "1x30",
  }));

const folder = mkdtempSync(join(tmpdir(), "game-scheduler-presence-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const promtool = findPromtool();

describe("a service that is there", () => {
  test("is found by its job where its name is not kept", () => {
    expect(jobCondition("api")).toBe('job=~"(.+/)?(api)"');
    expect(jobCondition({ not: "api" })).toBe('job!~"(.+/)?(api)"');
    expect(jobCondition(["api", "bot.1"])).toBe('job=~"(.+/)?(api|bot\\\\.1)"');
    expect(ask(silence("api"), "job")).toBe(
      'absent_over_time(target_info{deployment_environment_name="prod", job=~"(.+/)?(api)"}[600s])',
    );
    expect(promqlFaults(ask(systemSignals.versions, "job"))).toEqual([]);
  });

  test.skipIf(promtool === undefined)("gives Prometheus' own evaluator the same answers either way", () => {
    const tests = (["attributes", "job"] as const).map((identity) => ({
      name: identity,
      interval: "1m",
      input_series: series(identity),
      promql_expr_test: [
        {
          expr: ask(systemSignals.versions, identity),
          eval_time: "20m",
          exp_samples: [{ labels: '{service_name="api", service_version="1.2"}', value: 2 }],
        },
        { expr: `count(${ask(silence("api"), identity)}) or vector(0)`, eval_time: "20m", exp_samples: [one(0)] },
        { expr: `count(${ask(silence("api"), identity)}) or vector(0)`, eval_time: "60m", exp_samples: [one(1)] },
        { expr: `count(${ask(silence("bot"), identity)}) or vector(0)`, eval_time: "20m", exp_samples: [one(1)] },
      ],
    }));
    writeFileSync(join(folder, "tests.yaml"), stringify({ evaluation_interval: "1m", tests }, { lineWidth: 0 }));
    const run = spawnSync(promtool ?? "", ["test", "rules", "tests.yaml"], { cwd: folder, encoding: "utf8" });
    expect(run.status, run.stdout + run.stderr).toBe(0);
  });
});

const one = (value: number) => ({ labels: "{}", value });
