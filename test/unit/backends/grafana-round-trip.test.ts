import { afterAll, beforeAll, expect, test } from "vitest";
import { renderGrafanaBoards } from "../../../dashboards/render/grafana/boards.ts";
import { grafanaRouting } from "../../../dashboards/render/grafana/routing.ts";
import type { GrafanaRule, GrafanaRuleData } from "../../../dashboards/render/grafana/rule.ts";
import { renderGrafanaRules } from "../../../dashboards/render/grafana/rules.ts";
import { goDuration, goJson } from "../../../formats/go.ts";
import { fullContent } from "../../support/content.ts";
import { type Grafana, startGrafana } from "../../support/fakes/grafana.ts";

// What is written is what is read back, by the translations that terraform-provider-grafana 4.45 makes: else every `up` would show a change.

const dataSources = { prometheus: "grafanacloud-prom", loki: "grafanacloud-logs" };
const names = { contact: "person", silence: { contactPoint: "nobody", muteTiming: "always" } };
const provisioning = "/api/v1/provisioning";

let fake: Grafana;
beforeAll(async () => {
  fake = await startGrafana({ token: "t" });
  await send("POST /api/folders", { title: "Game Scheduler (prod)", uid: "boards" });
  for (const name of ["person", "nobody"])
    await send(`POST ${provisioning}/contact-points`, { name, type: "email", settings: { addresses: "a@x.example" } });
  await send(`POST ${provisioning}/mute-timings`, { name: "always", time_intervals: [{}] });
});
afterAll(() => fake.close());

async function send(request: string, body?: unknown): Promise<unknown> {
  const [method = "GET", path = ""] = request.split(" ");
  const response = await fetch(fake.url + path, {
    method,
    headers: { authorization: "Bearer t" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${request}: ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** A rule as the provider sends it. */
const sent = ({ uid, name, datas, notificationSettings: to, ...rule }: GrafanaRule): unknown => ({
  ...rule,
  uid,
  title: name,
  folderUID: "boards",
  ruleGroup: "g",
  orgID: 1,
  isPaused: false,
  data: datas.map(({ model, queryType = "", ...data }) => ({ ...data, queryType, model: JSON.parse(model) })),
  ...(to && {
    notification_settings: {
      receiver: to.contactPoint,
      group_by: to.groupBies,
      group_interval: to.groupInterval,
      repeat_interval: to.repeatInterval,
      mute_time_intervals: to.muteTimings,
    },
  }),
});

interface Stored extends Omit<GrafanaRule, "datas" | "name" | "notificationSettings"> {
  readonly title: string;
  readonly data: readonly (Omit<GrafanaRuleData, "model"> & { readonly model: Readonly<Record<string, unknown>> })[];
  readonly notification_settings?: Readonly<Record<string, unknown>>;
}

/** A rule as the provider reads it, in the words of its arguments. */
function read(stored: Stored): unknown {
  const { uid, title, condition, labels, annotations, noDataState, execErrState, notification_settings: to } = stored;
  return {
    uid,
    name: title,
    condition,
    labels,
    annotations,
    noDataState,
    execErrState,
    for: goDuration(secondsOf(stored.for)),
    datas: stored.data.map(({ model, queryType, ...data }) => {
      const { intervalMs, maxDataPoints, ...own } = model;
      const defaults = {
        ...(intervalMs !== 1000 && { intervalMs }),
        ...(maxDataPoints !== 43_200 && { maxDataPoints }),
      };
      return { ...data, ...(queryType && { queryType }), model: goJson({ ...own, ...defaults }) };
    }),
    ...(to && {
      notificationSettings: JSON.parse(
        JSON.stringify({
          contactPoint: to.receiver,
          groupBies: to.group_by,
          groupInterval: to.group_interval,
          repeatInterval: to.repeat_interval,
          muteTimings: to.mute_time_intervals,
        }),
      ),
    }),
  };
}

const secondsOf = (spelled: string): number =>
  [...spelled.matchAll(/(\d+)([dhms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * ({ d: 86_400, h: 3600, m: 60 }[unit ?? ""] ?? 1),
    0,
  );

test.each(["webhook", "discord"] as const)(
  "every rule that notifies a %s comes back as it was written",
  async (kind) => {
    const routing = grafanaRouting({ names, kind, calibration: false });
    const config = { environment: "prod", content: fullContent, dataSources, rulePrefix: `gs-${kind}`, routing };
    for (const { id, intervalSeconds, rules } of renderGrafanaRules(config)) {
      const at = `${provisioning}/folder/boards/rule-groups/${id}`;
      await send(`PUT ${at}`, { title: id, folderUid: "boards", interval: intervalSeconds, rules: rules.map(sent) });
      const stored = (await send(`GET ${at}`)) as { readonly rules: readonly Stored[] };
      expect(stored.rules.map(read)).toEqual(rules);
    }
  },
);

test("every board comes back as it was written, once Grafana's own id and version are taken off", async () => {
  const traces = { kind: "tempo", uid: "grafanacloud-traces" } as const;
  for (const { uid, json } of renderGrafanaBoards({
    environment: "prod",
    content: fullContent,
    dataSources: { prometheus: dataSources.prometheus, logs: { kind: "loki", uid: dataSources.loki }, traces },
  })) {
    await send("POST /api/dashboards/db", { dashboard: JSON.parse(json), folderUid: "boards", overwrite: true });
    const { dashboard } = (await send(`GET /api/dashboards/uid/${uid}`)) as { dashboard: Record<string, unknown> };
    const { id, version, ...own } = dashboard;
    expect([typeof id, version]).toEqual(["number", 1]);
    expect(goJson(own) === json).toBe(true);
  }
});
