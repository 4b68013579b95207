import { type Fields, text } from "./fields.ts";
import {
  at,
  type Desk,
  guidOf,
  invalid,
  items,
  known,
  type Operations,
  ofAccount,
  type Shelf,
} from "./nerdgraph-desk.ts";

/** Destinations, channels to them, and workflows, in this order; each is refused, in `errors`, while another needs it. */
export const notificationMutations = (desk: Desk): Operations => ({
  aiNotificationsCreateDestination: ({ accountId, destination, scope }) => {
    ofScope(desk, accountId, scope);
    const given = known(destination, ["name", "type"], ["properties", "auth", "secureUrl"]);
    checkDestination(given);
    const id = `destination-${desk.next()}`;
    const made = { ...given, ...common(desk), id, guid: guidOf(desk, "AIOPS|DESTINATION", id) };
    desk.destinations.set(id, made);
    return { aiNotificationsCreateDestination: { destination: shownDestination(made), errors: [] } };
  },
  aiNotificationsUpdateDestination: ({ accountId, destinationId, destination, scope }) => {
    ofScope(desk, accountId, scope);
    const made = { ...at(desk.destinations.get(text(destinationId))), ...at(destination) };
    desk.destinations.set(text(destinationId), made);
    return { aiNotificationsUpdateDestination: { destination: shownDestination(made), errors: [] } };
  },
  aiNotificationsDeleteDestination: ({ accountId, destinationId, scope }) => {
    ofScope(desk, accountId, scope);
    const used = [...desk.channels.values()].some((channel) => channel.destinationId === destinationId);
    if (used)
      return { aiNotificationsDeleteDestination: { ids: [], errors: [error("CONSTRAINT", "a channel uses it")] } };
    return { aiNotificationsDeleteDestination: gone(desk.destinations, destinationId) };
  },
  aiNotificationsCreateChannel: ({ accountId, channel }) => {
    ofAccount(desk, accountId);
    const given = known(channel, ["name", "type", "product", "destinationId"], ["properties"]);
    const destination = desk.destinations.get(text(given.destinationId));
    if (destination?.type !== given.type) return invalid("destinationId: no destination of this type");
    checkChannel(given);
    const made = { ...given, ...common(desk), id: `channel-${desk.next()}` };
    desk.channels.set(made.id, made);
    return { aiNotificationsCreateChannel: { channel: made, errors: [] } };
  },
  aiNotificationsUpdateChannel: ({ accountId, channelId, channel }) => {
    ofAccount(desk, accountId);
    const made = { ...at(desk.channels.get(text(channelId))), ...at(channel) };
    desk.channels.set(text(channelId), made);
    return { aiNotificationsUpdateChannel: { channel: made, errors: [] } };
  },
  aiNotificationsDeleteChannel: ({ accountId, channelId }) => {
    ofAccount(desk, accountId);
    const used = [...desk.workflows.values()].some(({ destinationConfigurations: destinations }) =>
      items(destinations).some((one) => one.channelId === channelId),
    );
    if (used) return { aiNotificationsDeleteChannel: { ids: [], errors: [error("CONSTRAINT", "a workflow uses it")] } };
    return { aiNotificationsDeleteChannel: gone(desk.channels, channelId) };
  },
  aiWorkflowsCreateWorkflow: ({ accountId, createWorkflowData: given }) => {
    ofAccount(desk, accountId);
    const id = `workflow-${desk.next()}`;
    const made = workflow(desk, id, at(given));
    desk.workflows.set(id, made);
    return { aiWorkflowsCreateWorkflow: { workflow: made, errors: [] } };
  },
  aiWorkflowsUpdateWorkflow: ({ accountId, updateWorkflowData: given }) => {
    ofAccount(desk, accountId);
    const { id, issuesFilter, ...rest } = at(given);
    if (!desk.workflows.has(text(id))) return invalid("id: no such workflow");
    const made = workflow(desk, text(id), { ...rest, issuesFilter: at(issuesFilter).filterInput });
    desk.workflows.set(text(id), made);
    return { aiWorkflowsUpdateWorkflow: { workflow: made, errors: [] } };
  },
  aiWorkflowsDeleteWorkflow: ({ accountId, id }) => {
    ofAccount(desk, accountId);
    desk.workflows.delete(text(id));
    return { aiWorkflowsDeleteWorkflow: { id, errors: [] } };
  },
});

