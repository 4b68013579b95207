import { afterEach, describe, expect, test } from "vitest";
import { type NerdGraph, startNerdGraph } from "../../../support/fakes/nerdgraph.ts";

let open: NerdGraph | undefined;
afterEach(() => open?.close());

type Answer = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** An account in which the telemetry of `api` has arrived; `mutate` answers with the data, or with the first error's message. */
async function account() {
  const fake = await startNerdGraph({ users: { admin: { manageKeys: true } }, accountId: 7, services: ["api"] });
  open = fake;
  const mutate = async (field: string, variables: object): Promise<Answer | string> => {
    const answer = await fetch(`${fake.url}/graphql`, {
      method: "POST",
      headers: { "api-key": "admin" },
      body: JSON.stringify({ query: `mutation { ${field}(x: $x) { id } }`, variables }),
    });
    const { data, errors } = (await answer.json()) as { data: Answer; errors?: readonly { message: string }[] };
    return errors?.[0]?.message ?? data;
  };
  return { fake, mutate };
}

const widget = (column: number, more: object = {}) => ({
  title: "Rate",
  layout: { column, row: 1, width: 6, height: 3 },
  visualization: { id: "viz.line" },
  rawConfiguration: { nrqlQueries: [{ accountIds: [7], query: "FROM Metric SELECT count(*)" }] },
  ...more,
});

