import { afterEach, describe, expect, test } from "vitest";
import { type GrafanaCloud, startGrafanaCloud } from "../../../support/fakes/grafana-cloud.ts";
import { type Honeycomb, startHoneycomb } from "../../../support/fakes/honeycomb.ts";
import { type NerdGraph, startNerdGraph } from "../../../support/fakes/nerdgraph.ts";
import type { Fake } from "../../../support/fakes/server.ts";

const open: Fake[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});
const kept = <F extends Fake>(fake: F): F => {
  open.push(fake);
  return fake;
};

interface Said {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function ask(fake: Fake, request: string, headers: Record<string, string>, body?: unknown): Promise<Said> {
  const [method = "GET", path = "/"] = request.split(" ");
  const response = await fetch(fake.url + path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
}

describe("the cloud's API", () => {
  const ALL = ["stacks:read", "stacks:write", "stacks:delete"].concat([
    "accesspolicies:read",
    "accesspolicies:write",
    "accesspolicies:delete",
    "stack-service-accounts:write",
  ]);
  const auth = { authorization: "Bearer boot" };
  const start = async (scopes: readonly string[] = ALL): Promise<GrafanaCloud> =>
    kept(await startGrafanaCloud({ token: "boot", scopes, stacks: [{ slug: "games", regionSlug: "eu" }] }));
  const policy = (id: unknown) => ({
    name: "write",
    scopes: ["metrics:write"],
    realms: [{ type: "stack", identifier: String(id) }],
  });

  test("gives a stack by slug to a token that may read, and says which scope another lacks", async () => {
    const fake = await start(["accesspolicies:read"]);
    expect((await ask(fake, "GET /api/instances/games", {})).status).toBe(401);
    expect((await ask(fake, "GET /api/instances/games", { authorization: "Bearer other" })).status).toBe(401);
    expect(await ask(fake, "GET /api/instances/games", auth)).toMatchObject({
      status: 403,
      body: { message: "Token does not have the required scope stacks:read" },
    });
  });

  test("makes a policy once, in the region of its stack only, and its token", async () => {
    const fake = await start();
    const { id } = (await ask(fake, "GET /api/instances/games", auth)).body;
    expect((await ask(fake, "POST /api/v1/accesspolicies?region=us", auth, policy(id))).status).toBe(409);
    expect((await ask(fake, "POST /api/v1/accesspolicies", auth, policy(id))).status).toBe(409);
    const made = await ask(fake, "POST /api/v1/accesspolicies?region=eu", auth, policy(id));
    expect(made.status).toBe(200);
    expect((await ask(fake, "POST /api/v1/accesspolicies?region=eu", auth, policy(id))).status).toBe(409);
    const unknown = { ...policy(id), name: "b", colour: "red" };
    expect((await ask(fake, "POST /api/v1/accesspolicies?region=eu", auth, unknown)).body.message).toBe(
      "unknown field colour",
    );
    const token = await ask(fake, "POST /api/v1/tokens?region=eu", auth, { accessPolicyId: made.body.id, name: "t" });
    expect(token.body.token).toMatch(/^glc_/);
    expect((await ask(fake, `GET /api/v1/tokens/${token.body.id}?region=eu`, auth)).body).not.toHaveProperty("token");
    expect((await ask(fake, `DELETE /api/v1/accesspolicies/${made.body.id}?region=eu`, auth)).status).toBe(204);
    expect(fake.tokens).toEqual([]);
  });

  test("a minted token may what its policy says", async () => {
    const fake = await start();
    const { id } = (await ask(fake, "GET /api/instances/games", auth)).body;
    const made = await ask(fake, "POST /api/v1/accesspolicies?region=eu", auth, policy(id));
    const { token } = (
      await ask(fake, "POST /api/v1/tokens?region=eu", auth, { accessPolicyId: made.body.id, name: "t" })
    ).body;
    expect((await ask(fake, "GET /api/instances/games", { authorization: `Bearer ${token}` })).status).toBe(403);
  });

  test("has room for one stack, wants a slug without dashes, and keeps a protected stack", async () => {
    const fake = kept(await startGrafanaCloud({ token: "boot", scopes: ALL }));
    const stack = { name: "games", slug: "games", region: "eu" };
    expect((await ask(fake, "POST /api/v1/stacks", auth, { ...stack, slug: "my-games" })).status).toBe(409);
    expect((await ask(fake, "POST /api/v1/stacks", auth, stack)).status).toBe(201);
    expect((await ask(fake, "POST /api/v1/stacks", auth, { ...stack, slug: "second" })).status).toBe(403);
    await ask(fake, "POST /api/v1/stacks/games", auth, { deleteProtection: true });
    expect((await ask(fake, "DELETE /api/instances/games", auth)).status).toBe(409);
    await ask(fake, "POST /api/v1/stacks/games", auth, { deleteProtection: false });
    expect((await ask(fake, "DELETE /api/instances/games", auth)).status).toBe(200);
    expect(fake.stacks).toEqual([]);
  });

  test("makes a service account of a name once, and tokens for it", async () => {
    const fake = await start();
    const base = "/api/instances/games/api/serviceaccounts";
    const account = await ask(fake, `POST ${base}`, auth, { name: "pulumi", role: "Admin" });
    expect(account.status).toBe(201);
    expect((await ask(fake, `POST ${base}`, auth, { name: "pulumi", role: "Admin" })).status).toBe(409);
    expect((await ask(fake, `POST ${base}`, auth, { name: "b", role: "King" })).status).toBe(409);
    const token = await ask(fake, `POST ${base}/${account.body.id}/tokens`, auth, { name: "t" });
    expect(token.body.key).toMatch(/^glsa_/);
    const tokens = `${base}/${account.body.id}/tokens`;
    expect((await ask(fake, `DELETE ${tokens}/${token.body.id}`, auth)).status).toBe(200);
    expect((await ask(fake, `DELETE ${tokens}/${token.body.id}`, auth)).status).toBe(404);
  });
});

describe("NerdGraph", () => {
  const start = async (): Promise<NerdGraph> =>
    kept(await startNerdGraph({ users: { admin: { manageKeys: true }, reader: { manageKeys: false } }, accountId: 7 }));
  const create = (accountId: number) => ({
    query: "mutation($keys: X!) { apiAccessCreateKeys(keys: $keys) { createdKeys { id key } } }",
    variables: { keys: { ingest: [{ accountId, ingestType: "LICENSE", name: "ingest" }] } },
  });
  const as = (user: string) => ({ "api-key": user });

  test("knows its users, and answers 200 with errors to one who may not", async () => {
    const fake = await start();
    expect((await ask(fake, "POST /graphql", as("nobody"), create(7))).status).toBe(401);
    expect(await ask(fake, "POST /graphql", as("reader"), create(7))).toMatchObject({
      status: 200,
      body: { data: null, errors: [{ message: "Access denied: api_keys.ingest.manage" }] },
    });
    expect((await ask(fake, "POST /graphql", as("admin"), create(8))).body.data).toBeNull();
    expect(fake.keys).toEqual([]);
  });

  test("makes ingest keys and pipeline rules, and refuses a rule that deletes nothing", async () => {
    const fake = await start();
    await ask(fake, "POST /graphql", as("admin"), create(7));
    expect(fake.keys.map(({ ingestType }) => ingestType)).toEqual(["LICENSE"]);
    const rule = (nrql: string) => ({
      query: "mutation { entityManagementCreatePipelineCloudRule(pipelineCloudRuleEntity: $e) { entity { id } } }",
      variables: { pipelineCloudRuleEntity: { name: "drop", nrql } },
    });
    await ask(fake, "POST /graphql", as("admin"), rule("SELECT * FROM Log"));
    await ask(fake, "POST /graphql", as("admin"), rule("DELETE FROM Log WHERE level = 'debug'"));
    expect(fake.rules.map(({ nrql }) => nrql)).toEqual(["DELETE FROM Log WHERE level = 'debug'"]);
  });
});

describe("Honeycomb's API", () => {
  const key = { "x-honeycomb-team": "config" };
  const bearer = { authorization: "Bearer id:secret" };
  const start = async (): Promise<Honeycomb> =>
    kept(
      await startHoneycomb({
        keys: { config: ["create_datasets", "columns", "queries", "triggers"], ingest: ["events"] },
        management: { "id:secret": ["environments:write", "environments:read", "api-keys:write"] },
      }),
    );

  test("says what a key may do", async () => {
    const fake = await start();
    expect((await ask(fake, "GET /1/auth", { "x-honeycomb-team": "ingest" })).body.api_key_access).toMatchObject({
      events: true,
      columns: false,
    });
    expect((await ask(fake, "GET /1/auth", {})).status).toBe(401);
  });

  test("makes a dataset once, and says so when it was there", async () => {
    const fake = await start();
    const statuses = [];
    for (let i = 0; i < 2; i++) statuses.push((await ask(fake, "POST /1/datasets", key, { name: "Game API" })).status);
    expect(statuses).toEqual([201, 200]);
    expect([...fake.datasets.keys()]).toEqual(["game-api"]);
    expect((await ask(fake, "DELETE /1/datasets/game-api", key)).status).toBe(409);
  });

  test("refuses a query and a trigger on a column nobody made", async () => {
    const fake = await start();
    await ask(fake, "POST /1/datasets", key, { name: "api" });
    const query = { calculations: [{ op: "AVG", column: "duration_ms" }], time_range: 600 };
    const trigger = { name: "slow", query, threshold: { op: ">", value: 1 }, frequency: 300 };
    expect((await ask(fake, "POST /1/queries/__all__", key, query)).body.error).toBe('unknown column "duration_ms"');
    expect((await ask(fake, "POST /1/columns/api", key, { key_name: "duration_ms", type: "float" })).status).toBe(201);
    expect((await ask(fake, "POST /1/columns/api", key, { key_name: "duration_ms" })).status).toBe(409);
    expect((await ask(fake, "POST /1/queries/__all__", key, query)).status).toBe(200);
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await ask(fake, "POST /1/triggers/__all__", key, trigger)).status);
    expect(statuses).toEqual([201, 201, 403]);
    const often = { ...trigger, frequency: 61 };
    expect((await ask(fake, "POST /1/triggers/__all__", key, often)).status).toBe(422);
  });

  test("makes environments and keys for them with a management key", async () => {
    const fake = await start();
    const environment = { data: { type: "environments", attributes: { name: "prod" } } };
    const made = await ask(fake, "POST /2/teams/games/environments", bearer, environment);
    expect(made.status).toBe(201);
    expect((await ask(fake, "POST /2/teams/games/environments", bearer, environment)).status).toBe(409);
    const { id } = made.body.data as { id: string };
    const apiKey = (environmentId: string) => ({
      data: {
        type: "api-keys",
        attributes: { name: "ingest", key_type: "ingest" },
        relationships: { environment: { data: { type: "environments", id: environmentId } } },
      },
    });
    expect((await ask(fake, "POST /2/teams/games/api-keys", bearer, apiKey(id))).status).toBe(201);
    expect((await ask(fake, "POST /2/teams/games/api-keys", bearer, apiKey("hcaen_none"))).status).toBe(422);
    expect((await ask(fake, `DELETE /2/teams/games/environments/${id}`, bearer)).status).toBe(409);
  });
});
