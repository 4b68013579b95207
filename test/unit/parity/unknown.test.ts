import { describe, expect, test } from "vitest";
import { readField } from "../../parity/evaluate/honeycomb/field.ts";
import { readNrql } from "../../parity/evaluate/new-relic/nrql.ts";
import { originOf } from "../../parity/evaluate/recorded/names.ts";
import { samplesOf } from "../../parity/evaluate/recorded/notation.ts";
import { readLogql } from "./loki/logql.ts";

describe("what the evaluators do not know is an error, never a guess", () => {
  test.each([
    ["a table", "FROM Transaction SELECT count(*) WHERE a = 'b'"],
    ["a function", "FROM Metric SELECT stddev(`m`) WHERE a = 'b'"],
    ["a clause", "FROM Metric SELECT count(*) WHERE a = 'b' SINCE 1 hour ago"],
    ["an operator", "FROM Metric SELECT count(*) WHERE a NOT IN ('b')"],
    ["OR", "FROM Metric SELECT count(*) WHERE a = 'b' OR a = 'c'"],
    ["a query of everything", "FROM Metric SELECT count(*)"],
  ])("in NRQL: %s", (_, query) => {
    expect(() => readNrql(query)).toThrow(/^(Not understood|Unknown)/);
  });

  test.each([
    ["a function", 'sum(bytes_rate({a="b"} [5m])) > 1'],
    ["a parser", 'sum(rate({a="b"} | json [5m])) > 1'],
    ["a matcher", 'sum(rate({a!~"b"} [5m])) > 1'],
    ["without", 'sum without (a) (rate({a="b"} [5m])) > 1'],
  ])("in LogQL: %s", (_, query) => {
    expect(() => readLogql(query)).toThrow(/^(Not understood|Unknown)/);
  });

  test.each([
    ["a function", "CONCAT($a, 1)"],
    ["what only metrics have", "RATE($a, 300)"],
    ["something behind it", "IF($a, 1, 0) + 1"],
  ])("in Honeycomb's fields: %s", (_, text) => {
    expect(() => readField(text)).toThrow(/^(Not understood|Unknown)/);
  });

  test("a metric that no alert reads any more, or a notation that is none", () => {
    expect(() => originOf("redis_uptime_minutes_total")).toThrow("No alert and no objective reads a metric");
    expect(() => samplesOf("1+x3")).toThrow("is no notation of samples");
  });
});

describe("a case's notation", () => {
  test("means what Prometheus' rule tester makes of it", () => {
    expect(samplesOf("0+2x3 _x2 7x1")).toEqual([0, 2, 4, 6, undefined, undefined, 7, 7]);
  });
});
