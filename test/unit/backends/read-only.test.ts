import { describe, expect, test } from "vitest";
import {
  jaegerReads,
  lgtmReads,
  prometheusReads,
  type ReadOnlyStore,
  readOnlyConf,
  victoriaLogsReads,
} from "../../../components/backends/read-only.ts";

/** What nginx decides by the map that it is given: `GET /metrics` at the port of the store. */
function passes(store: ReadOnlyStore, stores: readonly ReadOnlyStore[] = [store]): (request: string) => boolean {
  const patterns = [...readOnlyConf(stores).matchAll(/^ {2}"~(\S.*)" 1;$/gm)].map(
    ([, pattern = ""]) => new RegExp(pattern),
  );
  expect(patterns.length).toBeGreaterThan(0);
  return (request) => patterns.some((pattern) => pattern.test(`${store.port} ${request}`));
}

const WRITES: readonly (readonly [string, ReadOnlyStore, readonly string[]])[] = [
  [
    "Prometheus",
    prometheusReads(),
    [
      ...["/api/v1/write", "/api/v1/otlp/v1/metrics", "/-/reload", "/-/quit", "/api/v1/admin/tsdb/snapshot"],
      ...["/api/v1/admin/tsdb/delete_series?match[]=up", "/api/v1/admin/tsdb/clean_tombstones", "/api/v1/read"],
      ...["/debug/pprof/profile", "//api/v1/write", "/api/v1/query/../write", "/api/v1/%77rite", "/assets/../-/quit"],
    ],
  ],
  [
    "VictoriaLogs",
    victoriaLogsReads,
    [
      ...[
        "/insert/jsonline",
        "/insert/elasticsearch/_bulk",
        "/insert/loki/api/v1/push",
        "/insert/opentelemetry/v1/logs",
      ],
      ...["/delete/run_task?filter=*", "/internal/force_merge", "/internal/force_flush", "/internal/partition/detach"],
      ...[
        "/select/../insert/jsonline",
        "/select/logsql/query/../../../insert/jsonline",
        "/select/vmui/../../delete/run_task",
      ],
      ...[
        "/select/vmui/..%2f..%2finsert/jsonline",
        "/%69nsert/jsonline",
        "/flags",
        "/debug/pprof/heap",
        "/select/delete",
      ],
    ],
  ],
  [
    "Grafana",
    lgtmReads[0] as ReadOnlyStore,
    [
      ...[
        "/api/datasources/proxy/uid/loki/ingester/shutdown",
        "/api/datasources/proxy/1/flush",
        "/api/plugin-proxy/x/y",
      ],
      ...[
        "/api/datasources/%70roxy/uid/loki/flush",
        "/api//datasources/proxy/1/flush",
        "/x/../api/datasources/proxy/1/flush",
      ],
    ],
  ],
  ["Tempo", lgtmReads[1] as ReadOnlyStore, ["/flush", "/shutdown", "/v1/traces", "/partition-ring"]],
  ["Loki", lgtmReads[3] as ReadOnlyStore, ["/loki/api/v1/push", "/flush", "/ingester/shutdown", "/loki/api/v1/delete"]],
];

describe("a store that is published for reading", () => {
  test.each(WRITES)("%s is not written to, by any method", (_, store, paths) => {
    const passed = passes(store);
    for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
      expect(paths.filter((path) => passed(`${method} ${path}`))).toEqual([]);
  });

  test("takes POST for nothing but questions", () => {
    for (const store of [prometheusReads(), jaegerReads, victoriaLogsReads, ...lgtmReads]) {
      const passed = passes(store);
      const asked = ["/", "/api/traces", "/api/v2/silences", "/api/archive/1f", "/api/dashboards/db", "/api/v1/rules"];
      expect(asked.filter((path) => passed(`POST ${path}`))).toEqual([]);
    }
  });

  test.each([
    [
      "Prometheus",
      prometheusReads(),
      ["GET /", "GET /graph?g0.expr=up", "GET /api/v1/query?query=a/../b", "POST /api/v1/query_range"],
    ],
    [
      "Prometheus",
      prometheusReads(),
      ["GET /api/v1/label/service_name/values", "GET /-/ready", "GET /assets/index-1.js"],
    ],
    ["Jaeger", jaegerReads, ["GET /", "GET /api/traces?service=a", "GET /api/services/my%20service/operations"]],
    [
      "VictoriaLogs",
      victoriaLogsReads,
      ["GET /select/logsql/query?query=*", "POST /select/logsql/hits", "GET /select/vmui/assets/a.js"],
    ],
    [
      "Grafana",
      lgtmReads[0] as ReadOnlyStore,
      ["GET /d/x/board?from=now-1h", "POST /api/ds/query?ds_type=loki", "GET /api/datasources/uid/loki"],
    ],
    [
      "Grafana",
      lgtmReads[0] as ReadOnlyStore,
      [
        "GET /api/datasources/uid/prometheus/resources/api/v1/labels",
        "GET /api/datasources/proxy/uid/tempo/api/v2/traces/1f",
      ],
    ],
    ["Loki", lgtmReads[3] as ReadOnlyStore, ["GET /loki/api/v1/query_range?query=x", "GET /ready"]],
    [
      "Tempo",
      lgtmReads[1] as ReadOnlyStore,
      ["GET /api/search?q=x", "GET /api/v2/search/tag/resource.service.name/values"],
    ],
  ])("%s is asked as its page and verify ask it", (_, store, requests) => {
    expect(requests.filter((request) => !passes(store)(request))).toEqual([]);
  });

  test("is asked at its own port by what only that store may be asked", () => {
    const passed = passes(jaegerReads, [jaegerReads, prometheusReads()]);
    expect([
      passed("GET /api/archive"),
      passes(prometheusReads(), [jaegerReads, prometheusReads()])("GET /api/archive"),
    ]).toEqual([true, false]);
  });
});
