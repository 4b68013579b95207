import { afterEach, describe, expect, test } from "vitest";
import { prometheusDuration } from "../../../support/fakes/grafana/duration.ts";
import { type Grafana, type GrafanaOptions, startGrafana } from "../../../support/fakes/grafana.ts";

const open: Grafana[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

async function start(options: Partial<GrafanaOptions> = {}): Promise<Grafana> {
  const fake = await startGrafana({ token: "glsa", viewers: ["looker"], ...options });
  open.push(fake);
  return fake;
}

interface Said {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function ask(fake: Grafana, request: string, body?: unknown, token = "glsa"): Promise<Said> {
  const [method = "GET", path = "/"] = request.split(" ");
  const response = await fetch(fake.url + path, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
}

const PROVISIONING = "/api/v1/provisioning";
const GROUP = `${PROVISIONING}/folder/boards/rule-groups/usage`;
const query = {
  refId: "A",
  datasourceUid: "grafanacloud-prom",
  relativeTimeRange: { from: 600, to: 0 },
  model: { expr: "up" },
};
const rule = { uid: "r1", title: "r", condition: "A", data: [query], for: "5m0s" };
const put = (fake: Grafana, more: object = {}, to = GROUP) =>
  ask(fake, `PUT ${to}`, { interval: 60, rules: [{ ...rule, ...more }] });
const folder = (fake: Grafana) => ask(fake, "POST /api/folders", { title: "Boards", uid: "boards" });
const discord = { name: "person", type: "discord", settings: { url: "https://d.example/secret" } };

describe("one Grafana", () => {
  test("is healthy for everyone and open to its tokens only", async () => {
    const fake = await start();
    expect((await ask(fake, "GET /api/health", undefined, "")).status).toBe(200);
    expect((await ask(fake, "GET /api/folders/boards", undefined, "other")).status).toBe(401);
  });

  test("lets a viewer query its data sources and change nothing", async () => {
    const fake = await start();
    const proxy = "/api/datasources/proxy/uid";
    expect((await ask(fake, `GET ${proxy}/grafanacloud-prom/api/v1/query?query=up`, undefined, "looker")).status).toBe(
      200,
    );
    expect((await ask(fake, `GET ${proxy}/elsewhere/api/v1/query`, undefined, "looker")).status).toBe(404);
    expect((await ask(fake, "POST /api/folders", { title: "Boards" }, "looker")).status).toBe(403);
    expect((await ask(fake, `GET ${PROVISIONING}/alert-rules`, undefined, "looker")).status).toBe(403);
  });

  test("keeps a board by its uid, counts its versions, and overwrites it only when asked to", async () => {
    const fake = await start();
    const board = { dashboard: { title: "Overview", uid: "overview" } };
    const said = [];
    for (const more of [{}, {}, { overwrite: true }])
      said.push(await ask(fake, "POST /api/dashboards/db", { ...board, ...more }));
    expect(said.map(({ status }) => status)).toEqual([200, 412, 200]);
    expect(said[2]?.body).toMatchObject({ id: 1, version: 2, uid: "overview" });
    expect((await ask(fake, "POST /api/dashboards/db", { ...board, folderUid: "none" })).status).toBe(404);
    expect((await ask(fake, "GET /api/dashboards/uid/overview")).body.dashboard).toEqual({
      id: 1,
      version: 2,
      title: "Overview",
      uid: "overview",
    });
    expect((await ask(fake, "DELETE /api/dashboards/uid/overview")).status).toBe(200);
    expect((await ask(fake, "GET /api/dashboards/uid/overview")).status).toBe(404);
  });

  test("deletes no folder that holds something, but for rules when forced to", async () => {
    const fake = await start();
    await folder(fake);
    await put(fake);
    await ask(fake, "POST /api/dashboards/db", { dashboard: { title: "B", uid: "b" }, folderUid: "boards" });
    expect((await ask(fake, "DELETE /api/folders/boards")).status).toBe(400);
    await ask(fake, "DELETE /api/dashboards/uid/b");
    expect((await ask(fake, "DELETE /api/folders/boards")).status).toBe(400);
    expect((await ask(fake, "DELETE /api/folders/boards?forceDeleteRules=true")).status).toBe(200);
  });
});

describe("rules of a Grafana", () => {
  test.each([
    ["a condition that does not exist", { condition: "B" }, "condition B does not exist"],
    ["a field nobody knows", { colour: "red" }, "unknown field colour"],
    [
      "a range of no length",
      { data: [{ ...query, relativeTimeRange: { from: 0, to: 0 } }] },
      "query A: invalid relative time range",
    ],
    ["a uid that is too long", { uid: "x".repeat(41) }, "uid contains illegal characters or is longer than 40"],
    [
      "a contact point that does not exist",
      { notification_settings: { receiver: "x" } },
      "contact point x does not exist",
    ],
    ["a state nobody knows", { noDataState: "Fine" }, "unknown noDataState"],
  ])("are refused with %s", async (_, more, message) => {
    const fake = await start();
    await folder(fake);
    expect((await put(fake, more)).body.message).toBe(message);
  });

  test("are refused in a folder that does not exist, at odd intervals, and with a title that the folder has", async () => {
    const fake = await start();
    expect((await put(fake)).status).toBe(404);
    await folder(fake);
    expect((await ask(fake, `PUT ${GROUP}`, { interval: 7, rules: [rule] })).status).toBe(400);
    expect((await put(fake)).status).toBe(200);
    expect((await put(fake, { uid: "r2" }, GROUP.replace("usage", "other"))).body.message).toBe(
      "rule r is there twice in this folder",
    );
  });

  test("come back as Grafana saves them", async () => {
    const fake = await start();
    await folder(fake);
    await put(fake, { data: [{ ...query, model: { expr: "up", queryType: "instant" } }] });
    expect((await ask(fake, `GET ${PROVISIONING}/alert-rules/r1`)).body).toMatchObject({
      for: "5m",
      provenance: "api",
      data: [{ queryType: "instant", model: { expr: "up", intervalMs: 1000, maxDataPoints: 43_200 } }],
    });
    expect(["300s", "1h0m0s", "24h", "90s", "0s", "1d12h"].map(prometheusDuration)).toEqual([
      ...["5m", "1h", "1d", "1m30s", "0s", "36h"],
    ]);
  });

  test("move to the group that names them last", async () => {
    const fake = await start();
    await folder(fake);
    await put(fake);
    expect((await put(fake, { title: "moved" }, GROUP.replace("usage", "other"))).status).toBe(200);
    expect([...fake.ruleGroups.values()].map(({ title, rules }) => [title, rules.length])).toEqual([
      ["usage", 0],
      ["other", 1],
    ]);
    expect((await ask(fake, `DELETE ${PROVISIONING}/alert-rules/r1`)).status).toBe(204);
    expect((await ask(fake, `GET ${PROVISIONING}/alert-rules/r1`)).status).toBe(404);
  });
});

describe("whom a Grafana notifies", () => {
  test("is a contact point of a kind it knows, with its address, which it does not give back", async () => {
    const fake = await start();
    const posted = async (body: object) => (await ask(fake, `POST ${PROVISIONING}/contact-points`, body)).status;
    expect(await posted({ ...discord, type: "pigeon" })).toBe(400);
    expect(await posted({ ...discord, settings: {} })).toBe(400);
    expect(await posted(discord)).toBe(202);
    const listed = await ask(fake, `GET ${PROVISIONING}/contact-points?name=person`);
    expect(listed.body).toEqual([expect.objectContaining({ settings: { url: "[REDACTED]" } })]);
  });

  test("stays while a rule names it, and so does a mute timing", async () => {
    const fake = await start();
    await folder(fake);
    const { uid } = (await ask(fake, `POST ${PROVISIONING}/contact-points`, discord)).body;
    const timing = { name: "always", time_intervals: [{ times: [{ start_time: "00:00", end_time: "24:00" }] }] };
    expect((await ask(fake, `POST ${PROVISIONING}/mute-timings`, timing)).status).toBe(201);
    const settings = { receiver: "person", mute_time_intervals: ["always"] };
    expect((await put(fake, { notification_settings: { ...settings, group_by: ["team"] } })).body.message).toBe(
      "group_by must contain alertname and grafana_folder",
    );
    expect((await put(fake, { notification_settings: settings })).status).toBe(200);
    expect((await ask(fake, `DELETE ${PROVISIONING}/contact-points/${uid}`)).status).toBe(409);
    expect((await ask(fake, `DELETE ${PROVISIONING}/mute-timings/always`)).status).toBe(409);
    await put(fake);
    expect((await ask(fake, `DELETE ${PROVISIONING}/contact-points/${uid}`)).status).toBe(202);
    expect((await ask(fake, `DELETE ${PROVISIONING}/mute-timings/always`)).status).toBe(204);
  });

  test("is decided by policies that nobody may overwrite", async () => {
    const fake = await start();
    expect((await ask(fake, `GET ${PROVISIONING}/policies`)).body.receiver).toBe("grafana-default-email");
    expect((await ask(fake, `PUT ${PROVISIONING}/policies`, { receiver: "person" })).status).toBe(403);
  });
});

describe("annotations and objectives of a Grafana", () => {
  test("an annotation has the time of its making, and is found by its tags", async () => {
    const fake = await start({ now: () => 1_800_000_000_000 });
    const made = await ask(fake, "POST /api/annotations", {
      text: "Deployed",
      tags: ["deployment", "environment:prod"],
    });
    expect((await ask(fake, `GET /api/annotations/${made.body.id}`)).body).toMatchObject({ time: 1_800_000_000_000 });
    expect((await ask(fake, "POST /api/annotations", { tags: ["a"] })).status).toBe(400);
    expect((await ask(fake, "GET /api/annotations?tags=deployment&tags=environment:prod")).body).toHaveLength(1);
    expect((await ask(fake, "GET /api/annotations?tags=environment:dev")).body).toHaveLength(0);
    expect((await ask(fake, `DELETE /api/annotations/${made.body.id}`)).status).toBe(200);
  });

  test("an objective needs a target between 0 and 1, a window, a question and a place to record to", async () => {
    const fake = await start();
    const BASE = "/api/plugins/grafana-slo-app/resources/v1/slo";
    const slo = {
      name: "API",
      description: "answers",
      objectives: [{ value: 0.99, window: "28d" }],
      query: { type: "freeform", freeform: { query: "a / b" } },
      destinationDatasource: { uid: "grafanacloud-prom" },
    };
    const refused = [
      { objectives: [{ value: 99, window: "28d" }] },
      { objectives: [{ value: 0.99, window: "a month" }] },
      { query: { type: "freeform", freeform: {} } },
      { destinationDatasource: {} },
      { folder: { uid: "none" } },
      { colour: "red" },
    ];
    for (const more of refused) expect((await ask(fake, `POST ${BASE}`, { ...slo, ...more })).status).toBe(400);
    const { uuid } = (await ask(fake, `POST ${BASE}`, { ...slo, uuid: "" })).body;
    expect((await ask(fake, `PUT ${BASE}/${uuid}`, { ...slo, name: "API 2" })).status).toBe(202);
    expect((await ask(fake, `GET ${BASE}/${uuid}`)).body.name).toBe("API 2");
    expect((await ask(fake, `DELETE ${BASE}/${uuid}`)).status).toBe(204);
    expect(fake.slos.size).toBe(0);
  });
});
