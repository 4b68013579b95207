import { checkFields, type Fields, isFields, jsonFields, text } from "./fields.ts";
import {
  at,
  bodyOf,
  checkLength,
  checkPlace,
  type Desk,
  demand,
  found,
  gone,
  list,
  ok,
  type Routes,
  refusal,
  unprocessable,
} from "./honeycomb-desk.ts";
import { checkQuery } from "./honeycomb-saved-queries.ts";
import type { Asked } from "./server.ts";

const OPTIONAL = [
  ...["description", "disabled", "query", "query_id", "alert_type", "frequency", "recipients", "tags", "id"],
  ...["evaluation_schedule", "evaluation_schedule_type", "baseline_details", "dataset_slug", "auto_investigate"],
];

/** Triggers, as many as the plan allows, and the recipients of the whole team. */
export const triggerRoutes = (desk: Desk, asked: Asked): Routes => ({
  "POST /1/triggers/:slug": ({ slug = "" }) => {
    demand(desk, asked, "triggers");
    const given = trigger(desk, asked, slug);
    if (desk.triggers.size >= desk.maxTriggers) throw refusal(403, "your plan's limit of triggers is reached");
    const made = { ...given, id: desk.next("trigger"), dataset_slug: slug };
    desk.triggers.set(made.id, made);
    return ok(made, 201);
  },
  "GET /1/triggers/:slug/:id": (parts) => {
    demand(desk, asked, "triggers");
    return ok(found(desk.triggers, parts, "Trigger"));
  },
  "PUT /1/triggers/:slug/:id": (parts) => {
    demand(desk, asked, "triggers");
    const { id } = found(desk.triggers, parts, "Trigger");
    const made = { ...trigger(desk, asked, parts.slug ?? ""), id, dataset_slug: parts.slug };
    desk.triggers.set(text(id), made);
    return ok(made);
  },
  "DELETE /1/triggers/:slug/:id": (parts) => {
    demand(desk, asked, "triggers");
    desk.triggers.delete(text(found(desk.triggers, parts, "Trigger").id));
    return gone;
  },
  "POST /1/recipients": () => {
    demand(desk, asked, "recipients");
    const given = recipient(asked);
    const same = [...desk.recipients.values()].some((one) => target(one) === target(given) && one.type === given.type);
    if (same) throw refusal(409, "a recipient like this exists already");
    const made = { ...given, id: desk.next("recipient") };
    desk.recipients.set(made.id, made);
    return ok(made, 201);
  },
  "GET /1/recipients/:id": (parts) => {
    demand(desk, asked, "recipients");
    return ok(found(desk.recipients, parts, "Recipient"));
  },
  "PUT /1/recipients/:id": (parts) => {
    demand(desk, asked, "recipients");
    const old = found(desk.recipients, parts, "Recipient");
    const given = recipient(asked);
    if (given.type !== old.type) unprocessable("type cannot be changed");
    desk.recipients.set(text(old.id), { ...given, id: old.id });
    return ok({ ...given, id: old.id });
  },
  "DELETE /1/recipients/:id": (parts) => {
    demand(desk, asked, "recipients");
    const { id } = found(desk.recipients, parts, "Recipient");
    const users = [...desk.triggers.values(), ...desk.burnAlerts.values()];
    if (users.some(({ recipients }) => list(recipients).some((one) => one.id === id)))
      throw refusal(409, "triggers or burn alerts use this recipient");
    desk.recipients.delete(text(id));
    return gone;
  },
});

function trigger(desk: Desk, asked: Asked, slug: string): Fields {
  const given = jsonFields(asked.body, unprocessable);
  checkFields(given, { required: ["name", "threshold"], optional: OPTIONAL }, unprocessable);
  checkPlace(desk, slug);
  checkLength(given.name, "name", 1, 120);
  checkLength(given.description, "description", 0, 1023);
  const query = isFields(given.query) ? given.query : {};
  if (given.query !== undefined) checkQuery(desk, slug, query);
  const { frequency = 900 } = given;
  if (typeof frequency !== "number" || frequency < 60 || frequency > 86_400 || frequency % 60 !== 0)
    unprocessable("frequency: 60 to 86400 seconds, in steps of 60");
  const range = typeof query.time_range === "number" ? query.time_range : 7200;
  if (range > 4 * frequency || frequency > range) unprocessable("time_range: between the frequency and 4 times of it");
  if (given.query !== undefined) checkTriggerQuery(desk.metricsDataset === slug, query);
  const { exceeded_limit: limit = 1 } = at(given.threshold);
  if (typeof limit !== "number" || limit < 1 || limit > 5) unprocessable("exceeded_limit: 1 to 5");
  // an empty baseline is how clients say that there is none
  const { baseline_details: baseline, ...rest } = given;
  const compared = text(at(baseline).type) === "" ? {} : { baseline_details: baseline };
  return { ...rest, ...compared, frequency, recipients: notified(desk, given.recipients) };
}

