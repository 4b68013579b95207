import { type Fields, isFields, jsonFields, text } from "./fields.ts";
import { at, type Right, type Routes } from "./honeycomb-desk.ts";
import { type Answer, type Asked, Refusal } from "./server.ts";

export interface Team {
  /** Management key as `id:secret` -> its scopes. */
  readonly management: Readonly<Record<string, readonly string[]>>;
  readonly environments: Fields[];
  readonly apiKeys: Fields[];
  readonly next: (prefix: string) => string;
  /** A configuration key that was made works in the v1 API from then on. */
  readonly admit: (key: string, rights: readonly Right[]) => void;
}

/** What the permissions of a key are called where it is used. */
const RIGHTS: Readonly<Record<string, Right>> = {
  create_datasets: "create_datasets",
  send_events: "events",
  run_queries: "queries",
  manage_columns: "columns",
  manage_boards: "boards",
  manage_slos: "slos",
  manage_triggers: "triggers",
  manage_recipients: "recipients",
  manage_markers: "markers",
};

/** Honeycomb's v2 API of a team called `games`, in JSON:API: environments, protected from deletion when made, and their keys. */
export function teamRoutes(team: Team, asked: Asked): Routes {
  const scopes = (): readonly string[] => {
    const given = (asked.headers.authorization ?? "").replace(/^Bearer /, "");
    const known = team.management[given];
    if (known === undefined) throw refused(401, "unauthenticated");
    return known;
  };
  const needs = (scope: string): void => {
    if (!scopes().includes(scope)) throw refused(403, `missing scope ${scope}`);
  };
  const attributes = (type: string): Fields => {
    const { data } = jsonFields(asked.body, (why) => {
      throw refused(422, why);
    });
    if (!isFields(data) || data.type !== type) throw refused(422, `data.type must be ${type}`);
    return { ...at(data.attributes), relationships: data.relationships };
  };
  const one = (things: readonly Fields[], id: string | undefined): Fields => {
    const found = things.find((thing) => thing.id === id);
    if (found === undefined) throw refused(404, "not found");
    return found;
  };
  return {
    "GET /2/auth": () => {
      const granted = scopes();
      const own = { type: "teams", id: "hcatm_1", attributes: { name: "Games", slug: "games" } };
      const relationships = { team: { data: { type: "teams", id: own.id } } };
      const described = { name: "deploy", key_type: "management", scopes: granted };
      const data = { type: "api-keys", id: "hcamk_1", attributes: described, relationships };
      return api({ data, included: [own] });
    },
    "GET /2/teams/games/environments": () => {
      needs("environments:read");
      return api({ data: team.environments });
    },
    "GET /2/teams/games/environments/:id": ({ id }) => {
      needs("environments:read");
      return api({ data: one(team.environments, id) });
    },
    "POST /2/teams/games/environments": () => {
      needs("environments:write");
      const { description = "", color = "blue", ...given } = attributes("environments");
      const name = text(given.name);
      if (name === "") throw refused(422, "name is required");
      if (team.environments.some((each) => at(each.attributes).name === name))
        throw refused(409, "an environment of that name exists");
      const settings = { delete_protected: true };
      const described = { name, slug: name.toLowerCase(), description, color, settings };
      const made = { type: "environments", id: team.next("hcaen_"), attributes: described };
      team.environments.push(made);
      return api({ data: made }, 201);
    },
    "DELETE /2/teams/games/environments/:id": ({ id }) => {
      needs("environments:write");
      one(team.environments, id);
      throw refused(409, "the environment is protected from deletion");
    },
    "POST /2/teams/games/api-keys": () => {
      needs("api-keys:write");
      const { relationships, ...given } = attributes("api-keys");
      if (!["ingest", "configuration"].includes(text(given.key_type)))
        throw refused(422, "key_type: ingest or configuration");
      const environment = at(at(at(relationships).environment).data).id;
      if (!team.environments.some((each) => each.id === environment)) throw refused(422, "environment does not exist");
      const id = team.next(given.key_type === "ingest" ? "hcaik_" : "hcalk_");
      const shown = { type: "api-keys", id, attributes: { ...given, disabled: false }, relationships };
      team.apiKeys.push(shown);
      const secret = `${id}-secret`;
      const granted = Object.entries(at(given.permissions)).flatMap(([name, on]) =>
        on === true ? (RIGHTS[name] ?? []) : [],
      );
      // an ingest key is id and secret in one; a configuration key is its secret
      team.admit(given.key_type === "ingest" ? id + secret : secret, granted);
      return api({ data: { ...shown, attributes: { ...shown.attributes, secret } } }, 201);
    },
    "GET /2/teams/games/api-keys/:id": ({ id }) => {
      needs("api-keys:read");
      return api({ data: one(team.apiKeys, id) });
    },
    "DELETE /2/teams/games/api-keys/:id": ({ id }) => {
      needs("api-keys:write");
      team.apiKeys.splice(team.apiKeys.indexOf(one(team.apiKeys, id)), 1);
      return { status: 204 };
    },
  };
}

const TYPE = { "content-type": "application/vnd.api+json" };
const api = (body: unknown, status = 200): Answer => ({ status, body, headers: TYPE });
const refused = (status: number, title: string): Refusal =>
  new Refusal(status, { errors: [{ status: String(status), title }] }, TYPE);
