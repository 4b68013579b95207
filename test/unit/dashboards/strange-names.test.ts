import { describe, expect, test } from "vitest";
import { compileLogql, logLines } from "../../../dashboards/compile/logql.ts";
import { compileLogsql } from "../../../dashboards/compile/logsql.ts";
import { compileNrql, conditions, logConditions } from "../../../dashboards/compile/nrql.ts";
import { compilePromql } from "../../../dashboards/compile/promql.ts";
import { compileTraceql } from "../../../dashboards/compile/traceql.ts";
import { logRate, quantile, rate } from "../../../dashboards/model/build.ts";
import type { Where } from "../../../dashboards/model/expression.ts";
import { type Metric, type MetricKind, prometheusLabel, prometheusName } from "../../../dashboards/model/metric.ts";
import { logqlFaults, logsqlFaults, promqlFaults, traceqlFaults } from "./grammar.ts";

/** Metrics, attributes and values as other teams call theirs; a content pack may name any. */

/** What github.com/prometheus/otlptranslator v1.0.0, which Prometheus takes OTLP in with, makes of them. */
describe("a metric of another team has the name that Prometheus gives it", () => {
  test.each<[string, MetricKind, string, string]>([
    ["orders", "counter", "orders", "orders_total"],
    ["basket.size", "histogram", "items", "basket_size_items"],
    ["basket.size", "histogram", "{item}", "basket_size"],
    ["shipment.weight", "gauge", "kg", "shipment_weight_kg"],
    ["oven.temperature", "gauge", "Cel", "oven_temperature_celsius"],
    ["disk.fill", "gauge", "%", "disk_fill_percent"],
    ["wait", "histogram", "min", "wait_minutes"],
    ["upload.size", "histogram", "MBy", "upload_size_megabytes"],
    ["throughput", "gauge", "By/s", "throughput_bytes_per_second"],
    ["speed", "gauge", "m/s", "speed_meters_per_second"],
    ["orders.rate", "gauge", "{order}/h", "orders_rate_per_hour"],
    ["2fa.attempts", "counter", "1", "_2fa_attempts_total"],
    ["total", "counter", "", "total"],
    ["total.sum", "counter", "EUR", "sum_EUR_total"],
    ["ratio.of.hits", "gauge", "1", "of_hits_ratio"],
    ["Größe__alt", "gauge", "€", "Gr_e_alt"],
    ["job:instance", "gauge", "", "job:instance"],
  ])("%s, a %s of %s: %s", (name, kind, unit, expected) => {
    expect(prometheusName({ name, kind, unit })).toBe(expected);
  });

  test.each([
    ["2fa.result", "key_2fa_result"],
    ["_id", "key_id"],
    ["__name", "__name"],
    ["Kunde-Nr", "Kunde_Nr"],
    ["größe", "gr__e"],
    ["🎲.side", "__side"],
    ["job", "job"],
  ])("the attribute %s is the label %s", (attribute, label) => {
    expect(prometheusLabel(attribute)).toBe(label);
  });
});

const KEYS = ["2fa.result", "_id", "Kunde-Nr", "größe", "job", "le.x", "by", "a b", "x:y", 'quote"d', "percent%"];
const VALUES = [
  "",
  "a'b",
  'a"b',
  "a\\b",
  "a`b",
  "100 %",
  "$env",
  "{{x}}",
  "%{HOME}",
  "a|b",
  ".*",
  "ä€🎲",
  "line\nbreak",
  "-- x",
  "//",
];
const attempts: Metric = {
  name: "2fa.attempts",
  kind: "counter",
  unit: "tries",
  source: "sdk:runtime",
  attributes: KEYS,
};
const waited: Metric = { ...attempts, name: "Wait Time (all)", kind: "histogram", unit: "min" };
const context = { window: "5m", scope: { "deployment.environment.name": "dev" } };

describe("queries follow their grammars whatever attributes and values are called", () => {
  const wheres: readonly Where[] = KEYS.flatMap((key) =>
    VALUES.flatMap((value): readonly Where[] => [
      { [key]: value },
      { [key]: { not: value } },
      { [key]: [value, "other"] },
      { [key]: { without: [value] } },
    ]),
  );

  test.each(KEYS)("%s", (key) => {
    for (const where of wheres.filter((each) => Object.hasOwn(each, key))) {
      const counted = rate(attempts, { where, by: [key] });
      expect(promqlFaults(compilePromql(counted, context))).toEqual([]);
      expect(promqlFaults(compilePromql(quantile(0.5, waited, { where }), context))).toEqual([]);
      const logs = logRate("info", { where, by: [key], contains: VALUES.join(" ") });
      expect(logqlFaults(compileLogql(logs, context))).toEqual([]);
      expect(logsqlFaults(compileLogsql(logs, context))).toEqual([]);
      // this parser of TraceQL knows no escapes but those of quotes and backslashes; Tempo reads them as Go does
      if (JSON.stringify(where).includes("\\n")) continue;
      expect(traceqlFaults(compileTraceql({ where, pick: "failed" }, context.scope))).toEqual([]);
    }
  });
});

test("a text with signs that LIKE takes for any others is looked for by a pattern on New Relic", () => {
  expect(logConditions("info", "disk 90% full")).toEqual(["message RLIKE r'(?s).*(disk 90% full).*'"]);
  expect(logConditions("info", "job_failed")).toEqual(["message RLIKE r'(?s).*(job_failed).*'"]);
  expect(logConditions("info", "it's late")).toEqual(["message LIKE '%it\\'s late%'"]);
});

test("an attribute with signs of NRQL stands in back ticks, and a value ends where it ends", () => {
  expect(conditions({ "2fa.result": "a'b\\" })).toEqual(["`2fa.result` = 'a\\'b\\\\'"]);
  expect(compileNrql(rate(attempts, { by: ["Kunde-Nr"] }), {}).facet).toEqual(["`Kunde-Nr`"]);
});

test("a value of a label of Loki's streams is quoted as it is", () => {
  expect(logLines({ "service.name": 'a"b\\c' }, "info", {})).toContain('{service_name="a\\"b\\\\c"}');
});
