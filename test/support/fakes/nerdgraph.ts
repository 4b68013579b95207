import { type Fields, isFields, jsonFields, text } from "./fields.ts";
import { alertMutations } from "./nerdgraph-alerts.ts";
import { dashboardEntity, dashboardMutations } from "./nerdgraph-dashboards.ts";
import { type Desk, found, graphError } from "./nerdgraph-desk.ts";
import { entityMutations, entitySearch, indicatorsOf } from "./nerdgraph-entities.ts";
import { notificationMutations, notificationQueries } from "./nerdgraph-notifications.ts";
import { answerNrql } from "./nerdgraph-nrql.ts";
import { type Answer, type Asked, type Fake, Refusal, startFake } from "./server.ts";
import type { Telemetry } from "./telemetry.ts";

interface Key {
  readonly id: string;
  readonly type: "INGEST";
  readonly ingestType: string;
  readonly name: string;
  readonly notes: string;
  readonly accountId: number;
  readonly key: string;
}

export interface NerdGraphOptions {
  /** User keys that are known -> what they may do. */
  readonly users: Readonly<Record<string, { readonly manageKeys: boolean }>>;
  readonly accountId: number;
  /** Gigabytes ingested this month, for the query of the free quota. Default: 0. */
  readonly ingestedGigabytes?: number;
  /** Services whose telemetry has arrived: they have entities. Default: none. */
  readonly services?: readonly string[];
  /** What NRQL given as a variable is answered from. */
  readonly telemetry?: Telemetry;
}

export interface NerdGraph extends Fake, Readonly<Omit<Desk, "next" | "accountId" | "services">> {
  readonly keys: readonly Key[];
  readonly rules: readonly { readonly id: string; readonly name: string; readonly nrql: string }[];
}

/**
 * New Relic's one GraphQL endpoint: who am I, keys, pipeline rules, the usage query, and what an account shows. GraphQL answers 200 with
 * `errors` where a REST API would refuse; only an unknown user key is a 401. Operations are distinguished by the field they ask for.
 */
