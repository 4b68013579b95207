import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type Measured, measure, topSources, widest } from "../../../cost/measure.ts";
import { type Metrics, metricsOf } from "../../../cost/prometheus.ts";
import { costReport, renderCost } from "../../../cost/report.ts";
import { isWorkload } from "../../../cost/workload.ts";
import { EXAMPLE_UNCOUNTED, MEASURED } from "../../support/fixtures/cost/example.ts";

const measured: Measured = { minutes: 60, made: MEASURED.spans, ...MEASURED };

describe("the report", () => {
  const report = costReport("dev", EXAMPLE_UNCOUNTED, measured, [
    { metric: "a_bucket", series: 648, label: { name: "span_name", values: 28 } },
  ]);

  test("compares at the requests that were measured, whatever is stated", () => {
    expect(report.rows.map(({ what, estimated }) => [what, Number(estimated.toPrecision(3))])).toEqual([
      ["series", 3190],
      ["points", 87.3],
      ["spans", 12.6],
      ["records", 2.37],
    ]);
    expect(report.holds).toBe(true);
    const stated = { ...EXAMPLE_UNCOUNTED, traffic: { requests: 1, spans: 1000, records: 1000, series: 10 } };
    expect(costReport("dev", stated, measured, []).rows).toEqual(report.rows);
  });

  test("says what such a month costs on every vendor", () => {
    const usd = Object.entries(report.bills).map(([kind, bill]) => [kind, Math.round(bill.usd)]);
    expect(usd).toEqual([
      ["grafana-cloud", 37],
      ["new-relic", 22],
      ["honeycomb", 130],
      ["datadog", 57],
      ["elastic", 7],
    ]);
  });

  test("is a table for a person", () => {
    expect(renderCost(report)).toBe(
      [
        "Stack dev, the last 60 minutes: 1.86 requests a second (traffic.requests is 1)",
        "                    estimated  measured  off",
        "  series            3189       3175      +0 %",
        "  points a second   87.3       86.3      +1 %",
        "  spans a second    12.6       12.1      +4 %",
        "  records a second  2.37       2.34      +1 %",
        "A month like that costs",
        "  grafana-cloud  at least 37 USD    prices of 2026-08-27",
        "  new-relic      at least 22 USD    prices of 2026-05-25",
        "  honeycomb      at least 130 USD   prices of 2026-05-04",
        "  datadog        at least 57 USD    prices of 2026-09-20",
        "  elastic        at least 7.34 USD  prices of 2026-08-29",
        "Metrics with the most series, and their widest label",
        "  648  a_bucket  span_name: 28 values",
        "The estimate holds: every figure is within 20 %.",
      ].join("\n"),
    );
  });

  test("does not hold where one figure is off by more, and says how to state it", () => {
    const off = costReport("dev", EXAMPLE_UNCOUNTED, { ...measured, series: 5000 }, []);
    expect(off.holds).toBe(false);
    expect(renderCost(off)).toContain("pulumi config set --path traffic.series 5000");
    expect(renderCost(off)).toContain("pulumi config set --path traffic.requests 1.86");
  });
});

test("the widest label is the one with the most values, buckets aside", () => {
  const series = [
    { __name__: "x", le: "1", route: "/a", status: "200" },
    { __name__: "x", le: "2", route: "/b", status: "200" },
    { __name__: "x", le: "3", route: "/c", status: "500" },
  ];
  expect(widest(series)).toEqual({ name: "route", values: 3 });
  expect(widest([{ __name__: "x", le: "1", route: "/a" }])).toBeUndefined();
  expect(widest([])).toBeUndefined();
});

describe("a running stack is measured", () => {
  let server: Server | undefined;
  afterEach(() => server?.close().closeAllConnections());

  /** A Prometheus that answers each query by the first of these it contains. */
  async function prometheus(answers: Readonly<Record<string, number>>): Promise<Metrics & { asked: string[] }> {
    const asked: string[] = [];
    server = createServer((request, response) => {
      const url = new URL(request.url ?? "", "http://127.0.0.1");
      const query = url.searchParams.get("query") ?? "";
      asked.push(query);
      const found = Object.entries(answers).find(([part]) => query.includes(part));
      const result = found === undefined ? [] : [{ metric: { __name__: "top" }, value: [0, String(found[1])] }];
      const data = url.pathname.endsWith("/series") ? [{ span_name: "a" }, { span_name: "b" }] : { result };
      response.end(JSON.stringify({ status: "success", data }));
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url, access: {}, selector: '{__name__!=""}', asked };
  }

  const ANSWERS = {
    process_uptime: 1260,
    quantile_over_time: 3175,
    sent_metric_points: 103_620,
    sent_spans: 14_496,
    sent_log_records: 2808,
    "service_name=~": 2232,
    traces_span_metrics_calls: 14_500,
    topk: 648,
  };

  test("since its collector started, where that is less than was asked for", async () => {
    const metrics = await prometheus(ANSWERS);
    expect(await measure(metrics, EXAMPLE_UNCOUNTED, 60)).toEqual({
      minutes: 20,
      requests: 1.86,
      series: 3175,
      points: 86.35,
      made: 14_500 / 1200,
      spans: 12.08,
      records: 2.34,
    });
    expect(metrics.asked).toContain(
      'sum(increase({__name__=~"traces_span_metrics_calls(_total)?",service_name=~"api",span_kind=~"SPAN_KIND_SERVER"}[1200s]))',
    );
    expect(await topSources(metrics)).toEqual([
      { metric: "top", series: 648, label: { name: "span_name", values: 2 } },
    ]);
  });

  test("by what its services take, where none answers requests", async () => {
    const metrics = await prometheus(ANSWERS);
    const worker = {
      ...EXAMPLE_UNCOUNTED,
      services: EXAMPLE_UNCOUNTED.services.filter(({ role }) => role === "daemon"),
    };
    await measure(metrics, worker, 60);
    expect(metrics.asked.join("\n")).toContain(
      'service_name=~"notification|status",span_kind=~"SPAN_KIND_(SERVER|CONSUMER)"',
    );
  });

  test("not before its collector has run for some minutes", async () => {
    await expect(measure(await prometheus({ process_uptime: 100 }), EXAMPLE_UNCOUNTED, 60)).rejects.toThrow(
      "The collector has run for 1.7 minutes, too short to measure: ask again when it has run for 5.",
    );
  });

  test("in the first Prometheus among its backends", () => {
    const jaeger = { kind: "jaeger", jaeger: "http://j", prometheus: "http://p", victorialogs: "http://v" } as const;
    const cloud = { kind: "grafana-cloud", grafana: "https://g.example", token: "t", tempo: "x", loki: "y" } as const;
    const honeycomb = {
      kind: "honeycomb",
      api: "https://h",
      apiKey: "k",
      metricsDataset: "m",
      ui: "https://u",
    } as const;
    expect(metricsOf([honeycomb, jaeger], "dev")).toMatchObject({ url: "http://p", selector: '{__name__!=""}' });
    expect(metricsOf([{ ...cloud, prometheus: "grafanacloud-prom" }], "prod")).toMatchObject({
      url: "https://g.example/api/datasources/proxy/uid/grafanacloud-prom",
      selector: '{deployment_environment_name="prod"}',
    });
    expect(() => metricsOf([honeycomb], "dev")).toThrow("Nothing can be measured on honeycomb");
  });
});

test("an output of before there were workloads is none", () => {
  expect([isWorkload(EXAMPLE_UNCOUNTED), isWorkload({})]).toEqual([true, false]);
});
