import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Honeycomb, startHoneycomb } from "../support/fakes/honeycomb.ts";
import { V1_RIGHTS } from "../support/fakes/honeycomb-desk.ts";
import { type NerdGraph, startNerdGraph } from "../support/fakes/nerdgraph.ts";
import type { Outcome } from "./support/run.ts";
import { honeycombProvider, type SaasStack, saasStack, whyNoVendorPlugins } from "./support/saas.ts";

const why = whyNoVendorPlugins();
if (why !== undefined) console.log(`skipped: New Relic's and Honeycomb's real plugins against their fakes: ${why}`);

const SERVICES = ["api", "bot", "notification", "status", "frontend"];
const SECRETS = {
  newRelicApiKey: "canary-user-key",
  honeycombApiKey: "canary-configuration-key",
  honeycombIngestKey: "canary-ingest-key",
  alertWebhook: "https://hooks.example/canary-address",
};

/** The project's own stack takes no part: another program, other names, no container. Honeycomb's 590 resources take minutes. */
describe.skipIf(why !== undefined)("the vendors' real plugins, on their fakes", { timeout: 25 * 60_000 }, () => {
  const arrived: string[] = [];
  let nerdgraph: NerdGraph;
  let honeycomb: Honeycomb;
  let stack: SaasStack;
  beforeAll(async () => {
    const users = { [SECRETS.newRelicApiKey]: { manageKeys: true } };
    nerdgraph = await startNerdGraph({ users, accountId: 1234567, services: arrived });
    honeycomb = await startHoneycomb({
      keys: { [SECRETS.honeycombApiKey]: V1_RIGHTS },
      management: { "id:secret": MANAGEMENT },
      maxTriggers: 100,
      hasSlos: true,
    });
    stack = await saasStack("saas");
  });
  afterAll(async () => {
    await stack?.remove();
    await nerdgraph?.close();
    await honeycomb?.close();
  });

  const onNewRelic = (telemetrySeen: boolean) =>
    stack.configure(
      {
        backend: "new-relic",
        alerts: { contact: "discord" },
        newRelic: { accountId: "1234567", nerdgraphUrl: `${nerdgraph.url}/graphql`, telemetrySeen },
      },
      SECRETS,
    );
  const onHoneycomb = (more: object = {}) =>
    stack.configure(
      {
        backend: "honeycomb",
        alerts: { contact: "slack" },
        honeycomb: { apiUrl: honeycomb.url, providerPath: honeycombProvider, plan: "pro" },
        ...more,
      },
      SECRETS,
    );
  const up = async (): Promise<Outcome> => {
    const previewed = await stack.pulumi("preview");
    expect(previewed.code, previewed.all).toBe(0);
    const done = await stack.pulumi("up", "--yes", "--skip-preview");
    expect(done.code, done.all).toBe(0);
    console.log(`preview ${previewed.seconds.toFixed(0)} s, up ${done.seconds.toFixed(0)} s:${said(done)}`);
    return done;
  };
  const expectNoChange = async (): Promise<void> => {
    const again = await stack.pulumi("preview", "--diff", "--expect-no-changes");
    expect(again.code, again.all).toBe(0);
    const refreshed = await stack.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    expect(refreshed.code, refreshed.all).toBe(0);
    const after = await stack.pulumi("preview", "--diff", "--expect-no-changes");
    expect(after.code, after.all).toBe(0);
  };

  test("New Relic: a fresh account gets key, boards, alerts and workflow, and nothing that needs an entity", async () => {
    await onNewRelic(false);
    await up();
    expect([nerdgraph.keys.length, nerdgraph.dashboards.size, nerdgraph.policies.size]).toEqual([1, 1, 2]);
    expect([nerdgraph.workflows.size, nerdgraph.serviceLevels.size, nerdgraph.deployments.length]).toEqual([1, 0, 0]);
    await expectNoChange();
  });

  test("New Relic: once telemetry has arrived, objectives and a deployment marker for each service", async () => {
    arrived.push(...SERVICES);
    await onNewRelic(true);
    const before = nerdgraph.conditions.size;
    await up();
    expect([nerdgraph.serviceLevels.size, nerdgraph.conditions.size - before]).toEqual([4, 8]);
    expect(nerdgraph.deployments.map(({ commit }) => commit)).toEqual(SERVICES.map(() => "0123456"));
    await expectNoChange();
    expect(nerdgraph.deployments).toHaveLength(SERVICES.length);
  });

  test("swap to Honeycomb: all of New Relic's goes, in an order that New Relic accepts; an empty team takes all of Honeycomb's", async () => {
    await onHoneycomb();
    await up();
    const { keys, dashboards, policies, conditions, destinations, channels, workflows, serviceLevels } = nerdgraph;
    expect(keys).toEqual([]);
    for (const shelf of [dashboards, policies, conditions, destinations, channels, workflows, serviceLevels])
      expect(shelf.size).toBe(0);
    expect([honeycomb.boards.size, honeycomb.slos.size, honeycomb.burnAlerts.size]).toEqual([12, 4, 8]);
    expect([honeycomb.recipients.size, honeycomb.markers.size]).toEqual([1, 1]);
    await expectNoChange();
  });

  test("Honeycomb: the next deployment is one more marker, and the earlier one stays", async () => {
    await onHoneycomb({ commit: "fedcba9" });
    expect(said(await up())).toBe(" + 1 created, - 1 deleted");
    expect([...honeycomb.markers.values()].map(({ message }) => String(message).slice(0, 16))).toEqual([
      "Deployed 0123456",
      "Deployed fedcba9",
    ]);
  });

  test("keeps no secret in plain text, neither in state nor in configuration", async () => {
    const kept = await stack.kept();
    for (const [name, value] of Object.entries(SECRETS)) expect(kept.includes(value), name).toBe(false);
    expect(kept).not.toContain("canary-address");
  });

  test("is destroyed in an order that Honeycomb accepts; what holds telemetry stays", async () => {
    const destroyed = await stack.pulumi("destroy", "--yes", "--skip-preview");
    expect(destroyed.code, destroyed.all).toBe(0);
    const { boards, annotations, triggers, slos, burnAlerts, derivedColumns, recipients, datasets } = honeycomb;
    for (const shelf of [boards, annotations, slos, burnAlerts, derivedColumns, recipients]) expect(shelf.size).toBe(0);
    expect([triggers.length, datasets.size]).toEqual([0, 6]);
  });

  test("Honeycomb: with a management key, environment and keys are minted, and what is there already is taken over", async () => {
    await stack.configure(
      { backend: "honeycomb", honeycomb: { apiUrl: honeycomb.url, providerPath: honeycombProvider } },
      { honeycombManagementKeyId: "id", honeycombManagementKeySecret: "secret" },
    );
    await up();
    expect([honeycomb.environments.length, honeycomb.apiKeys.length, honeycomb.triggers.length]).toEqual([1, 2, 2]);
    await expectNoChange();
    expect(await stack.kept()).not.toContain("-secret");
    const destroyed = await stack.pulumi("destroy", "--yes", "--skip-preview");
    expect(destroyed.code, destroyed.all).toBe(0);
    expect(honeycomb.apiKeys).toEqual([]);
  });
});

const MANAGEMENT = ["environments:read", "environments:write", "api-keys:read", "api-keys:write"];

/** The numbers of a deployment: ` + 56 created`. */
const said = ({ all }: Outcome): string =>
  [...all.matchAll(/^ {4}([-+~]+ ?\d+ (?:created|updated|deleted|replaced))/gm)]
    .map(([, part]) => ` ${part}`)
    .join(",");
