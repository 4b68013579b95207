import { checkFields, type Fields, isFields, jsonFields, text } from "./fields.ts";
import { type Answer, type Asked, type Fake, Refusal, route, startFake } from "./server.ts";

/** What a v1 key may do, in the words of `/1/auth`. */
const V1_RIGHTS = [
  "boards",
  "columns",
  "create_datasets",
  "events",
  "markers",
  "queries",
  "recipients",
  "slos",
  "triggers",
] as const;
type Right = (typeof V1_RIGHTS)[number];

export interface HoneycombOptions {
  /** Keys of one environment -> what they may do. */
  readonly keys: Readonly<Record<string, readonly Right[]>>;
  /** Management key as `id:secret` -> its scopes. Default: none. */
  readonly management?: Readonly<Record<string, readonly string[]>>;
  /** Triggers the plan allows. Default: 2. */
  readonly maxTriggers?: number;
}

interface Dataset {
  readonly name: string;
  readonly slug: string;
  deleteProtected: boolean;
  readonly columns: Map<string, Fields>;
}

export interface Honeycomb extends Fake {
  readonly datasets: ReadonlyMap<string, Dataset>;
  readonly triggers: readonly Fields[];
  readonly environments: readonly Fields[];
  readonly apiKeys: readonly Fields[];
}

