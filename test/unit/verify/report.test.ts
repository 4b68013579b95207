import { describe, expect, test } from "vitest";
import { renderReport } from "../../../verify/report.ts";
import type { BackendReport, Result } from "../../../verify/report-types.ts";

const proven = (
  id: string,
  group: Result["group"],
  label: string,
  detail: string,
  given: Partial<Result> = {},
): Result => ({
  id,
  group,
  label,
  detail,
  required: true,
  found: true,
  seenAfterSeconds: 2.5,
  ...given,
});
const absent = (id: string, group: Result["group"], label: string, detail: string, required = true): Result => ({
  id,
  group,
  label,
  detail,
  required,
  found: false,
});

const complete: BackendReport = {
  backend: "Jaeger at http://127.0.0.1:16686",
  complete: true,
  missing: [],
  unprovable: [],
  idle: [],
  firstTraceSeconds: { api: 2.5 },
  results: [
    proven("api/traces", "signal", "api traces", "9 spans in 2 traces"),
    proven("api/metrics", "signal", "api metrics", "4 metrics", { seenAfterSeconds: 11 }),
    proven("api/logs", "signal", "api logs", "3 records with a trace id"),
    absent("frontend/traces", "signal", "frontend traces", "no span of it arrived", false),
    proven("edge/api/Redis", "edge", "api -> Redis", 'child span "GET"', {
      traceUrl: "http://127.0.0.1:16686/trace/0a",
    }),
    proven("infrastructure/redis", "infrastructure", "Redis metrics", "redis.uptime"),
  ],
};

const render = (backend: BackendReport, colours = false): string =>
  renderReport(
    { since: "2026-01-01T00:00:00.000Z", seconds: 11, complete: backend.complete, backends: [backend] },
    { colours },
  );

describe("the report", () => {
  test("is a matrix, the edges, the sources, a link and a verdict", () => {
    expect(render(complete).split("\n")).toEqual([
      "Telemetry proven on Jaeger at http://127.0.0.1:16686 (seconds until it could be read)",
      "  service   traces     metrics     logs",
      "  api       yes 2.5 s  yes 11.0 s  yes 2.5 s",
      "  frontend  not seen",
      "",
      "Edges",
      '  api -> Redis  yes 2.5 s  child span "GET"',
      "",
      "Infrastructure",
      "  Redis metrics  yes 2.5 s  redis.uptime",
      "",
      "A real trace (api -> Redis): http://127.0.0.1:16686/trace/0a",
      "",
      "Complete: 5 of 6 proven.",
    ]);
  });

  test("names what is missing, last", () => {
    const results = [absent("bot/logs", "signal", "bot logs", "no log record of it arrived"), ...complete.results];
    const missing = ["bot logs missing after 60 s: no log record of it arrived since 2026-01-01T00:00:00.000Z."];
    const lines = render({ ...complete, complete: false, results, missing }).split("\n");
    expect(lines.at(-1)).toBe(`MISSING  ${missing[0]}`);
    expect(lines.join("\n")).not.toContain("Complete:");
  });

  test("says what could not be asked, without calling it missing", () => {
    const refused: Result = { ...absent("bot/metrics", "signal", "bot metrics", "no queries"), unprovable: true };
    const results = [proven("bot/traces", "signal", "bot traces", "written"), refused];
    const lines = render({ ...complete, results, unprovable: ["bot metrics: no queries"] }).split("\n");
    expect(lines[2]).toBe("  bot      yes 2.5 s  unverifiable on this plan");
    expect(lines.slice(-2)).toEqual(["Complete: 1 of 2 proven.", "UNVERIFIABLE   bot metrics: no queries"]);
  });

  test("says what a service had no occasion to show, without calling it missing or proven", () => {
    const silent: Result = { ...absent("bot/logs", "signal", "bot logs", "it wrote no record"), idle: true };
    const results = [proven("bot/traces", "signal", "bot traces", "written"), silent];
    const lines = render({ ...complete, results, idle: ["bot logs: it wrote no record"] }).split("\n");
    expect(lines[2]).toMatch(/^ {2}bot +yes 2\.5 s +nothing to show$/);
    expect(lines.slice(-2)).toEqual(["Complete: 1 of 1 proven.", "NOTHING TO SHOW   bot logs: it wrote no record"]);
  });

  test("has colours only when asked", () => {
    const escapeCode = "\u001b[";
    expect(render(complete)).not.toContain(escapeCode);
    expect(render(complete, true)).toContain(escapeCode);
  });
});
