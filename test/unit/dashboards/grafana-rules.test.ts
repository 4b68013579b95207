import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { contentOf } from "../../../dashboards/content.ts";
import { contactPointFile, rulesFile } from "../../../dashboards/render/grafana/alerting-files.ts";
import { grafanaRouting, hasSilence } from "../../../dashboards/render/grafana/routing.ts";
import type { GrafanaRule } from "../../../dashboards/render/grafana/rule.ts";
import {
  type GrafanaRulesConfig,
  grafanaExpiryRule,
  renderGrafanaRules,
} from "../../../dashboards/render/grafana/rules.ts";
import { renderGrafanaSlos } from "../../../dashboards/render/grafana/slos.ts";
import { grafanaUid } from "../../../dashboards/render/grafana/uid.ts";
import { goDuration, goJson } from "../../../formats/go.ts";
import { FULL, fullContent } from "../../support/content.ts";
import { logqlFaults, promqlFaults, traceqlFaults } from "./grammar.ts";

const names = { contact: "person", silence: { contactPoint: "nobody", muteTiming: "always" } };
const config: GrafanaRulesConfig = {
  environment: "prod",
  content: fullContent,
  dataSources: { prometheus: "prom", loki: "logs", tempo: "traces" },
  rulePrefix: "gs-prod",
  routing: grafanaRouting({ names, kind: "webhook", calibration: false }),
  grafanaUrl: "https://games.grafana.net",
  boardPrefix: "game-scheduler-prod",
  runbookBase: "https://runbooks.example",
};
const ALERTS = fullContent.alerts;
const BURNS = 3 * fullContent.objectives.length;
const groups = renderGrafanaRules(config);
const rules = groups.flatMap((group) => group.rules);
const modelOf = (rule: GrafanaRule, refId: string): Readonly<Record<string, unknown>> =>
  JSON.parse(rule.datas.find((data) => data.refId === refId)?.model ?? "{}");

describe("values as Go gives them back", () => {
  test("sort keys, escape what matters in HTML, and leave out what is absent", () => {
    expect(goJson({ b: [{ z: 1, a: undefined }], a: "x > 1 && y < 2" })).toBe(
      '{"a":"x \\u003e 1 \\u0026\\u0026 y \\u003c 2","b":[{"z":1}]}',
    );
    expect(JSON.parse(goJson({ a: "1 > 0 & \u2028" }))).toEqual({ a: "1 > 0 & \u2028" });
  });

  test("write durations to the second", () => {
    expect([0, 45, 300, 3600, 5430].map(goDuration)).toEqual(["0s", "45s", "5m0s", "1h0m0s", "1h30m30s"]);
  });
});

describe("uids", () => {
  test("stay as they are while they fit, and are distinguished by a hash where they do not", () => {
    expect(grafanaUid("game-scheduler-prod-overview")).toBe("game-scheduler-prod-overview");
    const long = ["production-europe-postgresql", "production-europe-rabbitmq"].map((end) =>
      grafanaUid(`game-scheduler-otel-${end}`),
    );
    expect(long.map((uid) => uid.length)).toEqual([40, 40]);
    expect(new Set(long).size).toBe(2);
    expect(grafanaUid("games.eu")).toMatch(/^games-eu-[0-9a-f]{8}$/);
    expect(grafanaUid("games.eu")).not.toBe(grafanaUid("games-eu"));
  });
});