/**
 * One calculation, or one formula over named ones; then the filters are theirs. Only metrics say how long a step is.
 * https://github.com/honeycombio/terraform-provider-honeycombio/blob/bde0d12e592304b8d2e35ba3343849a8f8718a94/internal/helper/validation/trigger_query_spec.go
 */
function checkTriggerQuery(ofMetrics: boolean, query: Fields): void {
  const calculations = list(query.calculations);
  const formulas = list(query.formulas);
  const havings = list(query.havings);
  const forbidden = ["orders", "limit", "start_time", "end_time"].find((key) => query[key] !== undefined);
  if (forbidden !== undefined) unprocessable(`a trigger's query may not have ${forbidden}`);
  if (query.granularity !== undefined && !ofMetrics) unprocessable("granularity: only with metrics");
  if (calculations.some(({ op }) => op === "HEATMAP" || op === "CONCURRENCY"))
    unprocessable("a trigger calculates neither HEATMAP nor CONCURRENCY");
  if (havings.length > 1) unprocessable("a trigger has at most one having");
  if (formulas.length > 1) unprocessable("a trigger has at most one formula");
  const named = calculations.some(({ name, filters }) => name !== undefined || filters !== undefined);
  if (named && list(query.filters).length > 0)
    unprocessable("a trigger's query has no filters beside named calculations");
  if (formulas.length === 1) return;
  if (named) unprocessable("a trigger names calculations for a formula only");
  const judged = calculations.filter(
    ({ op, column }) => !havings.some((having) => having.calculate_op === op && having.column === column),
  );
  if (calculations.length !== 1 && judged.length !== 1) unprocessable("a trigger has one calculation");
}

/** Recipients of an alert: by id, or by what they are, in which case the team gets the recipient that it lacks. */
export function notified(desk: Desk, recipients: unknown): readonly Fields[] {
  return list(recipients).map((one) => {
    const known = [...desk.recipients.values()];
    if (text(one.id) !== "") {
      const same = known.find(({ id }) => id === one.id) ?? unprocessable("recipient: no such id");
      return { id: same.id, type: same.type, target: target(same) };
    }
    if (one.type !== "email") unprocessable("recipient: only an address can be named without an id");
    const same = known.find((each) => each.type === one.type && target(each) === one.target);
    const id = same?.id ?? desk.next("recipient");
    if (same === undefined)
      desk.recipients.set(text(id), { id, type: one.type, details: { email_address: one.target } });
    return { id, type: one.type, target: one.target };
  });
}

const target = ({ details }: Fields): unknown => at(details).email_address ?? at(details).webhook_name;

function recipient(asked: Asked): Fields {
  const given = bodyOf(asked, ["type", "details"], ["id", "created_at", "updated_at"]);
  const details = at(given.details);
  switch (given.type) {
    case "email":
      checkFields(details, { required: ["email_address"], optional: ["webhook_headers"] }, unprocessable);
      break;
    case "webhook": {
      const optional = ["webhook_secret", "webhook_headers", "webhook_payloads"];
      checkFields(details, { required: ["webhook_name", "webhook_url"], optional }, unprocessable);
      if (!/^https?:\/\//.test(text(details.webhook_url))) unprocessable("webhook_url: an http address");
      for (const template of Object.values(at(at(details.webhook_payloads).payload_templates))) checkTemplate(template);
      break;
    }
    default:
      unprocessable("type: email or webhook");
  }
  return { type: given.type, details };
}

/** A template becomes JSON when its variables are filled in. */
function checkTemplate(template: unknown): void {
  const filled = text(at(template).body).replace(/\{\{ toJson [.\w]+ \}\}/g, '"text"');
  try {
    JSON.parse(filled);
  } catch {
    unprocessable("template: no JSON when filled in");
  }
}
