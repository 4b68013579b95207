import { describe, expect, test } from "vitest";
import { compileNrql, nrqlText } from "../../../dashboards/compile/nrql.ts";
import { contentOf } from "../../../dashboards/content.ts";
import { panelsOf } from "../../../dashboards/model/board.ts";
import { logQuantile, quantile, rate, top } from "../../../dashboards/model/build.ts";
import type { Match } from "../../../dashboards/model/expression.ts";
import { renderNewRelicConditions, renderNewRelicDashboard } from "../../../dashboards/render/new-relic/dashboard.ts";
import { renderNewRelicServiceLevels } from "../../../dashboards/render/new-relic/service-levels.ts";
import { httpSignals } from "../../../dashboards/signals/http.ts";
import { spanCalls, spanDuration } from "../../../dashboards/signals/spans.ts";
import { FULL, fullContent } from "../../support/content.ts";

const lateness = logQuantile(0.95, "reminder.lateness_s", {
  where: { "service.name": "bot" },
  contains: "reminder delivered",
  seconds: 900,
});

interface Widget {
  readonly title: string;
  readonly layout: { readonly column: number; readonly row: number; readonly width: number; readonly height: number };
  readonly visualization: { readonly id: string };
  readonly rawConfiguration: {
    readonly nrqlQueries?: readonly { readonly accountIds: readonly number[]; readonly query: string }[];
  };
}
interface Dashboard {
  readonly pages: readonly { readonly name: string; readonly widgets: readonly Widget[] }[];
}

const text = renderNewRelicDashboard({ accountId: 4711, environment: "prod", content: fullContent });
const dashboard = JSON.parse(text) as Dashboard;
const widgets = dashboard.pages.flatMap((page) => page.widgets);

/** The forms the compiler writes: FROM, SELECT, then clauses in New Relic's order. There is no NRQL grammar to ask. */
const FORM =
  /^FROM (Metric|Log|Span) SELECT \S.*?( WHERE \S.*?)?( FACET \S.*?)?( ORDER BY \S.*?)?( LIMIT \d+)?( TIMESERIES)?$/;