describe("Grafana rules", () => {
  test("are one for each alert and three for each objective", () => {
    expect(groups.map(({ name, intervalSeconds, rules: { length } }) => [name, intervalSeconds, length])).toEqual([
      ["game-scheduler-prod-alert-rules", 60, ALERTS.length],
      ["game-scheduler-prod-burn-rates", 60, BURNS],
    ]);
    expect(new Set(rules.map(({ uid }) => uid)).size).toBe(rules.length);
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  });

  test("ask questions that their stores understand, over a range that is not empty", () => {
    for (const data of rules.flatMap(({ datas }) => datas)) {
      const { expr, queryType } = JSON.parse(data.model) as { expr?: string; queryType?: string };
      // Grafana copies the model's query type beside it: whoever leaves it out there sees a change for ever.
      expect(data.queryType).toBe(queryType);
      if (expr === undefined) continue;
      expect(data.datasourceUid === "logs" ? logqlFaults(expr) : promqlFaults(expr), expr).toEqual([]);
      expect(data.relativeTimeRange.from).toBeGreaterThan(data.relativeTimeRange.to);
    }
  });

  test("judge the last of their data, which is there", () => {
    for (const rule of rules) {
      expect(rule.datas.map(({ refId }) => refId)).toContain(rule.condition);
      const { type, expression } = modelOf(rule, rule.condition);
      expect(["threshold", "math"]).toContain(type);
      for (const [, refId] of String(expression).matchAll(/\$?\b([A-C])\b/g))
        expect(rule.datas.map((data) => data.refId)).toContain(refId);
    }
  });

  test("say deliberately what silence means: trouble for the dead-man's switch alone", () => {
    expect(rules.filter(({ noDataState }) => noDataState === "Alerting").map(({ labels }) => labels.rule)).toEqual(
      ALERTS.filter(({ noData }) => noData.is === "alarm").map(({ id }) => id),
    );
    expect(new Set(rules.map(({ execErrState }) => execErrState))).toEqual(new Set(["Error"]));
  });

  test("lead to a runbook, a board, and traces in questions Tempo understands", () => {
    for (const { annotations } of rules) {
      expect(annotations.runbook_url).toMatch(/^https:\/\/runbooks\.example\/docs\/runbooks\/[\w-]+\.md$/);
      expect(annotations.board).toMatch(
        /^https:\/\/games\.grafana\.net\/d\/game-scheduler-prod-[\w-]+\?var-environment=prod$/,
      );
    }
    const links = rules.flatMap(({ annotations: { traces } }) => traces ?? []);
    const wanted = ALERTS.filter(({ traces }) => traces !== undefined).length + BURNS;
    expect(links).toHaveLength(wanted);
    for (const link of links) {
      const panes = JSON.parse(new URL(link).searchParams.get("panes") ?? "{}") as {
        readonly traces: { readonly datasource: string; readonly queries: readonly { readonly query: string }[] };
      };
      expect(panes.traces.datasource).toBe("traces");
      for (const { query } of panes.traces.queries) expect(traceqlFaults(query), query).toEqual([]);
    }
  });

  test.each([
    ["https://git.example/acme/blob/main", "the top folder of the project"],
    ["https://git.example/acme/blob/main/docs/runbooks/", "the folder of the runbooks"],
  ])("take %s for %s", (runbookBase) => {
    const [rule] = renderGrafanaRules({ ...config, runbookBase }).flatMap((group) => group.rules);
    expect(rule?.annotations.runbook_url).toMatch(
      /^https:\/\/git\.example\/acme\/blob\/main\/docs\/runbooks\/[\w-]+\.md$/,
    );
  });

  test("have no button to a runbook where nothing says its address: Grafana would lead to a page of its own", () => {
    const { runbookBase: _, ...nowhere } = config;
    for (const { annotations } of renderGrafanaRules(nowhere).flatMap((group) => group.rules)) {
      expect(annotations).not.toHaveProperty("runbook_url");
      expect(annotations.runbook).toMatch(/^docs\/runbooks\/[\w-]+\.md$/);
    }
  });

  test("of a token warn as many days before its end as asked", () => {
    const rule = grafanaExpiryRule({ name: "Some token", at: 10 * 86_400, warnDays: 7 }, config);
    expect(rule.uid).toBe("gs-prod-token-expiry-some-token");
    expect(rule.name).toBe("Some token expires within 7 days");
    expect(String(modelOf(rule, "A").expr)).toContain(String(3 * 86_400));
  });
});

