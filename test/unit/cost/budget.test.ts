import { describe, expect, test } from "vitest";
import { billOf } from "../../../cost/bill.ts";
import { type Budget, type Costs, findings } from "../../../cost/budget.ts";
import { estimate } from "../../../cost/estimate.ts";
import { costLine } from "../../../cost/render.ts";
import type { Usage } from "../../../cost/usage.ts";
import { capabilities } from "../../../vendors/capabilities.ts";
import type { BackendKind } from "../../../vendors/kinds.ts";
import { PRICING } from "../../../vendors/pricing.ts";
import { EXAMPLE_UNCOUNTED } from "../../support/fixtures/cost/example.ts";

const USAGE: Usage = {
  series: 9000,
  samplesPerMinute: 9000,
  points: 90e6,
  spans: 15e6,
  records: 4e6,
  bytes: {
    otlp: { traces: 40e9, metrics: 20e9, logs: 5e9 },
    json: { traces: 60e9, metrics: 30e9, logs: 5e9 },
  },
};

function priced(kind: BackendKind, usage: Usage) {
  const pricing = PRICING[kind];
  if (pricing === undefined) throw new Error(`${kind} has no prices`);
  return { pricing, bill: billOf(usage, pricing) };
}

const due = (kind: BackendKind, more: Partial<Usage>): number => priced(kind, { ...USAGE, ...more }).bill.usd;

describe("a month costs", () => {
  test("nothing within the free tier", () => {
    expect(["grafana-cloud", "new-relic", "honeycomb"].map((kind) => due(kind as BackendKind, {}))).toEqual([0, 0, 0]);
  });

  test("on Grafana Cloud the plan, and series beyond those included", () => {
    expect(due("grafana-cloud", { series: 12_000, samplesPerMinute: 12_000 })).toBeCloseTo(19 + 2 * 6.5);
  });

  test("on Grafana Cloud as many series as there are points a minute", () => {
    expect(due("grafana-cloud", { series: 3000, samplesPerMinute: 12_000 })).toBeCloseTo(19 + 2 * 6.5);
  });

  test("on New Relic the gigabytes of all signals, as JSON, beyond a hundred", () => {
    const bytes = { ...USAGE.bytes, json: { traces: 90e9, metrics: 30e9, logs: 5e9 } };
    expect(due("new-relic", { bytes })).toBeCloseTo(25 * 0.4);
  });

  test("on Honeycomb the plan, for events or for points", () => {
    expect(due("honeycomb", { spans: 17e6 })).toBe(130);
    expect(due("honeycomb", { points: 101e6 })).toBe(130);
  });

  test("on Datadog and Elastic from the first gigabyte on", () => {
    expect(due("datadog", {})).toBeCloseTo(46 + 0.5 + 4 * 1.7);
    expect(due("elastic", {})).toBeCloseTo(65 * 0.109 + 30 * 0.028);
  });

  test.each(Object.entries(PRICING))("%s says where and when its prices were read", (_, pricing) => {
    expect(pricing?.source.every((address) => address.startsWith("https://"))).toBe(true);
    expect(pricing?.asOf).toMatch(/^2026-\d\d-\d\d$/);
  });
});

const SERIES = "Most metrics are of span metrics (27 %), service graph (17 %), RabbitMQ (11 %). Send less: ";

function found(kind: BackendKind, budget: Budget, more: Partial<Costs> = {}) {
  const estimated = estimate(EXAMPLE_UNCOUNTED);
  const known = PRICING[kind] && priced(kind, estimated.usage);
  const { overQuota } = { overQuota: undefined, ...capabilities[kind] };
  return findings(
    { backend: kind, estimate: estimated, priced: known, overQuota, takesProfiles: false, paid: false, ...more },
    budget,
  );
}

