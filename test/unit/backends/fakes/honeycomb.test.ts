import { afterEach, describe, expect, test } from "vitest";
import { type Honeycomb, type HoneycombOptions, startHoneycomb } from "../../../support/fakes/honeycomb.ts";
import { V1_RIGHTS } from "../../../support/fakes/honeycomb-desk.ts";

let open: Honeycomb | undefined;
afterEach(() => open?.close());

/** A team with a dataset `api` and the column `duration_ms`; `ask` answers with the status and the body. */
async function team(options: Partial<HoneycombOptions> = {}) {
  const fake = await startHoneycomb({ keys: { config: V1_RIGHTS, reader: ["queries"] }, ...options });
  open = fake;
  const ask = async (request: string, body?: unknown, key = "config") => {
    const [method = "GET", path = "/"] = request.split(" ");
    const answer = await fetch(fake.url + path, {
      method,
      headers: { "x-honeycomb-team": key },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const read = (text === "" ? {} : JSON.parse(text)) as { id?: string; error?: string };
    return { status: answer.status, id: read.id ?? "", error: read.error };
  };
  await ask("POST /1/datasets", { name: "api" });
  await ask("POST /1/columns/api", { key_name: "duration_ms", type: "float" });
  return { fake, ask };
}

const QUERY = { calculations: [{ op: "MAX", column: "duration_ms" }], time_range: 600 };

describe("what an environment of Honeycomb refuses", () => {
  test.each([
    ["an operation nobody knows", { calculations: [{ op: "MEDIAN", column: "duration_ms" }] }],
    ["a column with CONCURRENCY", { calculations: [{ op: "CONCURRENCY", column: "duration_ms" }] }],
    ["an operation of metrics", { calculations: [{ op: "COUNT_DATAPOINTS" }] }],
    ["a function of metrics", { ...QUERY, calculated_fields: [{ name: "x", expression: "RATE($duration_ms, 300)" }] }],
    ["two fields of one name", { ...QUERY, calculated_fields: [1, 2].map((n) => ({ name: "x", expression: `${n}` })) }],
    ["a formula over nothing", { ...QUERY, formulas: [{ name: "share", expression: "DIV($a, $b)" }] }],
    ["steps that are too short", { ...QUERY, time_range: 7200, granularity: 5 }],
    ["a column that is not there", { calculations: [{ op: "MAX", column: "other" }] }],
    ["a calculated field on a column that is not there", { calculated_fields: [{ name: "x", expression: "$other" }] }],
    ["an order by what is not calculated", { ...QUERY, orders: [{ op: "COUNT", order: "descending" }] }],
    ["a list for one value", { ...QUERY, filters: [{ column: "duration_ms", op: "=", value: [1] }] }],
    ["a field of its own", { ...QUERY, colour: "red" }],
  ])("a query with %s", async (_what, query) => {
    expect((await (await team()).ask("POST /1/queries/__all__", query)).status).toBe(422);
  });

  test.each(["COUNT", "RATE_SUM", "RATE_MAX", "CONCURRENCY"])("%s of metrics, which are time series", async (op) => {
    const { ask } = await team();
    await ask("POST /1/datasets", { name: "metrics" });
    await ask("POST /1/columns/metrics", { key_name: "redis.uptime", type: "float" });
    const column = op.startsWith("RATE") ? { column: "redis.uptime" } : {};
    const refused = await ask("POST /1/queries/metrics", { calculations: [{ op, ...column }] });
    expect(refused.error).toBe(`${op} is not allowed on a metrics dataset`);
    const fields = [{ name: "up", expression: "LAST($redis.uptime)" }];
    const asked = { calculations: [{ op: "MAX", column: "up" }], calculated_fields: fields };
    expect((await ask("POST /1/queries/metrics", asked)).status).toBe(200);
    expect((await ask("POST /1/queries/metrics", { calculations: [{ op: "COUNT_DATAPOINTS" }] })).status).toBe(200);
  });

  test.each([
    ["two calculations", { calculations: [{ op: "COUNT" }, { op: "MAX", column: "duration_ms" }] }],
    [
      "two formulas",
      { calculations: [{ op: "COUNT", name: "a" }], formulas: ["x", "y"].map((name) => ({ name, expression: "$a" })) },
    ],
    [
      "filters beside named calculations",
      {
        calculations: [{ op: "COUNT", name: "a" }],
        formulas: [{ name: "x", expression: "$a" }],
        filters: [{ column: "duration_ms", op: "exists" }],
      },
    ],
    ["steps of events", { ...QUERY, granularity: 600 }],
    ["an order", { ...QUERY, orders: [{ op: "MAX", column: "duration_ms" }] }],
  ])("a trigger with %s", async (_what, query) => {
    const { ask } = await team();
    const trigger = { name: "t", query: { ...query, time_range: 600 }, threshold: {}, frequency: 600 };
    expect((await ask("POST /1/triggers/api", trigger)).status).toBe(422);
  });

  test("changing or deleting a query", async () => {
    const { ask } = await team();
    const { id } = await ask("POST /1/queries/api", QUERY);
    expect((await ask(`GET /1/queries/api/${id}`)).status).toBe(200);
    for (const method of ["PUT", "DELETE"])
      expect((await ask(`${method} /1/queries/api/${id}`, QUERY)).status).toBe(404);
  });

  test("boards whose panels overlap, leave the grid, or show an annotation of another query; annotations on a board stay", async () => {
    const { ask } = await team();
    const [one, two] = [await ask("POST /1/queries/api", QUERY), await ask("POST /1/queries/api", QUERY)];
    const annotation = await ask("POST /1/query_annotations/api", { name: "slow", query_id: one.id });
    expect((await ask("POST /1/query_annotations/__all__", { name: "slow", query_id: one.id })).status).toBe(422);
    const panel = (x: number, query = one.id) => ({
      type: "query",
      position: { x_coordinate: x, y_coordinate: 0, width: 6, height: 4 },
      query_panel: { query_id: query, query_annotation_id: annotation.id },
    });
    const board = (...panels: readonly object[]) =>
      ask("POST /1/boards", { name: "API", type: "flexible", panels, tags: [] });
    expect((await board(panel(0), panel(3))).error).toBe("two panels at 3,0");
    expect((await board(panel(7))).status).toBe(422);
    expect((await board(panel(0, two.id))).error).toBe("query_annotation_id: no annotation of this query");
    const { id } = await board(panel(0), panel(6));
    expect((await ask(`DELETE /1/query_annotations/api/${annotation.id}`)).status).toBe(409);
    expect((await ask(`DELETE /1/boards/${id}`)).status).toBe(204);
    expect((await ask(`DELETE /1/query_annotations/api/${annotation.id}`)).status).toBe(204);
  });

  test("a second recipient of the same address, and deleting one that something notifies", async () => {
    const { ask } = await team();
    const recipient = { type: "webhook", details: { webhook_name: "dev", webhook_url: "https://hooks.example/x" } };
    const { id } = await ask("POST /1/recipients", recipient);
    expect((await ask("POST /1/recipients", recipient)).status).toBe(409);
    const trigger = { name: "slow", query: QUERY, threshold: { op: ">", value: 1 }, frequency: 300 };
    expect((await ask("POST /1/triggers/api", { ...trigger, recipients: [{ id: "none" }] })).status).toBe(422);
    const made = await ask("POST /1/triggers/api", { ...trigger, recipients: [{ id }] });
    expect((await ask(`DELETE /1/recipients/${id}`)).status).toBe(409);
    await ask(`DELETE /1/triggers/api/${made.id}`);
    expect((await ask(`DELETE /1/recipients/${id}`)).status).toBe(204);
  });

  test("a template that is no JSON when it is filled in", async () => {
    const { ask } = await team();
    const webhook = (body: string) => ({
      type: "webhook",
      details: {
        webhook_name: body,
        webhook_url: "https://hooks.example/x",
        webhook_payloads: { payload_templates: { trigger: { body } }, template_variables: [] },
      },
    });
    expect((await ask("POST /1/recipients", webhook('{"text": {{ .Name }}}'))).status).toBe(422);
    expect((await ask("POST /1/recipients", webhook('{"text": {{ toJson .Name }}}'))).status).toBe(201);
  });

  test("a trigger that looks back for less than the time between its runs, or for more than four times that", async () => {
    const { ask } = await team();
    const every = (frequency: number) =>
      ask("POST /1/triggers/api", { name: "t", query: QUERY, threshold: {}, frequency });
    expect([(await every(660)).status, (await every(120)).status, (await every(600)).status]).toEqual([422, 422, 201]);
  });

  test("SLOs without the plan, without their column, and deleting what an SLO or a burn alert needs", async () => {
    const slo = {
      name: "fast",
      sli: { alias: "sli" },
      target_per_million: 990_000,
      time_period_days: 28,
      dataset_slugs: ["api"],
    };
    const free = await team();
    expect((await free.ask("POST /1/slos/__all__", slo)).status).toBe(403);
    await free.fake.close();
    const { ask } = await team({ hasSlos: true });
    expect((await ask("POST /1/slos/__all__", slo)).error).toBe("sli: no such derived column");
    const column = await ask("POST /1/derived_columns/__all__", { alias: "sli", expression: "LTE($duration_ms, 500)" });
    expect((await ask("POST /1/derived_columns/__all__", { alias: "x", expression: "$other" })).status).toBe(422);
    const { id } = await ask("POST /1/slos/__all__", slo);
    const alert = { alert_type: "exhaustion_time", exhaustion_minutes: 60, slo: { id } };
    expect((await ask("POST /1/burn_alerts/__all__", { ...alert, recipients: [] })).error).toBe(
      "recipients: at least one",
    );
    const burn = await ask("POST /1/burn_alerts/__all__", {
      ...alert,
      recipients: [{ type: "email", target: "a@b.example" }],
    });
    expect((await ask(`DELETE /1/slos/__all__/${id}`)).status).toBe(409);
    expect((await ask(`DELETE /1/derived_columns/__all__/${column.id}`)).status).toBe(409);
    await ask(`DELETE /1/burn_alerts/__all__/${burn.id}`);
    await ask(`DELETE /1/slos/__all__/${id}`);
    expect((await ask(`DELETE /1/derived_columns/__all__/${column.id}`)).status).toBe(204);
  });

  test("anything to a key without the right to it", async () => {
    const { ask } = await team();
    expect((await ask("POST /1/markers/__all__", { message: "x" }, "reader")).status).toBe(401);
    expect((await ask("POST /1/markers/__all__", { message: "x" })).status).toBe(201);
    expect((await ask("POST /1/boards", { name: "x", type: "flexible" }, "reader")).status).toBe(401);
  });
});
