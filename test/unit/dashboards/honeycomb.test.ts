import { describe, expect, test } from "vitest";
import { z } from "zod";
import { compileHoneycomb } from "../../../dashboards/compile/honeycomb.ts";
import { rate } from "../../../dashboards/model/build.ts";
import { renderHoneycombBoards } from "../../../dashboards/render/honeycomb/boards.ts";
import { renderHoneycombSlos } from "../../../dashboards/render/honeycomb/slos.ts";
import { renderHoneycombTriggers } from "../../../dashboards/render/honeycomb/triggers.ts";
import { httpSignals } from "../../../dashboards/signals/http.ts";
import { rabbitmqSignals } from "../../../dashboards/signals/rabbitmq.ts";
import { redisSignals } from "../../../dashboards/signals/redis.ts";
import { spanCalls } from "../../../dashboards/signals/spans.ts";
import { fullContent } from "../../support/content.ts";

const config = { environment: "prod", metricsDataset: "metrics", content: fullContent };

/**
 * Honeycomb's query specification, as far as it is documented and used here. Unknown fields are refused, as the API does.
 * https://github.com/honeycombio/terraform-provider-honeycombio/blob/bde0d12e592304b8d2e35ba3343849a8f8718a94/client/query_spec.go
 */
const op = z.enum([
  "COUNT",
  "COUNT_DATAPOINTS",
  "SUM",
  "AVG",
  "MAX",
  "MIN",
  "COUNT_DISTINCT",
  "P50",
  "P75",
  "P90",
  "P95",
  "P99",
]);
const named = z.strictObject({ name: z.string().regex(/^[a-z0-9_]+$/), expression: z.string().min(1) });
const filter = z
  .strictObject({
    column: z.string().min(1),
    op: z.enum([
      "=",
      "!=",
      ">=",
      "<=",
      ">",
      "<",
      "in",
      "starts-with",
      "contains",
      "does-not-contain",
      "exists",
      "does-not-exist",
    ]),
    value: z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))]).optional(),
  })
  .refine((one) => /exist/.test(one.op) === (one.value === undefined), "exists has no value, all others have one")
  .refine((one) => (one.op === "in") === Array.isArray(one.value), "in has a list");
const querySpecification = z
  .strictObject({
    calculations: z
      .array(
        z
          .strictObject({
            op,
            column: z.string().min(1).optional(),
            name: z.string().optional(),
            filters: z.array(filter).optional(),
          })
          .refine((one) => /^COUNT$|DATAPOINTS/.test(one.op) || one.column !== undefined, "most count a column"),
      )
      .min(1)
      .max(100),
    calculated_fields: z.array(named).optional(),
    formulas: z.array(named).optional(),
    filters: z.array(filter).optional(),
    breakdowns: z.array(z.string().min(1)).optional(),
    orders: z
      .array(
        z.strictObject({
          op: op.optional(),
          column: z.string().optional(),
          order: z.enum(["ascending", "descending"]),
        }),
      )
      .optional(),
    limit: z.int().min(1).max(1000).optional(),
    time_range: z.int().positive(),
    granularity: z.int().positive().optional(),
  })
  .refine(({ calculations, calculated_fields: fields = [], formulas = [] }) => {
    const names = [
      ...calculations.flatMap(({ name }) => name ?? []),
      ...[...fields, ...formulas].map(({ name }) => name),
    ];
    return new Set(names).size === names.length;
  }, "names are unique")
  .refine(({ calculations, formulas, filters }) => {
    const own = calculations.some(({ name }) => name !== undefined);
    return own === (formulas !== undefined) && !(own && filters !== undefined);
  }, "named calculations go with formulas and without filters of the query")
  .refine(({ granularity, time_range: range }) => granularity === undefined || granularity >= range / 1000);

const MINUTE = { seconds: 60, step: 60 };
const GRAPH = { seconds: 7200, step: 60 };