describe("who is notified", () => {
  const notified = { contactPoint: "person", groupBies: ["grafana_folder", "alertname"] };
  const silent = { contactPoint: "nobody", groupBies: notified.groupBies, muteTimings: ["always"] };

  test.each(["discord", "slack", "email"] as const)("%s: the person, and nobody of the dead-man's switch", (kind) => {
    const routing = grafanaRouting({ names, kind, calibration: false });
    expect(routing).toEqual({ notified, heartbeat: silent });
    expect(hasSilence(routing)).toBe(true);
  });

  test("webhook: of everything, and of the dead-man's switch every five minutes", () => {
    const routing = grafanaRouting({ names, kind: "webhook", calibration: false });
    expect(routing).toEqual({ notified, heartbeat: { ...notified, groupInterval: "1m", repeatInterval: "5m" } });
    expect(hasSilence(routing)).toBe(false);
  });

  test("nobody without a contact, nobody while calibrating", () => {
    const none = { notified: silent, heartbeat: silent };
    expect(grafanaRouting({ names, kind: undefined, calibration: false })).toEqual(none);
    expect(grafanaRouting({ names, kind: "webhook", calibration: true })).toEqual(none);
  });

  test("nobody needs no silence where no policy of others could notify anybody", () => {
    expect(grafanaRouting({ names: { contact: "person" }, kind: undefined, calibration: false })).toEqual({});
    expect(grafanaRouting({ names: { contact: "person" }, kind: "slack", calibration: false })).toEqual({ notified });
  });
});

describe("Grafana SLOs", () => {
  test("ask for the share of good events, in PromQL, where metrics count them", () => {
    const slos = renderGrafanaSlos(
      { ...config, content: contentOf({ ...FULL, targets: { "api-latency": 0.9 } }) },
      "prom",
    );
    expect(slos.map(({ id, name, objectives }) => [id, name, objectives[0]?.value])).toEqual([
      ["api-availability", "api availability (prod)", 0.995],
      ["api-latency", "api latency (prod)", 0.9],
      ["bot-success", "bot success (prod)", 0.99],
      ["worker-success", "worker success (prod)", 0.99],
    ]);
    for (const { queries } of slos) {
      const query = queries[0]?.freeform.query ?? "";
      expect(promqlFaults(query), query).toEqual([]);
      expect(query).toContain("[$__rate_interval]");
      expect(query).toContain('deployment_environment_name="prod"');
    }
  });
});

describe("files of a local Grafana", () => {
  const file = parse(rulesFile(groups, "Game Scheduler"));
  const [group] = file.groups;

  test("hold every rule with what a file needs: a uid, a title, the query as an object", () => {
    expect(file.apiVersion).toBe(1);
    expect(file.groups.map((one: { rules: unknown[] }) => one.rules.length)).toEqual([ALERTS.length, BURNS]);
    expect({ ...group, rules: undefined }).toEqual({
      orgId: 1,
      name: "game-scheduler-prod-alert-rules",
      folder: "Game Scheduler",
      interval: "60s",
      rules: undefined,
    });
    expect(Object.keys(group.rules[0]).sort()).toEqual(
      ["annotations", "condition", "data", "execErrState", "for", "labels", "noDataState", "notification_settings"]
        .concat(["title", "uid"])
        .sort(),
    );
    expect(group.rules[0].data[1].model.type).toBe("threshold");
  });

  test("route a rule with the names Grafana's files have", () => {
    const heartbeat = group.rules.find((rule: { uid: string }) => rule.uid === "gs-prod-heartbeat");
    expect(heartbeat.notification_settings).toEqual({
      receiver: "person",
      group_by: ["grafana_folder", "alertname"],
      group_interval: "1m",
      repeat_interval: "5m",
    });
  });

  test("contain no sign that Grafana would expand, outside of queries", () => {
    for (const rule of file.groups.flatMap((one: { rules: unknown[] }) => one.rules))
      expect(JSON.stringify({ ...(rule as object), data: [] })).not.toContain("$");
  });

  test("name a contact by the way and its address", () => {
    expect(parse(contactPointFile("person", { kind: "discord", url: "https://d.example/1" }))).toEqual({
      apiVersion: 1,
      contactPoints: [
        {
          orgId: 1,
          name: "person",
          receivers: [{ uid: "person-contact", type: "discord", settings: { url: "https://d.example/1" } }],
        },
      ],
    });
    expect(contactPointFile("person", { kind: "email", addresses: ["a@x.example", "b@x.example"] })).toContain(
      "addresses: a@x.example;b@x.example",
    );
  });
});