describe("a budget", () => {
  test("in dollars is an error beyond it, and says what drives the cost", () => {
    expect(found("grafana-cloud", { usd: 20 })).toEqual([
      {
        severity: "error",
        message: expect.stringMatching(
          /^budget\.usd: at least 37 USD a month are estimated on grafana-cloud \(Pro, prices of 2026-08-27\), and 20 USD are allowed\. Most metrics are of .*docs\/cost\.md\); or allow more with: pulumi config set --path budget\.usd 44$/,
        ),
      },
    ]);
  });

  test("in dollars cannot be held against an endpoint whose price nobody knows", () => {
    expect(found("jaeger", { usd: 1 })).toEqual([]);
    expect(found("otlp", { usd: 1 })).toEqual([
      { severity: "warning", message: expect.stringMatching(/^budget\.usd: what an endpoint of backend otlp costs/) },
    ]);
  });

  test("of nothing means that the free tier must do", () => {
    expect(found("grafana-cloud", { usd: 0 }).map(({ severity }) => severity)).toEqual(["error"]);
    expect(found("grafana-cloud", { usd: 0 }, quiet())).toEqual([]);
  });

  test("in dollars says nothing of free tiers", () => {
    expect(found("grafana-cloud", { usd: 100 })).toEqual([]);
  });

  test("is a warning from 80 % on", () => {
    const [warning, ...more] = found("jaeger", { series: 3500 });
    expect(more).toEqual([]);
    expect(warning?.severity).toBe("warning");
    expect(warning?.message).toContain("budget.series: 3 189 series are estimated on jaeger, and 3 500 are allowed. ");
    expect(found("jaeger", { series: 4000 })).toEqual([]);
  });

  test.each([
    ["series", 3000, "3 189 series"],
    ["events", 10e6, "26 M events a month"],
    ["gigabytes", 50, "55 gigabytes a month"],
  ] as const)("of %s holds on a backend without prices too", (key, limit, said) => {
    const errors = found("jaeger", { [key]: limit });
    expect(errors.map(({ severity }) => severity)).toEqual(["error"]);
    expect(errors[0]?.message).toContain(`budget.${key}: ${said} are estimated on jaeger, and `);
  });
});

/** Within every free tier. */
function quiet(): Partial<Costs> {
  const bytes = { ...USAGE.bytes, otlp: { traces: 39e9, metrics: 0, logs: 0 } };
  const usage = { ...USAGE, samplesPerMinute: 7000, series: 7000, bytes };
  return { estimate: { usage, parts: [] }, priced: priced("grafana-cloud", usage) };
}

describe("a free tier", () => {
  test("is warned of from 80 % on", () => {
    const [warning, ...more] = found("grafana-cloud", {});
    expect(more).toEqual([]);
    expect(warning).toEqual({
      severity: "warning",
      message: expect.stringContaining(
        "cost: 12 756 billed series (of 1 point a minute), since 3 189 series have 4 points a minute each, are estimated on grafana-cloud, 128 % of what is free (10 000), and above it the excess is discarded until the next month; on Pro a month is at least 37 USD. ",
      ),
    });
    expect(warning?.message).toContain(SERIES);
  });

  test("is not where a plan is paid for, nor where nothing comes near it", () => {
    expect(found("honeycomb", {}, { paid: true })).toEqual([]);
    expect(found("honeycomb", {}).map(({ message }) => message.split(",")[0])).toEqual([
      "cost: 26 M events a month are estimated on honeycomb",
      "cost: 230 M points a month are estimated on honeycomb",
    ]);
    expect(found("grafana-cloud", {}, quiet())).toEqual([]);
  });
});

test("a preview says in a line what is sent, what of it is free, and what is due", () => {
  const estimated = estimate(EXAMPLE_UNCOUNTED);
  const line = (kind: BackendKind): string =>
    costLine({
      backend: kind,
      estimate: estimated,
      takesProfiles: false,
      paid: false,
      priced: PRICING[kind] && priced(kind, estimated.usage),
    });
  expect(line("jaeger")).toBe(
    "cost on jaeger: about 3 189 series, 22 M spans, 3.4 M log records, 230 M points a month (11 GB traces, 43 GB metrics, 1.4 GB logs)",
  );
  expect(line("new-relic")).toBe(
    "cost on new-relic: about 3 189 series, 22 M spans, 3.4 M log records, 230 M points a month (22 GB traces, 118 GB metrics, 3.3 GB logs); 143 of 100 free GB a month; due: at least 17 USD on Standard (prices of 2026-05-25, docs/cost.md)",
  );
});

test("profiles are among the gigabytes of a backend that takes them, and only there", () => {
  const profiled = estimate({ ...EXAMPLE_UNCOUNTED, profiles: { processes: 400, rate: 19 } });
  const costs = { backend: "otlp", estimate: profiled, priced: undefined, paid: false };
  expect(costLine({ ...costs, takesProfiles: true })).toMatch(/1\.4 GB logs, 157 GB profiles\)$/);
  expect(costLine({ ...costs, takesProfiles: false })).toMatch(/1\.4 GB logs\)$/);
  const [error] = findings({ ...costs, takesProfiles: true }, { gigabytes: 100 });
  expect(error?.message).toContain("budget.gigabytes: 213 gigabytes a month are estimated on otlp");
  expect(findings({ ...costs, takesProfiles: false }, { gigabytes: 100 })).toEqual([]);
});
