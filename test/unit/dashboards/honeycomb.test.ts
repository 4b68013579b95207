import { describe, expect, it } from "vitest";
import { z } from "zod";
import { compileHoneycomb } from "../../../dashboards/compile/honeycomb.ts";
import { renderHoneycombBoards } from "../../../dashboards/render/honeycomb/boards.ts";
import { renderHoneycombSlos } from "../../../dashboards/render/honeycomb/slos.ts";
import { renderHoneycombTriggers } from "../../../dashboards/render/honeycomb/triggers.ts";
import { httpSignals } from "../../../dashboards/signals/http.ts";
import { deadLetters } from "../../../dashboards/signals/rabbitmq.ts";
import { redisMemoryShare } from "../../../dashboards/signals/redis.ts";
import { fullContent } from "../../support/content.ts";

const config = { environment: "prod", metricsDataset: "metrics", content: fullContent };

/** Honeycomb's query specification, as far as it is documented and used here. Unknown fields are refused, as the API does. */
const op = z.enum([
  "COUNT",
  "SUM",
  "AVG",
  "MAX",
  "MIN",
  "COUNT_DISTINCT",
  "P50",
  "P75",
  "P95",
  "P99",
  "RATE_SUM",
  "RATE_MAX",
]);
const querySpecification = z.strictObject({
  calculations: z
    .array(
      z
        .strictObject({ op, column: z.string().min(1).optional() })
        .refine(
          (one) => (one.op === "COUNT") === (one.column === undefined),
          "COUNT has no column, all others have one",
        ),
    )
    .min(1),
  calculated_fields: z.array(z.strictObject({ name: z.string().min(1), expression: z.string().min(1) })).optional(),
  filters: z
    .array(
      z
        .strictObject({
          column: z.string().min(1),
          op: z.enum(["=", "!=", ">=", "<=", ">", "<", "in", "starts-with", "contains", "does-not-contain", "exists"]),
          value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).optional(),
        })
        .refine(
          (filter) => (filter.op === "exists") === (filter.value === undefined),
          "exists has no value, all others have one",
        )
        .refine((filter) => (filter.op === "in") === Array.isArray(filter.value), "in has a list"),
    )
    .optional(),
  breakdowns: z.array(z.string().min(1)).optional(),
  orders: z
    .array(
      z.strictObject({ op: op.optional(), column: z.string().optional(), order: z.enum(["ascending", "descending"]) }),
    )
    .optional(),
  limit: z.int().min(1).max(1000).optional(),
  time_range: z.int().positive(),
  granularity: z.int().positive().optional(),
});

describe("Honeycomb", () => {
  it("gets every board, whose queries follow its specification", () => {
    const boards = renderHoneycombBoards(config);
    expect(boards).toHaveLength(fullContent.boards.length);
    const panels = boards.flatMap((board) => board.panels);
    expect(panels.length).toBeGreaterThan(180);
    for (const panel of panels) {
      expect(querySpecification.safeParse(panel.query).error?.issues, panel.title).toBeUndefined();
      expect(panel.query.filters, panel.title).toContainEqual({
        column: "deployment.environment.name",
        op: "=",
        value: "prod",
      });
      expect(panel.position.xCoordinate + panel.position.width).toBeLessThanOrEqual(12);
    }
    expect(renderHoneycombBoards(config)).toEqual(boards);
  });

  it("orders only by what it calculates", () => {
    for (const panel of renderHoneycombBoards(config).flatMap((board) => board.panels)) {
      for (const order of panel.query.orders ?? []) {
        expect(panel.query.calculations, panel.title).toContainEqual({
          op: order.op,
          ...(order.column === undefined ? {} : { column: order.column }),
        });
      }
    }
  });

  it("computes a share of requests as the mean of a field that is 0 or 1", () => {
    expect(compileHoneycomb(httpSignals("api", "python").errors.value, {}, 600).query).toEqual({
      calculations: [{ op: "AVG", column: "share" }],
      calculated_fields: [{ name: "share", expression: "IF(GTE($http.response.status_code, 500), 1, 0)" }],
      filters: [{ column: "service.name", op: "=", value: "api" }],
      time_range: 600,
    });
    expect(compileHoneycomb(httpSignals("api", "python").fast.value, {}, 600).query.calculated_fields).toEqual([
      { name: "share", expression: "IF(LTE($duration_ms, 500), 1, 0)" },
    ]);
  });

  it("combines metrics that arrive in one event, exactly", () => {
    const share = compileHoneycomb(redisMemoryShare.value, {}, 600);
    expect(share.fidelity).toEqual({ kind: "exact" });
    expect(share.query.calculated_fields).toEqual([
      { name: "value", expression: "DIV($redis.memory.used, $redis.maxmemory)" },
    ]);
    expect(compileHoneycomb(deadLetters.value, {}, 600).query.calculations).toEqual([
      { op: "RATE_SUM", column: "value" },
    ]);
  });

  it("deploys as many triggers as the plan allows, the most important first, and names the rest", () => {
    const free = renderHoneycombTriggers({ ...config, triggerLimit: 2 });
    expect(free.triggers.map((trigger) => trigger.id)).toEqual(["service-errors", "dependency-failures"]);
    const watched = renderHoneycombTriggers({ ...config, triggerLimit: 2, watched: true });
    expect(watched.triggers.map((trigger) => trigger.id)).toEqual(["heartbeat", "service-errors"]);
    const all = renderHoneycombTriggers({ ...config, triggerLimit: 1000 });
    expect(all.triggers.length + all.leftOut.length).toBe(free.triggers.length + free.leftOut.length);
    expect(all.leftOut.map((one) => one.alert)).toEqual([
      "queue-age",
      "postgres-connections",
      "messages-redelivered",
      "postgres-rollbacks",
      "postgres-cache",
    ]);
  });

  it("keeps to what a trigger may be: one calculation, a frequency within four durations, no order", () => {
    for (const trigger of renderHoneycombTriggers({ ...config, triggerLimit: 1000 }).triggers) {
      expect(trigger.query.calculations, trigger.id).toHaveLength(1);
      expect(Object.keys(trigger.query)).not.toContain("orders");
      expect(trigger.frequency % 60).toBe(0);
      expect(trigger.frequency).toBeLessThanOrEqual(trigger.query.time_range * 4);
      expect(trigger.query.time_range, trigger.id).toBeLessThanOrEqual(trigger.frequency * 4);
      expect(trigger.threshold.exceededLimit).toBeGreaterThanOrEqual(1);
      expect(trigger.threshold.exceededLimit).toBeLessThanOrEqual(5);
    }
  });

  it("says of every event whether it counts and whether it was good", () => {
    const slos = renderHoneycombSlos(config);
    expect(slos.map((slo) => [slo.id, slo.dataset, slo.targetPercentage])).toEqual([
      ["api-availability", "api", 99.5],
      ["api-latency", "api", 95],
      ["bot-success", "bot", 99],
      ["worker-success", "worker", 99],
      ["notification-timeliness", "bot", 99],
    ]);
    expect(slos[0]?.sli.expression).toBe(
      'IF(AND(EQUALS($service.name, "api"), EQUALS($span.kind, "server")), AND(EQUALS($service.name, "api"), LT($http.response.status_code, 500), EQUALS($span.kind, "server")))',
    );
    expect(slos[4]?.sli.expression).toBe(
      'IF(AND(EQUALS($service.name, "bot"), CONTAINS($body, "reminder delivered")), AND(EQUALS($service.name, "bot"), CONTAINS($body, "reminder delivered"), LTE($reminder.lateness_s, 60)))',
    );
  });
});