describe("Honeycomb", () => {
  test("gets every board, whose queries follow its specification", () => {
    const boards = renderHoneycombBoards(config);
    expect(boards).toHaveLength(fullContent.boards.length);
    const panels = boards.flatMap((board) => board.panels);
    expect(panels.length).toBeGreaterThan(180);
    for (const panel of panels) {
      expect(querySpecification.safeParse(panel.query).error?.issues, panel.title).toBeUndefined();
      const scope = { column: "deployment.environment.name", op: "=", value: "prod" };
      for (const { filters = panel.query.filters } of panel.query.calculations) {
        expect(filters, panel.title).toContainEqual(scope);
      }
      expect(panel.position.xCoordinate + panel.position.width).toBeLessThanOrEqual(12);
    }
    expect(renderHoneycombBoards(config)).toEqual(boards);
  });

  test("orders only by what it calculates", () => {
    for (const panel of renderHoneycombBoards(config).flatMap((board) => board.panels)) {
      const formulas = (panel.query.formulas ?? []).map(({ name }) => ({ column: name }));
      const calculated = panel.query.calculations.map(({ op, column }) => ({ op, ...(column && { column }) }));
      for (const { order: _order, ...by } of panel.query.orders ?? []) {
        expect([...formulas, ...calculated], panel.title).toContainEqual(by);
      }
    }
  });

  test("asks the metrics dataset only for what time series know, and events only for what events know", () => {
    for (const { query, dataset, title } of renderHoneycombBoards(config).flatMap((board) => board.panels)) {
      const fields = (query.calculated_fields ?? []).map(({ expression }) => expression);
      if (dataset === undefined) {
        expect(fields.join(), title).not.toMatch(/RATE\(|INCREASE\(|LAST\(/);
        expect(
          query.calculations.map(({ op: how }) => how),
          title,
        ).not.toContain("COUNT_DATAPOINTS");
        const filters = query.calculations.flatMap((one) => one.filters ?? query.filters ?? []);
        expect(
          filters.map(({ column }) => column),
          title,
        ).toContain("meta.signal_type");
      } else {
        expect(
          query.calculations.filter(({ op: how, column }) => how === "COUNT" && !column),
          title,
        ).toEqual([]);
      }
    }
  });

  test("counts from metrics, which the collector makes before it samples, and divides only by what is above zero", () => {
    const { place, query, fidelity } = compileHoneycomb(httpSignals("api", "python").errors.value, {}, GRAPH);
    expect([place, fidelity.kind]).toEqual(["metrics", "exact"]);
    const api = { column: "service.name", op: "=", value: "api" };
    expect(query.calculated_fields).toEqual([
      { name: "value_1_field", expression: "RATE($http.server.request.duration.count, 300)" },
    ]);
    expect(query.calculations).toEqual([
      { op: "SUM", column: "value_1_field", name: "value_1", filters: [api] },
      {
        op: "SUM",
        column: "value_1_field",
        name: "value_2",
        filters: [
          api,
          { column: "http.response.status_code", op: ">=", value: 500 },
          { column: "http.response.status_code", op: "<", value: 600 },
        ],
      },
    ]);
    expect(query.formulas).toEqual([
      { name: "value", expression: "IF(GT($value_1, 0), DIV(COALESCE($value_2, 0), $value_1))" },
    ]);
  });

  test("counts fast requests from the server's spans alone: neither logs, nor events of spans, nor spans of another kind", () => {
    const { place, query, fidelity } = compileHoneycomb(httpSignals("api", "python").fast.value, {}, MINUTE);
    expect([place, fidelity.kind]).toEqual(["spans", "approximated"]);
    const server = [
      { column: "meta.signal_type", op: "=", value: "trace" },
      { column: "meta.annotation_type", op: "does-not-exist" },
      { column: "span.kind", op: "=", value: "server" },
      { column: "service.name", op: "=", value: "api" },
    ];
    expect(query.calculations).toEqual([
      { op: "COUNT", name: "value_1", filters: server },
      { op: "COUNT", name: "value_2", filters: [...server, { column: "duration_ms", op: "<=", value: 500 }] },
    ]);
  });

  test("shows every number of a panel, whatever it is filtered by, under a name of its own", () => {
    const wrong = renderHoneycombBoards(config)
      .flatMap(({ panels }) => panels)
      .find(({ title }) => title === "What goes wrong");
    expect(wrong?.query.formulas?.map(({ name }) => name)).toEqual(["delivered_again", "unroutable", "dead_letters"]);
    expect(compileHoneycomb(redisSignals.memoryShare.value, {}, MINUTE).fidelity).toEqual({ kind: "exact" });
    expect(compileHoneycomb(rabbitmqSignals.deadLetters.value, {}, MINUTE).place).toBe("metrics");
  });

  test("reads the last value of what counts since the start, not its growth", () => {
    expect(compileHoneycomb(redisSignals.uptime.value, {}, MINUTE).query).toMatchObject({
      calculated_fields: [{ name: "value_field", expression: "LAST($redis.uptime)" }],
      calculations: [{ op: "MAX", column: "value_field" }],
    });
  });

  test("refuses a pattern that is more than a beginning", () => {
    const odd = rate(spanCalls, { where: { "span.name": { like: "(GET|POST) .*" } } });
    expect(() => compileHoneycomb(odd, {}, MINUTE)).toThrow("Honeycomb filters by beginnings");
  });

  test("deploys as many triggers as the plan allows, the most important first, and names the rest", () => {
    const free = renderHoneycombTriggers({ ...config, triggerLimit: 2 });
    expect(free.triggers.map((trigger) => trigger.id)).toEqual(["service-errors", "dependency-failures"]);
    const watched = renderHoneycombTriggers({ ...config, triggerLimit: 2, watched: true });
    expect(watched.triggers.map((trigger) => trigger.id)).toEqual(["heartbeat", "service-errors"]);
    const all = renderHoneycombTriggers({ ...config, triggerLimit: 1000 });
    expect(all.triggers.length + all.leftOut.length).toBe(free.triggers.length + free.leftOut.length);
    expect(all.leftOut).toEqual([
      { alert: "daemon-stopped-status", why: "a trigger waits 25 minutes at most before it calls silence trouble" },
    ]);
  });

  test("keeps to what a trigger may be: one number, a frequency within four durations, no order", () => {
    for (const trigger of renderHoneycombTriggers({ ...config, triggerLimit: 1000 }).triggers) {
      expect(querySpecification.safeParse(trigger.query).error?.issues, trigger.id).toBeUndefined();
      expect(trigger.query.formulas ?? trigger.query.calculations, trigger.id).toHaveLength(1);
      if (trigger.dataset === undefined) expect(trigger.query.granularity).toBeUndefined();
      expect(Object.keys(trigger.query)).not.toContain("orders");
      expect(trigger.frequency % 60).toBe(0);
      expect(trigger.frequency).toBeLessThanOrEqual(trigger.query.time_range * 4);
      expect(trigger.query.time_range, trigger.id).toBeLessThanOrEqual(trigger.frequency * 4);
      expect(trigger.threshold.exceededLimit).toBeGreaterThanOrEqual(1);
      expect(trigger.threshold.exceededLimit).toBeLessThanOrEqual(5);
    }
  });

  test("says of every event whether it counts and whether it was good", () => {
    const slos = renderHoneycombSlos(config);
    expect(slos.map((slo) => [slo.id, slo.dataset, slo.targetPercentage])).toEqual([
      ["api-availability", "api", 99.5],
      ["api-latency", "api", 95],
      ["bot-success", "bot", 99],
      ["worker-success", "worker", 99],
      ["notification-timeliness", "bot", 99],
    ]);
    const apiSpans =
      'EQUALS($meta.signal_type, "trace"), NOT(EXISTS($meta.annotation_type)), EQUALS($span.kind, "server"), EQUALS($service.name, "api")';
    const noServerError = "OR(NOT(EXISTS($http.response.status_code)), LT($http.response.status_code, 500))";
    expect(slos[0]?.sli.expression).toBe(`IF(AND(${apiSpans}), AND(${apiSpans}, ${noServerError}))`);
    const delivered =
      'EQUALS($meta.signal_type, "log"), EQUALS($service.name, "bot"), CONTAINS($body, "reminder delivered")';
    expect(slos[4]?.sli.expression).toBe(`IF(AND(${delivered}), AND(${delivered}, LTE($reminder.lateness_s, 60)))`);
  });
});
