import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const conf = readFileSync(join(import.meta.dirname, "../../../console/nginx/nginx.conf"), "utf8");
const read = readFileSync(join(import.meta.dirname, "../../../console/nginx/read.conf"), "utf8");

/** The patterns of what is passed on; nginx tries them in the order of the file, all of them are anchored. */
const passed = [...conf.matchAll(/location ~ "([^"]+)"/g)].map(([, pattern = ""]) => new RegExp(pattern));
const passes = (path: string): boolean => passed.some((pattern) => pattern.test(path));

describe("the proxy of the console", () => {
  test.each([
    "/api/prometheus/api/v1/query_range",
    "/api/prometheus/api/v1/label/service_name/values",
    "/api/jaeger/api/traces",
    "/api/jaeger/api/traces/4bf92f3577b34da6a3ce929d0e0e4736",
    "/api/jaeger/api/v3/traces",
    "/api/victorialogs/select/logsql/query",
    "/api/victorialogs/select/logsql/tail",
    "/api/alertmanager/api/v2/alerts",
  ])("passes %s", (path) => {
    expect(passes(path)).toBe(true);
  });

  test.each([
    "/api/prometheus/api/v1/admin/tsdb/delete_series",
    "/api/prometheus/api/v1/write",
    "/api/prometheus/api/v1/otlp/v1/metrics",
    "/api/prometheus/-/reload",
    "/api/prometheus/api/v1/query/../admin/tsdb/snapshot",
    "/api/jaeger/api/traces/4bf9/archive",
    "/api/victorialogs/insert/jsonline",
    "/api/victorialogs/delete/run_task",
    "/api/victorialogs/internal/force_merge",
    "/api/alertmanager/api/v2/silences",
    "/api/alertmanager/api/v2/alerts/more",
    "/api/collector/v1/traces",
  ])("refuses %s", (path) => {
    expect(passes(path)).toBe(false);
  });

  test("anchors every pattern, refuses the rest, and passes GET only", () => {
    expect(passed).toHaveLength(4);
    expect(conf.match(/location = \/ready\/(alertmanager|vmalert) /g)).toHaveLength(2);
    for (const { source } of passed) expect(source).toMatch(/^\^.*\$$/);
    expect(conf).toContain("location /api/ { return 403; }");
    expect(read).toContain("limit_except GET { deny all; }");
  });

  test("answers to names of this machine only", () => {
    const [, pattern = ""] = /"(~\^[^"]+)" 1;/.exec(conf) ?? [];
    const known = new RegExp(pattern.slice(1));
    expect(["localhost", "127.0.0.1:3001", "[::1]:3001"].filter((host) => !known.test(host))).toEqual([]);
    const foreign = ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:3001", "127x0.0.1", ""];
    expect(foreign.filter((host) => known.test(host))).toEqual([]);
  });
});