describe("what an account of New Relic refuses", () => {
  test.each([
    ["two widgets in one place", [widget(1), widget(3)], "two widgets at 3,1"],
    ["a widget beyond twelve columns", [widget(8)], "layout: whole numbers within twelve columns"],
    ["a widget without a query", [widget(1, { rawConfiguration: {} })], "Rate: a widget asks at least one query"],
    ["a chart nobody knows", [widget(1, { visualization: { id: "viz.gauge" } })], "visualization: unknown"],
  ])("a dashboard with %s", async (_what, widgets, why) => {
    const { fake, mutate } = await account();
    const dashboard = { name: "API", permissions: "PUBLIC_READ_ONLY", pages: [{ name: "API", widgets }] };
    expect(await mutate("dashboardCreate", { accountId: 7, dashboard })).toBe(why);
    expect(fake.dashboards.size).toBe(0);
  });

  const condition = {
    name: "slow",
    enabled: true,
    nrql: { query: "FROM Metric SELECT count(*)" },
    violationTimeLimitSeconds: 300,
    terms: [{ priority: "CRITICAL", threshold: 1, thresholdDuration: 300 }],
    signal: { aggregationWindow: 60, aggregationMethod: "EVENT_FLOW", aggregationDelay: 120 },
  };
  test.each([
    [
      "a LIMIT",
      { nrql: { query: "FROM Metric SELECT count(*) FACET host LIMIT 50" } },
      "nrql: a condition may not have LIMIT",
    ],
    [
      "a window that no duration is a multiple of",
      { signal: { ...condition.signal, aggregationWindow: 90 } },
      "thresholdDuration: a multiple of the window",
    ],
    [
      "a window that slides too finely",
      { signal: { ...condition.signal, aggregationWindow: 21_600, slideBy: 60 } },
      "slideBy: a divisor of 21600, at least 900",
    ],
    [
      "an order of its facets",
      { nrql: { query: "FROM Metric SELECT count(*) FACET host ORDER BY sum(x)" } },
      "nrql: a condition may not have ORDER BY",
    ],
    [
      "both a timer and a delay",
      {
        signal: {
          aggregationWindow: 60,
          aggregationMethod: "EVENT_TIMER",
          aggregationTimer: 60,
          aggregationDelay: 120,
        },
      },
      "aggregationDelay: not with EVENT_TIMER",
    ],
    [
      "a timer that is too short",
      { signal: { aggregationWindow: 60, aggregationMethod: "EVENT_TIMER", aggregationTimer: 4 } },
      "aggregationTimer: 5 to 1200",
    ],
    ["an incident closed too soon", { violationTimeLimitSeconds: 60 }, "violationTimeLimitSeconds: 300 to 2592000"],
    ["a field of its own", { colour: "red" }, "unknown field colour"],
  ])("a condition with %s", async (_what, more, why) => {
    const { mutate } = await account();
    const policy = { name: "p", incidentPreference: "PER_CONDITION" };
    expect(await mutate("alertsPolicyCreate", { accountID: 7, policy })).toMatchObject({
      alertsPolicyCreate: { id: "1" },
    });
    const create = (changed: object) =>
      mutate("alertsNrqlConditionStaticCreate", {
        accountId: 7,
        policyId: "1",
        condition: { ...condition, ...changed },
      });
    expect(await create(more)).toBe(why);
    expect(await create({})).toMatchObject({ alertsNrqlConditionStaticCreate: { policyId: "1" } });
  });

  test("a destination that is used, a channel that is used, and a workflow on a policy that is not there", async () => {
    const { mutate } = await account();
    const webhook = { name: "d", type: "WEBHOOK", secureUrl: { prefix: "https://a.example/", secureSuffix: "x" } };
    const made = (await mutate("aiNotificationsCreateDestination", {
      scope: { type: "ACCOUNT", id: "7" },
      destination: webhook,
    })) as Answer;
    expect(JSON.stringify(made)).not.toContain("secureSuffix");
    const destinationId = "destination-1";
    const properties = [{ key: "payload", value: '{"text": {{ json issueId }}}' }];
    const channel = { name: "c", type: "WEBHOOK", product: "IINT", destinationId, properties };
    expect(
      await mutate("aiNotificationsCreateChannel", {
        accountId: 7,
        channel: { ...channel, properties: [{ key: "payload", value: "{{ x }}" }] },
      }),
    ).toBe("payload: no JSON when filled in");
    await mutate("aiNotificationsCreateChannel", { accountId: 7, channel });
    const workflow = (policy: string) => ({
      name: "w",
      destinationConfigurations: [{ channelId: "channel-2" }],
      mutingRulesHandling: "NOTIFY_ALL_ISSUES",
      issuesFilter: { predicates: [{ attribute: "labels.policyIds", values: [policy] }] },
    });
    expect(await mutate("aiWorkflowsCreateWorkflow", { accountId: 7, createWorkflowData: workflow("99") })).toBe(
      "labels.policyIds: no policy 99",
    );
    await mutate("alertsPolicyCreate", { accountID: 7, policy: { name: "p", incidentPreference: "PER_CONDITION" } });
    await mutate("aiWorkflowsCreateWorkflow", { accountId: 7, createWorkflowData: workflow("4") });
    const refused = { errors: [{ type: "CONSTRAINT" }] };
    expect(await mutate("aiNotificationsDeleteDestination", { accountId: 7, destinationId })).toMatchObject({
      aiNotificationsDeleteDestination: refused,
    });
    expect(await mutate("aiNotificationsDeleteChannel", { accountId: 7, channelId: "channel-2" })).toMatchObject({
      aiNotificationsDeleteChannel: refused,
    });
  });

  test("a deployment and a service level on a service whose telemetry has not arrived", async () => {
    const { fake, mutate } = await account();
    const guid = Buffer.from("7|EXT|SERVICE|api").toString("base64").replace(/=+$/, "");
    expect(await mutate("changeTrackingCreateDeployment", { deployment: { entityGuid: "none", version: "1" } })).toBe(
      "entityGuid: no such entity",
    );
    await mutate("changeTrackingCreateDeployment", { deployment: { entityGuid: guid, version: "1" } });
    expect(fake.deployments).toHaveLength(1);
    const rolling = { count: 30, unit: "DAY" };
    const events = { accountId: 7, validEvents: { from: "Span" }, goodEvents: { from: "Span" } };
    const indicator = { name: "fast", events, objectives: [{ target: 99, timeWindow: { rolling } }] };
    expect(await mutate("serviceLevelCreate", { entityGuid: guid, indicator })).toBe("rolling: 1, 7 or 28 days");
  });
});