/** Honeycomb's v1 API (datasets, columns, queries, triggers, markers) and v2 API (environments, keys). */
export async function startHoneycomb(options: HoneycombOptions): Promise<Honeycomb> {
  const datasets = new Map<string, Dataset>();
  const triggers: Fields[] = [];
  const environments: Fields[] = [];
  const apiKeys: Fields[] = [];
  let serial = 0;
  const next = (prefix: string) => `${prefix}${++serial}`;

  const rights = (asked: Asked): readonly string[] => {
    const key = asked.headers["x-honeycomb-team"];
    const known = typeof key === "string" ? options.keys[key] : undefined;
    if (known === undefined) throw refusal(401, "unknown API key - check your credentials");
    return known;
  };
  const may = (asked: Asked, right: Right): void => {
    if (!rights(asked).includes(right)) throw refusal(401, `This API key does not have permission to manage ${right}.`);
  };
  const dataset = (slug: unknown): Dataset => {
    const found = datasets.get(text(slug));
    if (found === undefined) throw refusal(404, "Dataset not found");
    return found;
  };
  const body = (asked: Asked, required: readonly string[], optional: readonly string[] = []): Fields => {
    const fields = jsonFields(asked.body, unprocessable);
    checkFields(fields, { required, optional }, unprocessable);
    return fields;
  };
  const shown = ({ name, slug, deleteProtected }: Dataset) => ({
    name,
    slug,
    settings: { delete_protected: deleteProtected },
  });
  /** A query names columns that exist, in its dataset or, environment-wide, in any. */
  const checkQuery = (slug: string, query: Fields): void => {
    const where = slug === "__all__" ? [...datasets.values()] : [dataset(slug)];
    const calculated = list(query.calculated_fields).map((field) => text(field.name));
    const named = ["calculations", "filters", "orders"].flatMap((key) =>
      list(query[key]).map(({ column }) => text(column)),
    );
    const groups = Array.isArray(query.breakdowns) ? query.breakdowns.map(text) : [];
    const unknown = [...named, ...groups].find(
      (column) => column !== "" && !calculated.includes(column) && !where.some(({ columns }) => columns.has(column)),
    );
    if (unknown !== undefined) unprocessable(`unknown column "${unknown}"`);
  };

  const v1 = (asked: Asked) => ({
    "GET /1/auth": () => {
      const granted = rights(asked);
      const access = Object.fromEntries(V1_RIGHTS.map((right) => [right, granted.includes(right)]));
      return ok({
        api_key_access: access,
        environment: { name: "prod", slug: "prod" },
        team: { name: "Games", slug: "games" },
      });
    },
    "GET /1/datasets": () => {
      rights(asked);
      return ok([...datasets.values()].map(shown));
    },
    "POST /1/datasets": () => {
      may(asked, "create_datasets");
      const given = body(asked, ["name"], ["description", "expand_json_depth", "settings"]);
      if (isFields(given.settings) && given.settings.delete_protected === false)
        unprocessable("delete_protected cannot be false on creation");
      const slug = text(given.name)
        .toLowerCase()
        .replace(/[^a-z0-9_~.]+/g, "-");
      const existing = datasets.get(slug);
      if (existing) return ok(shown(existing)); // 200 instead of 201 is how the API says that it was there
      const made = { name: text(given.name), slug, deleteProtected: true, columns: new Map<string, Fields>() };
      datasets.set(slug, made);
      return ok(shown(made), 201);
    },
    "GET /1/datasets/:slug": ({ slug }: Fields) => {
      rights(asked);
      return ok(shown(dataset(slug)));
    },
    "PUT /1/datasets/:slug": ({ slug }: Fields) => {
      may(asked, "create_datasets");
      const given = body(asked, [], ["name", "description", "expand_json_depth", "settings", "slug"]);
      const found = dataset(slug);
      if (isFields(given.settings)) found.deleteProtected = given.settings.delete_protected !== false;
      return ok(shown(found));
    },
    "DELETE /1/datasets/:slug": ({ slug }: Fields) => {
      may(asked, "create_datasets");
      const found = dataset(slug);
      if (found.deleteProtected) throw refusal(409, "Dataset is protected from deletion");
      datasets.delete(found.slug);
      return { status: 202 };
    },
    "GET /1/columns/:slug": ({ slug }: Fields) => {
      may(asked, "columns");
      const name = asked.query.get("key_name");
      const all = [...dataset(slug).columns.values()];
      if (name === null) return ok(all);
      const one = all.find(({ key_name: key }) => key === name);
      if (one === undefined) throw refusal(404, "Column not found");
      return ok(one);
    },
    "POST /1/columns/:slug": ({ slug }: Fields) => {
      may(asked, "columns");
      const given = body(asked, ["key_name"], ["type", "hidden", "description", "alias"]);
      if (given.type !== undefined && !["string", "integer", "float", "boolean"].includes(text(given.type)))
        unprocessable("type: string, integer, float or boolean");
      const { columns } = dataset(slug);
      if (columns.has(text(given.key_name))) throw refusal(409, "column already exists");
      const made = { type: "string", ...given, id: next("col") };
      columns.set(text(given.key_name), made);
      return ok(made, 201);
    },
    "POST /1/queries/:slug": ({ slug }: Fields) => {
      may(asked, "queries");
      const query = jsonFields(asked.body, unprocessable);
      checkQuery(text(slug), query);
      return ok({ ...query, id: next("query") });
    },
    "POST /1/triggers/:slug": ({ slug }: Fields) => {
      may(asked, "triggers");
      const given = jsonFields(asked.body, unprocessable);
      checkFields(given, { required: ["name", "threshold"], optional: TRIGGER_FIELDS }, unprocessable);
      const query = isFields(given.query) ? given.query : {};
      if (given.query !== undefined) checkQuery(text(slug), query);
      checkTrigger(given, query);
      if (triggers.length >= (options.maxTriggers ?? 2)) throw refusal(403, "your plan's limit of triggers is reached");
      const made = { ...given, id: next("trigger"), dataset_slug: slug };
      triggers.push(made);
      return ok(made, 201);
    },
    "DELETE /1/triggers/:slug/:id": ({ id }: Fields) => {
      may(asked, "triggers");
      const at = triggers.findIndex((one) => one.id === id);
      if (at < 0) throw refusal(404, "Trigger not found");
      triggers.splice(at, 1);
      return { status: 204 };
    },
    "POST /1/markers/:slug": () => {
      may(asked, "markers");
      const given = body(asked, [], ["message", "type", "url", "start_time", "end_time"]);
      return ok({ ...given, id: next("marker") }, 201);
    },
  });

  const v2 = (asked: Asked) => {
    const scopes = (): readonly string[] => {
      const given = (asked.headers.authorization ?? "").replace(/^Bearer /, "");
      const known = options.management?.[given];
      if (known === undefined) throw apiRefusal(401, "unauthenticated");
      return known;
    };
    const needs = (scope: string): void => {
      if (!scopes().includes(scope)) throw apiRefusal(403, `missing scope ${scope}`);
    };
    const attributes = (type: string): Fields => {
      const { data } = jsonFields(asked.body, (why) => {
        throw apiRefusal(422, why);
      });
      if (!isFields(data) || data.type !== type) throw apiRefusal(422, `data.type must be ${type}`);
      return { ...(isFields(data.attributes) ? data.attributes : {}), relationships: data.relationships };
    };
    return {
      "GET /2/auth": () => {
        const granted = scopes();
        const team = { type: "teams", id: "hcatm_1", attributes: { name: "Games", slug: "games" } };
        const relationships = { team: { data: { type: "teams", id: team.id } } };
        const data = {
          type: "api-keys",
          id: "hcamk_1",
          attributes: { name: "deploy", key_type: "management", scopes: granted },
          relationships,
        };
        return api({ data, included: [team] });
      },
      "GET /2/teams/games/environments": () => {
        needs("environments:read");
        return api({ data: environments });
      },
      "POST /2/teams/games/environments": () => {
        needs("environments:write");
        const given = attributes("environments");
        const name = text(given.name);
        if (name === "") throw apiRefusal(422, "name is required");
        if (environments.some((one) => isFields(one.attributes) && one.attributes.name === name))
          throw apiRefusal(409, "an environment of that name exists");
        const made = {
          ...{ type: "environments", id: next("hcaen_") },
          attributes: { name, slug: name.toLowerCase(), settings: { delete_protected: true } },
        };
        environments.push(made);
        return api({ data: made }, 201);
      },
      "DELETE /2/teams/games/environments/:id": ({ id }: Fields) => {
        needs("environments:write");
        if (!environments.some((one) => one.id === id)) throw apiRefusal(404, "not found");
        throw apiRefusal(409, "the environment is protected from deletion");
      },
      "POST /2/teams/games/api-keys": () => {
        needs("api-keys:write");
        const given = attributes("api-keys");
        if (!["ingest", "configuration"].includes(text(given.key_type)))
          throw apiRefusal(422, "key_type: ingest or configuration");
        const relation = isFields(given.relationships) ? given.relationships.environment : undefined;
        const target = isFields(relation) && isFields(relation.data) ? relation.data.id : undefined;
        if (!environments.some((one) => one.id === target)) throw apiRefusal(422, "environment does not exist");
        const id = next(given.key_type === "ingest" ? "hcaik_" : "hcalk_");
        const { relationships, ...rest } = given;
        const made = {
          type: "api-keys",
          id,
          attributes: { ...rest, secret: `${id}-secret`, disabled: false },
          relationships,
        };
        apiKeys.push(made);
        return api({ data: made }, 201);
      },
    };
  };

  const fake = await startFake((asked) => {
    const found = asked.path.startsWith("/2/") ? route(asked, v2(asked)) : route(asked, v1(asked));
    return found ?? { status: 404, body: { error: "not found" } };
  });
  return { ...fake, datasets, triggers, environments, apiKeys };
}