export const notificationQueries = (desk: Desk): Operations => ({
  destinations: ({ filters }) =>
    entities(desk, desk.destinations, filters, "aiNotifications", "destinations", shownDestination),
  channels: ({ filters }) => entities(desk, desk.channels, filters, "aiNotifications", "channels"),
  workflows: ({ filters }) => entities(desk, desk.workflows, filters, "aiWorkflows", "workflows"),
});

/** An account is named directly, or as the scope of what is asked. */
const ofScope = (desk: Desk, accountId: unknown, scope: unknown): void => ofAccount(desk, accountId ?? at(scope).id);

const common = (desk: Desk): Fields => ({ accountId: desk.accountId, active: true, status: "DEFAULT" });
const error = (type: string, description: string): Fields => ({ type, description, details: description });

function gone(shelf: Shelf, id: unknown): Fields {
  const description = `${text(id)} does not correspond to any valid entity`;
  if (!shelf.delete(text(id))) return { ids: [], errors: [error("INVALID_PARAMETER", description)] };
  return { ids: [id], errors: [] };
}

function entities(
  desk: Desk,
  shelf: Shelf,
  filters: unknown,
  area: string,
  kind: string,
  show = (one: Fields) => one,
): Fields {
  const one = shelf.get(text(at(filters).id));
  const entities = one === undefined ? [] : [show(one)];
  const answer = { entities, totalCount: entities.length, errors: [], nextCursor: null };
  return { actor: { account: { id: desk.accountId, [area]: { [kind]: answer } } } };
}

/** What is secret is kept, and never shown again. */
const shownDestination = ({ secureUrl, auth: _auth, ...rest }: Fields): Fields => ({
  ...rest,
  scope: { type: "ACCOUNT", id: String(rest.accountId) },
  auth: null,
  secureUrl: secureUrl === undefined || secureUrl === null ? null : { prefix: at(secureUrl).prefix },
});

const property = (properties: unknown, key: string): string =>
  text(items(properties).find((one) => one.key === key)?.value);

function checkDestination({ type, properties, secureUrl }: Fields): void {
  if (type === "EMAIL") {
    if (!/^\S+@\S+(,\S+@\S+)*$/.test(property(properties, "email"))) invalid("email: addresses, with commas");
    return;
  }
  if (type !== "WEBHOOK") invalid("type: EMAIL or WEBHOOK; the others take an OAuth consent");
  const { prefix, secureSuffix } = at(secureUrl);
  if (!/^https?:\/\/[^/]+\/$/.test(text(prefix)) || text(secureSuffix) === "")
    invalid("secureUrl: origin and the rest");
}

function checkChannel({ type, product, properties }: Fields): void {
  if (product !== "IINT") invalid("product: IINT");
  if (type === "EMAIL" && property(properties, "subject") === "") invalid("subject is required");
  if (type !== "WEBHOOK") return;
  const filled = property(properties, "payload").replace(/\{\{ json [^}]+ \}\}/g, '"text"');
  try {
    JSON.parse(filled);
  } catch {
    invalid("payload: no JSON when filled in");
  }
}

function workflow(desk: Desk, id: string, data: Fields): Fields {
  const given = known(
    data,
    ["name", "destinationConfigurations", "issuesFilter", "mutingRulesHandling"],
    ["enrichments", "enrichmentsEnabled", "destinationsEnabled", "workflowEnabled"],
  );
  const destinations = items(given.destinationConfigurations).map((one) => {
    const channel = desk.channels.get(text(one.channelId)) ?? invalid("channelId: no such channel");
    return { ...one, name: channel.name, type: channel.type };
  });
  const filter = at(given.issuesFilter);
  for (const { attribute, values } of items(filter.predicates)) {
    if (attribute !== "labels.policyIds" || !Array.isArray(values)) continue;
    for (const policy of values)
      if (!desk.policies.has(String(policy))) invalid(`labels.policyIds: no policy ${policy}`);
  }
  return {
    ...{ ...given, id, accountId: desk.accountId, guid: guidOf(desk, "AIOPS|WORKFLOW", id), enrichments: [] },
    destinationConfigurations: destinations,
    issuesFilter: { ...filter, id: `${id}-filter`, accountId: desk.accountId },
  };
}
