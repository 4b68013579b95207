import { describe, expect, test } from "vitest";
import type { TraceSpan } from "../../../boards-page/model.ts";
import { compareTraces } from "../../../console/src/compare-traces.ts";
import { attributesIn, logsQuery } from "../../../console/src/search.ts";

describe("attributes as a person types them", () => {
  test.each([
    ["http.route=/api/games", { "http.route": "/api/games" }],
    ['user="a b" error=true', { user: "a b", error: "true" }],
    ["  one  two=2 ", { two: "2" }],
    ["", {}],
    ["a==b", { a: "=b" }],
  ])("%s", (text, attributes) => {
    expect(attributesIn(text)).toEqual(attributes);
  });
});

describe("a search in the logs is LogsQL", () => {
  test("of the environment alone", () => {
    expect(logsQuery({ environment: "dev" })).toBe('"deployment.environment.name":="dev"');
  });

  test("with every condition, each as it was typed", () => {
    expect(
      logsQuery({
        environment: "dev",
        service: "api",
        severity: "error",
        traceId: "4bf9",
        text: ' say "no" | delete ',
      }),
    ).toBe(
      '"deployment.environment.name":="dev" "service.name":="api" trace_id:="4bf9" severity_number:>=17 _msg:i("say \\"no\\" | delete")',
    );
  });
});

test("two traces are compared by operation, the largest difference in time first", () => {
  const span = (name: string, duration: number): TraceSpan => ({
    id: name,
    parent: undefined,
    service: "api",
    name,
    start: 0,
    duration,
    failed: false,
    attributes: {},
    resource: {},
    events: [],
  });
  const first = { id: "a", spans: [span("GET", 100), span("SELECT", 30), span("SELECT", 20)] };
  const second = { id: "b", spans: [span("GET", 90), span("SELECT", 450), span("DEL", 5)] };
  expect(compareTraces(first, second)).toEqual([
    {
      service: "api",
      name: "SELECT",
      difference: 400,
      first: { count: 2, micros: 50 },
      second: { count: 1, micros: 450 },
    },
    {
      service: "api",
      name: "GET",
      difference: -10,
      first: { count: 1, micros: 100 },
      second: { count: 1, micros: 90 },
    },
    {
      service: "api",
      name: "DEL",
      difference: 5,
      first: { count: 0, micros: 0 },
      second: { count: 1, micros: 5 },
    },
  ]);
});