export async function startNerdGraph(options: NerdGraphOptions): Promise<NerdGraph> {
  const keys: Key[] = [];
  const rules: { id: string; name: string; nrql: string }[] = [];
  let serial = 0;
  const desk: Desk = {
    accountId: options.accountId,
    services: options.services ?? [],
    deployments: [],
    dashboards: new Map(),
    policies: new Map(),
    conditions: new Map(),
    destinations: new Map(),
    channels: new Map(),
    workflows: new Map(),
    serviceLevels: new Map(),
    next: () => String(++serial),
  };

  const account = (id: unknown): void => {
    if (Number(id) !== options.accountId)
      throw graphError("User is not authorized to perform this action.", "AUTHORIZATION");
  };
  const mayManageKeys = (user: string): void => {
    if (options.users[user]?.manageKeys !== true)
      throw graphError("Access denied: api_keys.ingest.manage", "AUTHORIZATION");
  };

  const operations: Readonly<Record<string, (variables: Fields, user: string, query: string) => unknown>> = {
    // mutations first: what they ask to have back names much that is asked for elsewhere
    ...dashboardMutations(desk),
    ...alertMutations(desk),
    ...notificationMutations(desk),
    ...entityMutations(desk),
    apiAccessCreateKeys: ({ keys: wanted }, user) => {
      mayManageKeys(user);
      const ingest = isFields(wanted) && Array.isArray(wanted.ingest) ? wanted.ingest : [];
      const created = ingest.map((one: unknown) => {
        if (!isFields(one) || !["LICENSE", "BROWSER"].includes(text(one.ingestType)))
          throw graphError("ingestType must be LICENSE or BROWSER", "BAD_USER_INPUT");
        account(one.accountId);
        const id = `KEY-${++serial}`;
        const key: Key = {
          id,
          type: "INGEST",
          ingestType: text(one.ingestType),
          name: text(one.name),
          notes: text(one.notes),
          accountId: options.accountId,
          key: `${id.toLowerCase()}-secret-NRAL`,
        };
        keys.push(key);
        return key;
      });
      return { apiAccessCreateKeys: { createdKeys: created, errors: [] } };
    },
    apiAccessDeleteKeys: ({ keys: wanted }, user) => {
      mayManageKeys(user);
      const ids = isFields(wanted) && Array.isArray(wanted.ingestKeyIds) ? wanted.ingestKeyIds.map(String) : [];
      const unknown = ids.find((id) => !keys.some((key) => key.id === id));
      if (unknown !== undefined) throw graphError("The key could not be found", "NOT_FOUND");
      for (const id of ids)
        keys.splice(
          keys.findIndex((key) => key.id === id),
          1,
        );
      return { apiAccessDeleteKeys: { deletedKeys: ids.map((id) => ({ id })), errors: [] } };
    },
    entityManagementCreatePipelineCloudRule: ({ pipelineCloudRuleEntity: entity }) => {
      const given = isFields(entity) ? entity : {};
      const nrql = text(given.nrql);
      if (!/^DELETE (.+ )?FROM \w+/i.test(nrql)) throw graphError("nrql must be a DELETE statement", "BAD_USER_INPUT");
      if (rules.some(({ name }) => name === given.name)) throw graphError("name is already in use", "CONFLICT");
      const rule = { id: `RULE-${++serial}`, name: text(given.name), nrql };
      rules.push(rule);
      return { entityManagementCreatePipelineCloudRule: { entity: rule } };
    },
    DashboardEntity: ({ guid }) => ({ actor: { entity: dashboardEntity(desk, guid) } }),
    entitySearch: ({ query }) => entitySearch(desk, text(query)),
    indicators: ({ entityGUID }) => indicatorsOf(desk, entityGUID),
    nrqlCondition: ({ id }) => inAlerts({ nrqlCondition: found(desk.conditions, id, "Condition") }),
    policy: ({ policyID }) => inAlerts({ policy: found(desk.policies, policyID, "Policy") }),
    ...notificationQueries(desk),
    nrql: ({ accountId, nrql }) => {
      account(accountId);
      if (options.telemetry && nrql !== undefined)
        return { actor: { account: { nrql: { results: answerNrql(text(nrql), options.telemetry) } } } };
      return { actor: { account: { nrql: { results: [{ gigabytes: options.ingestedGigabytes ?? 0 }] } } } };
    },
    apiAccess: ({ id }) => {
      const key = keys.find((one) => one.id === id);
      if (key === undefined) throw graphError("The key could not be found", "NOT_FOUND");
      return { actor: { apiAccess: { key } } };
    },
    account: ({ accountId }) => {
      account(accountId);
      return { actor: { account: { id: options.accountId, name: "Games" } } };
    },
    user: () => ({ actor: { user: { id: 1, email: "someone@example.invalid" } } }),
  };

  const fake = await startFake((asked): Answer => {
    if (asked.path !== "/graphql" || asked.method !== "POST") return { status: 404, body: { error: "not found" } };
    const user = userOf(asked, options);
    const request = jsonFields(asked.body, (why) => {
      throw new Refusal(400, { errors: [{ message: why }] });
    });
    const query = text(request.query);
    const name = Object.keys(operations).find((field) => new RegExp(`\\b${field}\\b`).test(query));
    const operation = name === undefined ? undefined : operations[name];
    if (operation === undefined) throw graphError("Cannot query field", "GRAPHQL_VALIDATION_FAILED");
    return {
      status: 200,
      body: { data: operation(isFields(request.variables) ? request.variables : {}, user, query) },
    };
  });
  return { ...fake, ...desk, keys, rules };
}

function userOf(asked: Asked, { users }: NerdGraphOptions): string {
  const key = asked.headers["api-key"];
  if (typeof key === "string" && users[key] !== undefined) return key;
  throw new Refusal(401, {
    errors: [{ message: "The API key provided is invalid", extensions: { errorClass: "UNAUTHENTICATED" } }],
  });
}

const inAlerts = (alerts: Fields): Fields => ({ actor: { account: { alerts } } });
