import { type Fields, text } from "./fields.ts";
import {
  at,
  type Desk,
  graphError,
  guidOf,
  invalid,
  items,
  known,
  type Operations,
  ofAccount,
  serviceGuid,
} from "./nerdgraph-desk.ts";

/** What hangs on the entities of services, which exist once their telemetry has arrived: service levels and deployments. */
export const entityMutations = (desk: Desk): Operations => ({
  serviceLevelCreate: ({ entityGuid, entityGUID, indicator }) => {
    const guid = entityGuid ?? entityGUID;
    checkEntity(desk, guid);
    const made = { ...level(desk, indicator), id: desk.next(), entityGuid: guid };
    desk.serviceLevels.set(made.id, made);
    return { serviceLevelCreate: made };
  },
  serviceLevelUpdate: ({ guid, id, indicator }) => {
    const old = levelOf(desk, guid ?? id);
    const made = { ...old, ...level(desk, indicator) };
    desk.serviceLevels.set(text(old.id), made);
    return { serviceLevelUpdate: made };
  },
  serviceLevelDelete: ({ guid, id }) => {
    const one = levelOf(desk, guid ?? id);
    desk.serviceLevels.delete(text(one.id));
    return { serviceLevelDelete: one };
  },
  changeTrackingCreateDeployment: ({ deployment }) => {
    const given = known(
      deployment,
      ["entityGuid", "version"],
      ["changelog", "commit", "deepLink", "deploymentType", "description", "groupId", "timestamp", "user"],
    );
    checkEntity(desk, given.entityGuid);
    desk.deployments.push(given);
    return { changeTrackingCreateDeployment: { deploymentId: `deployment-${desk.next()}` } };
  },
});

/** The search that the provider makes: by name, domain and type. */
export function entitySearch(desk: Desk, query: string): Fields {
  const name = /name = '([^']+)'/i.exec(query)?.[1];
  const isService = /domain = 'EXT'/i.test(query) && /type = 'SERVICE'/i.test(query);
  const entities = desk.services
    .filter((service) => isService && service === name)
    .map((service) => ({
      __typename: "GenericEntityOutline",
      guid: serviceGuid(desk, service),
      name: service,
      accountId: desk.accountId,
      domain: "EXT",
      type: "SERVICE",
      entityType: "EXTERNAL_ENTITY",
      tags: [],
    }));
  return { actor: { entitySearch: { count: entities.length, query, results: { entities, nextCursor: null } } } };
}

export const indicatorsOf = (desk: Desk, guid: unknown): Fields => ({
  actor: {
    entity: {
      __typename: "GenericEntity",
      serviceLevel: {
        indicators: levels(desk).filter((one) => one.entityGuid === guid || levelGuid(desk, one) === guid),
      },
    },
  },
});

const levels = (desk: Desk): readonly Fields[] => [...desk.serviceLevels.values()];
/** A service level is an entity of its own. */
const levelGuid = (desk: Desk, { id }: Fields): string => guidOf(desk, "EXT|SERVICE_LEVEL", text(id));

function levelOf(desk: Desk, guid: unknown): Fields {
  const one = levels(desk).find((each) => levelGuid(desk, each) === guid);
  if (one === undefined) throw graphError("Service level not found", "NOT_FOUND");
  return one;
}

function checkEntity(desk: Desk, guid: unknown): void {
  if (!desk.services.some((service) => serviceGuid(desk, service) === guid)) invalid("entityGuid: no such entity");
}

/** https://docs.newrelic.com/docs/apis/nerdgraph/examples/nerdgraph-slm/#sli-queries */
function checkSelect(key: string, { function: how, attribute, threshold }: Fields): void {
  if (!["COUNT", "SUM", "GET_FIELD", "GET_CDF_COUNT"].includes(text(how)))
    invalid(`${key}: unknown function ${text(how)}`);
  if (how !== "COUNT" && text(attribute) === "") invalid(`${key}: ${text(how)} needs an attribute`);
  if ((how === "GET_CDF_COUNT") !== (typeof threshold === "number" && threshold !== 0))
    invalid(`${key}: a threshold is for GET_CDF_COUNT`);
}

function level(desk: Desk, indicator: unknown): Fields {
  const given = known(indicator, ["name", "events", "objectives"], ["description", "slug"]);
  const events = at(given.events);
  if (events.accountId !== undefined) ofAccount(desk, events.accountId);
  for (const key of ["validEvents", "goodEvents"]) {
    const { from, select } = at(events[key]);
    if (!/^[A-Z]\w+$/.test(text(from))) invalid(`${key}: from one type of event`);
    if (select !== undefined) checkSelect(key, at(select));
  }
  for (const { target, timeWindow } of items(given.objectives)) {
    if (typeof target !== "number" || target <= 0 || target >= 100) invalid("target: between 0 and 100");
    const { count, unit } = at(at(timeWindow).rolling);
    if (![1, 7, 28].includes(Number(count)) || unit !== "DAY") invalid("rolling: 1, 7 or 28 days");
  }
  const account = { id: desk.accountId, name: "Games" };
  const shown = (query: unknown) => ({ select: { attribute: "", function: "COUNT", threshold: 0 }, ...at(query) });
  return {
    ...given,
    events: { account, validEvents: shown(events.validEvents), goodEvents: shown(events.goodEvents), badEvents: null },
  };
}
