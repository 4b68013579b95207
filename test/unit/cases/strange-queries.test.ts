import { describe, expect, test } from "vitest";
import { compileLogql, logLines } from "../../../dashboards/compile/logql.ts";
import { compileLogsql } from "../../../dashboards/compile/logsql.ts";
import { compileNrql, nrqlText } from "../../../dashboards/compile/nrql.ts";
import { compilePromql } from "../../../dashboards/compile/promql.ts";
import { contentOf } from "../../../dashboards/content.ts";
import type { Role } from "../../../dashboards/facts.ts";
import { panelsOf, signalsOf } from "../../../dashboards/model/board.ts";
import { logRate, ratio } from "../../../dashboards/model/build.ts";
import { leavesOf, readsLogs } from "../../../dashboards/model/expression.ts";
import { renderHoneycombSlos } from "../../../dashboards/render/honeycomb/slos.ts";
import { httpSignals } from "../../../dashboards/signals/http.ts";
import { EXAMPLE, exampleContent, fullContent, service } from "../../support/content.ts";
import { logqlFaults, logsqlFaults, promqlFaults } from "../dashboards/grammar.ts";

const scope = { "deployment.environment.name": "dev" };
const logql = { window: "5m", scope };

describe("Loki knows few attributes as labels of a stream", () => {
  test("what it keeps with each record is asked behind the selector", () => {
    const where = { "service.name": "shop", "http.route": "/pay", "http.response.status_code": { like: "5.." } };
    const query = logLines(where, "warn", scope, "declined");
    expect(query).toBe(
      '{deployment_environment_name="dev", service_name="shop"} |= "declined" | http_route="/pay" | http_response_status_code=~"5.." | severity_number >= 13',
    );
    expect(logqlFaults(query)).toEqual([]);
  });

  test("records are never selected by such an attribute alone", () => {
    expect(logLines({ "http.route": "/pay" }, "info", {})).toBe('{service_name=~".+"} | http_route="/pay"');
  });
});

test("a record whose value is no number fails no share on Loki", () => {
  const valid = logRate("info", { contains: "sent" });
  const good = logRate("info", { contains: "sent", atMost: { attribute: "lateness_s", value: 60 } });
  const query = compileLogql(ratio(good, valid), logql);
  expect(query).toContain('|= "sent" | lateness_s <= 60 | __error__="" [5m]');
  expect(logqlFaults(query)).toEqual([]);
});

describe("a service of several processes", () => {
  test("has the requests in progress of all of them on New Relic, not of the last that reported", () => {
    const { value } = httpSignals("shop", "python").active;
    expect(nrqlText(compileNrql(value, scope), "")).toContain(
      "SELECT average(`http.server.active_requests`) * uniqueCount(service.instance.id)",
    );
  });

  test("is known as such by every number that is added up over them", () => {
    const signals = [
      ...fullContent.boards.flatMap(panelsOf).flatMap(signalsOf),
      ...fullContent.alerts.map((a) => a.signal),
    ];
    const added = signals
      .flatMap(({ value }) => leavesOf(value))
      .flatMap((leaf) => (leaf.op === "level" && leaf.aggregate === "sum" ? [leaf.metric] : []))
      .filter(({ source }) => source.startsWith("sdk:"));
    expect(added.length).toBeGreaterThan(3);
    for (const { name, attributes } of added) expect(attributes, name).toContain("service.instance.id");
  });
});

test("a request that nobody waited for has no status code, and is no server error to Honeycomb's objective either", () => {
  const slos = renderHoneycombSlos({ environment: "dev", content: exampleContent });
  expect(slos.find(({ id }) => id === "api-availability")?.sli.expression).toContain(
    "OR(NOT(EXISTS($http.response.status_code)), LT($http.response.status_code, 500))",
  );
});

describe("services named like words of the languages", () => {
  const ROLES: readonly Role[] = ["http", "worker", "bot", "daemon", "frontend"];
  const NAMES = [
    ...["by", "on", "or", "and", "sum", "rate", "up", "null", "true", "no", "select", "where", "all", "none", "logs"],
    ...["a", "x".repeat(40), "a-b", "shop-1", "silence", "error", "expected", "overview", "messaging-1", "n", "y"],
  ];
  const services = NAMES.map((name, i) => {
    const role = ROLES[i % ROLES.length] ?? "http";
    const runtime = role === "frontend" ? "nginx" : "python";
    return { ...service(name, role, runtime), ...(role === "daemon" && { every: 30 }) };
  });
  const content = contentOf({ ...EXAMPLE, services, packs: [] });
  const signals = [...content.boards.flatMap(panelsOf).flatMap(signalsOf), ...content.alerts.map((a) => a.signal)];

  test("have queries that follow the grammars", () => {
    expect(signals.length).toBeGreaterThan(500);
    for (const { id, value } of signals) {
      const faults = readsLogs(value)
        ? [...logqlFaults(compileLogql(value, logql)), ...logsqlFaults(compileLogsql(value, logql))]
        : promqlFaults(compilePromql(value, logql));
      expect(faults, id).toEqual([]);
    }
  });

  test("have boards, alerts and objectives of their own", () => {
    for (const of of [content.boards, content.alerts, content.objectives]) {
      const ids = of.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
    const silences = content.alerts.filter(({ id }) => id.startsWith("silence-"));
    expect(silences.map(({ id }) => id.slice("silence-".length))).toEqual(NAMES);
  });
});
