import { type Fields, text } from "./fields.ts";
import { at, type Desk, found, guidOf, invalid, items, known, type Operations, ofAccount } from "./nerdgraph-desk.ts";

const PREFERENCES = ["PER_POLICY", "PER_CONDITION", "PER_CONDITION_AND_TARGET"];

/** Policies and static NRQL conditions, by the rules of streaming alerts. A policy takes its conditions along. */
export const alertMutations = (desk: Desk): Operations => ({
  alertsPolicyCreate: ({ accountID, policy }) => {
    ofAccount(desk, accountID);
    const id = desk.next();
    const made = {
      ...checkedPolicy(policy),
      id,
      accountId: desk.accountId,
      entityGuid: guidOf(desk, "AIOPS|POLICY", id),
    };
    desk.policies.set(id, made);
    return { alertsPolicyCreate: made };
  },
  alertsPolicyUpdate: ({ accountID, policyID, policy }) => {
    ofAccount(desk, accountID);
    const made = { ...found(desk.policies, policyID, "Policy"), ...checkedPolicy(policy) };
    desk.policies.set(String(policyID), made);
    return { alertsPolicyUpdate: made };
  },
  alertsPolicyDelete: ({ accountID, policyID }) => {
    ofAccount(desk, accountID);
    found(desk.policies, policyID, "Policy");
    desk.policies.delete(String(policyID));
    for (const [id, condition] of desk.conditions) if (condition.policyId === policyID) desk.conditions.delete(id);
    return { alertsPolicyDelete: { id: policyID } };
  },
  alertsNrqlConditionStaticCreate: ({ accountId, policyId, condition }) => {
    ofAccount(desk, accountId);
    found(desk.policies, policyId, "Policy");
    const id = desk.next();
    const own = { id, policyId: String(policyId), type: "STATIC", entityGuid: guidOf(desk, "AIOPS|CONDITION", id) };
    const made = { ...checkedCondition(condition), ...own };
    desk.conditions.set(id, made);
    return { alertsNrqlConditionStaticCreate: made };
  },
  alertsNrqlConditionStaticUpdate: ({ accountId, id, condition }) => {
    ofAccount(desk, accountId);
    const made = { ...found(desk.conditions, id, "Condition"), ...checkedCondition(condition) };
    desk.conditions.set(String(id), made);
    return { alertsNrqlConditionStaticUpdate: made };
  },
  alertsConditionDelete: ({ accountId, accountID, id, conditionId }) => {
    ofAccount(desk, accountId ?? accountID);
    const which = id ?? conditionId;
    found(desk.conditions, which, "Condition");
    desk.conditions.delete(String(which));
    return { alertsConditionDelete: { id: which } };
  },
});

function checkedPolicy(policy: unknown): Fields {
  const given = known(policy, ["name", "incidentPreference"]);
  if (!PREFERENCES.includes(text(given.incidentPreference))) invalid(`incidentPreference: ${PREFERENCES.join(", ")}`);
  return given;
}

const OPTIONAL = [
  ...["description", "enabled", "runbookUrl", "type", "violationTimeLimit", "violationTimeLimitSeconds", "expiration"],
  ...["titleTemplate", "targetEntity"],
];

function checkedCondition(condition: unknown): Fields {
  const given = known(condition, ["name", "nrql", "terms", "signal"], OPTIONAL);
  const query = text(at(given.nrql).query);
  // https://docs.newrelic.com/docs/alerts/create-alert/create-alert-condition/create-nrql-alert-conditions/#syntax
  const clause = /\b(SINCE|UNTIL|TIMESERIES|LIMIT|COMPARE WITH|ORDER BY|JOIN|SLIDE BY|WITH TIMEZONE)\b/.exec(query);
  if (clause !== null) invalid(`nrql: a condition may not have ${clause[0]}`);
  if (query.length > 4096) invalid("nrql: at most 4096 characters");
  const signal = at(given.signal);
  const window = between(signal.aggregationWindow, "aggregationWindow", 30, 21_600);
  if (typeof signal.slideBy === "number") checkSlide(signal.slideBy, window);
  checkMethod(signal);
  if ((/ FACET (.*)$/.exec(query)?.[1] ?? "").split(",").length > 5) invalid("nrql: at most five facets");
  for (const term of items(given.terms)) {
    const duration = between(term.thresholdDuration, "thresholdDuration", 60, 86_400);
    const step = typeof signal.slideBy === "number" ? signal.slideBy : window;
    if (duration % step !== 0) invalid("thresholdDuration: a multiple of the window");
    if (term.priority === "CRITICAL" && typeof term.threshold !== "number") invalid("threshold: a number");
  }
  between(given.violationTimeLimitSeconds, "violationTimeLimitSeconds", 300, 2_592_000);
  const expiry = at(given.expiration).expirationDuration;
  if (typeof expiry === "number") between(expiry, "expirationDuration", 30, 172_800);
  const { dataAccountId: account } = at(given.nrql);
  return {
    titleTemplate: null,
    targetEntity: null,
    runbookUrl: null,
    description: null,
    violationTimeLimit: null,
    ...given,
    nrql: { query, dataAccountId: account ?? null, evaluationOffset: null },
    signal: { fillOption: "NONE", ...signal },
  };
}

/**
 * A delay belongs to event flow and cadence, a timer to event timer.
 * https://docs.newrelic.com/docs/alerts/create-alert/fine-tune/streaming-alerts-key-terms-concepts/#aggregation-methods
 */
function checkMethod({ aggregationMethod: method, aggregationDelay, aggregationTimer }: Fields): void {
  switch (method) {
    case "EVENT_FLOW":
    case "CADENCE":
      if (aggregationTimer != null) invalid(`aggregationTimer: not with ${method}`);
      between(aggregationDelay, "aggregationDelay", 0, method === "CADENCE" ? 3600 : 1200);
      return;
    case "EVENT_TIMER":
      if (aggregationDelay != null) invalid("aggregationDelay: not with EVENT_TIMER");
      between(aggregationTimer, "aggregationTimer", 5, 1200);
      return;
    default:
      invalid("aggregationMethod: EVENT_FLOW, EVENT_TIMER or CADENCE");
  }
}

/** New Relic wants a divisor of the window, and at least half a minute, a 120th or a 24th of it. */
function checkSlide(slideBy: number, window: number): void {
  const least = window <= 3600 ? 30 : window <= 7200 ? window / 120 : window / 24;
  if (window % slideBy !== 0 || slideBy >= window || slideBy < least)
    invalid(`slideBy: a divisor of ${window}, at least ${least}`);
}

function between(value: unknown, what: string, least: number, most: number): number {
  if (typeof value !== "number" || value < least || value > most) return invalid(`${what}: ${least} to ${most}`);
  return value;
}