describe("New Relic", () => {
  test("gets one dashboard with a page per board and a widget per panel", () => {
    expect(dashboard.pages.map((page) => page.name)).toEqual(fullContent.boards.map((board) => board.title));
    expect(widgets).toHaveLength(fullContent.boards.flatMap(panelsOf).length);
    expect(renderNewRelicDashboard({ accountId: 4711, environment: "prod", content: fullContent })).toBe(text);
  });

  test("asks in its own grammar, with balanced brackets and quotes, for the chosen environment", () => {
    const queries = widgets.flatMap((widget) => widget.rawConfiguration.nrqlQueries ?? []);
    expect(queries.length).toBeGreaterThan(150);
    for (const { query, accountIds } of queries) {
      expect(accountIds).toEqual([4711]);
      expect(query).toMatch(FORM);
      expect(query).toContain("deployment.environment.name IN ({{environment}})");
      expect(query.split("(").length, query).toBe(query.split(")").length);
      expect(query.split("`").length % 2, query).toBe(1);
      expect(query.replaceAll("\\'", "").split("'").length % 2, query).toBe(1);
    }
  });

  test("has no two widgets over each other in its twelve columns", () => {
    for (const page of dashboard.pages) {
      const cells = new Set<string>();
      for (const { layout, title } of page.widgets) {
        expect(layout.column).toBeGreaterThanOrEqual(1);
        expect(layout.column + layout.width - 1, title).toBeLessThanOrEqual(12);
        expect(Number.isInteger(layout.width) && Number.isInteger(layout.column), title).toBe(true);
        for (let x = layout.column; x < layout.column + layout.width; x++) {
          for (let y = layout.row; y < layout.row + layout.height; y++) {
            expect(cells.has(`${x},${y}`), `${page.name}: ${title}`).toBe(false);
            cells.add(`${x},${y}`);
          }
        }
      }
    }
  });

  test("computes a share from two filtered counts, a quantile and a number out of a log", () => {
    const scope = { "deployment.environment.name": "prod" };
    expect(nrqlText(compileNrql(httpSignals("api", "python").errors.value, scope), "")).toBe(
      "FROM Metric SELECT filter(count(`http.server.request.duration`), WHERE http.response.status_code >= 500 AND http.response.status_code < 600) / count(`http.server.request.duration`) WHERE deployment.environment.name = 'prod' AND service.name = 'api'",
    );
    expect(nrqlText(compileNrql(httpSignals("api", "python").p95.value, scope), "TIMESERIES")).toBe(
      "FROM Metric SELECT percentile(`http.server.request.duration`, 95) WHERE deployment.environment.name = 'prod' AND service.name = 'api' TIMESERIES",
    );
    expect(nrqlText(compileNrql(lateness, scope), "")).toBe(
      "FROM Log SELECT percentile(numeric(reminder.lateness_s), 95) WHERE deployment.environment.name = 'prod' AND service.name = 'bot' AND message LIKE '%reminder delivered%'",
    );
  });

  test("compares numbers with numbers, since a number equals no text there", () => {
    const select = (match: Match): string =>
      compileNrql(rate(spanCalls, { where: { "http.response.status_code": match } }), {}).where;
    expect(select("429")).toBe("http.response.status_code = 429");
    expect(select(["429", "503"])).toBe("(http.response.status_code = 429 OR http.response.status_code = 503)");
    expect(select({ like: "5.." })).toBe("http.response.status_code >= 500 AND http.response.status_code < 600");
    expect(select({ unlike: "5.." })).toBe(
      "(http.response.status_code IS NULL OR http.response.status_code < 500 OR http.response.status_code >= 600)",
    );
    expect(() => select({ like: "5\\d+" })).toThrow('"5\\d+" cannot select numbers');
    for (const { rawConfiguration } of widgets) {
      for (const { query } of rawConfiguration.nrqlQueries ?? [])
        expect(query).not.toMatch(/response.status_code( NOT)? (R?LIKE|IN|!?= ')/);
    }
  });

  test("shows the groups with the highest values, not those with the most rows", () => {
    const busiest = compileNrql(top(10, rate(spanCalls, { by: ["span.name"] })), {});
    expect(nrqlText(busiest, "TIMESERIES")).toBe(
      "FROM Metric SELECT rate(sum(`traces.span.metrics.calls`), 1 second) FACET span.name ORDER BY sum(`traces.span.metrics.calls`) LIMIT 10 TIMESERIES",
    );
    // percentiles pick by themselves
    expect(compileNrql(top(10, quantile(0.95, spanDuration, { by: ["span.name"] })), {}).order).toBeUndefined();
  });

  test("judges log records by a timer, since the next one may never come", () => {
    const methods = renderNewRelicConditions({ environment: "prod", content: fullContent }).map((one) => [
      one.nrql.query.startsWith("FROM Log"),
      one.aggregationMethod,
      one.aggregationTimer,
      one.aggregationDelay,
    ]);
    expect(new Set(methods.map((one) => JSON.stringify(one)))).toEqual(
      new Set(['[false,"event_flow",null,"120"]', '[true,"event_timer","60",null]']),
    );
  });

  test("judges every alert within its limits, and opens a violation on silence only where silence is the alert", () => {
    const conditions = renderNewRelicConditions({ environment: "prod", content: fullContent });
    expect(conditions.length).toBeGreaterThan(40);
    for (const one of conditions) {
      expect(one.critical.thresholdDuration % one.aggregationWindow).toBe(0);
      expect(one.critical.thresholdDuration).toBeLessThanOrEqual(7200);
      expect(one.openViolationOnExpiration).toBe(!one.closeViolationsOnExpiration);
      expect(one.nrql.query).toContain("deployment.environment.name = 'prod'");
    }
    expect(conditions.filter((one) => one.openViolationOnExpiration).map((one) => one.name)).toEqual([
      "status has stopped running on its schedule",
      ...["api", "bot", "notification", "status", "frontend", "worker"].map((name) => `${name} sends no telemetry`),
      "PostgreSQL cannot be read",
      "Redis cannot be read",
      "RabbitMQ cannot be read",
      "The collector sends nothing",
    ]);
    // in calibration they are judged all the same, and nobody is notified
    expect(renderNewRelicConditions({ environment: "prod", content: fullContent, calibration: true })).toEqual(
      conditions,
    );
  });

  test("keeps the objectives as service levels of their services", () => {
    const levels = renderNewRelicServiceLevels({
      environment: "prod",
      content: contentOf({ ...FULL, targets: { "api-latency": 0.9 } }),
    });
    expect(levels.map((level) => [level.name, level.service, level.objective.target])).toEqual([
      ["api availability", "api", 99.5],
      ["api latency", "api", 90],
      ["bot success", "bot", 99],
      ["worker success", "worker", 99],
      ["Notification timeliness", "bot", 99],
    ]);
    const where = "deployment.environment.name = 'prod' AND service.name = 'api'";
    const attribute = "http.server.request.duration";
    expect(levels[1]?.validEvents).toEqual({ from: "Metric", select: { function: "COUNT", attribute }, where });
    expect(levels[1]?.goodEvents).toEqual({
      from: "Metric",
      select: { function: "GET_CDF_COUNT", attribute, threshold: 0.5 },
      where,
    });
    expect(levels[4]?.validEvents.from).toBe("Log");
  });
});