const TRIGGER_FIELDS = [
  "description",
  "disabled",
  "query",
  "query_id",
  "alert_type",
  "frequency",
  "recipients",
  "tags",
].concat(
  ...[["evaluation_schedule", "evaluation_schedule_type", "baseline_details", "dataset_slug", "auto_investigate"]],
);

function checkTrigger({ frequency = 900 }: Fields, query: Fields): void {
  if (typeof frequency !== "number" || frequency < 60 || frequency > 86_400 || frequency % 60 !== 0)
    unprocessable("frequency: 60 to 86400 seconds, in steps of 60");
  const range = query.time_range;
  if (typeof range === "number" && range > 4 * frequency)
    unprocessable("the query's time range is more than 4 times the frequency");
  if (list(query.calculations).length > 1) unprocessable("a trigger has one calculation");
  const forbidden = ["orders", "limit", "granularity"].find((key) => query[key] !== undefined);
  if (forbidden !== undefined) unprocessable(`a trigger's query may not have ${forbidden}`);
}

const ok = (body: unknown, status = 200): Answer => ({ status, body });
const api = (body: unknown, status = 200): Answer => ({
  status,
  body,
  headers: { "content-type": "application/vnd.api+json" },
});
const refusal = (status: number, error: string): Refusal => new Refusal(status, { status, error });
const apiRefusal = (status: number, title: string): Refusal =>
  new Refusal(status, { errors: [{ status: String(status), title }] }, { "content-type": "application/vnd.api+json" });

function unprocessable(why: string): never {
  throw refusal(422, why);
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
