import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Grafana, startGrafana } from "../support/fakes/grafana.ts";
import { type GrafanaCloud, startGrafanaCloud } from "../support/fakes/grafana-cloud.ts";
import { whyNoPulumi } from "./support/pulumi.ts";
import { type SaasStack, saasStack } from "./support/saas.ts";

const why = whyNoPulumi(["grafana"]);
if (why !== undefined) console.log(`skipped: Grafana's real plugin against the fakes: ${why}`);

const WEBHOOK = "https://discord.invalid/api/webhooks/1/canary-of-the-webhook";

describe.skipIf(why !== undefined)("Grafana's real plugin against a fake cloud and a fake Grafana", () => {
  let grafana: Grafana;
  let cloud: GrafanaCloud;
  let stack: SaasStack;
  beforeAll(async () => {
    grafana = await startGrafana({ token: /^glsa_\d+_secret$/ });
    cloud = await startGrafanaCloud({
      token: "glc_by_hand",
      scopes: [
        ...["stacks:read", "accesspolicies:read", "accesspolicies:write", "accesspolicies:delete"],
        "stack-service-accounts:write",
      ],
      stacks: [{ slug: "games", regionSlug: "us" }],
      stackUrl: grafana.url,
    });
    stack = await saasStack("saas");
    await stack.configure(
      {
        backend: "grafana-cloud",
        grafanaCloud: { slug: "games", apiUrl: cloud.url, stackUrl: grafana.url },
        alerts: { contact: "discord" },
      },
      { grafanaCloudToken: "glc_by_hand", alertWebhook: WEBHOOK },
    );
  });
  afterAll(async () => {
    await stack?.remove();
    await grafana?.close();
    await cloud?.close();
  });

  test("makes everything on the first `up` of an adopted stack", async () => {
    const up = await stack.pulumi("up", "--yes", "--skip-preview");
    expect([up.code, up.code === 0 ? "" : up.all.slice(-3000)]).toEqual([0, ""]);
    expect(cloud.serviceAccounts.map(({ role }) => role).sort()).toEqual(["Admin", "Viewer"]);
    expect(grafana.dashboards.size).toBe(12);
    expect(grafana.ruleGroups.size).toBe(4);
    expect(grafana.slos.size).toBe(3);
    expect(grafana.annotations.size).toBe(1);
  });

  test("changes nothing when asked again, before and after a refresh", async () => {
    for (const args of [[], ["--refresh"]]) {
      const again = await stack.pulumi("preview", "--diff", "--expect-no-changes", ...args);
      expect([args, again.code, again.code === 0 ? "" : again.all.slice(-3000)]).toEqual([args, 0, ""]);
    }
  });

  test("writes one more mark for another commit, and keeps the old one", async () => {
    await stack.pulumi("config", "set", "commit", "fedcba9876543210");
    expect((await stack.pulumi("up", "--yes", "--skip-preview")).code).toBe(0);
    expect(grafana.annotations.size).toBe(2);
  });

  test("keeps no secret in plain text", async () => {
    const kept = await stack.kept();
    const secrets = ["glc_by_hand", "canary-of-the-webhook", ...cloud.tokens.map(({ value }) => value)];
    for (const secret of [...secrets, "_secret"]) expect([secret, kept.includes(secret)]).toEqual([secret, false]);
  });

  test("leaves nothing but the marks of past deployments", async () => {
    const gone = await stack.pulumi("destroy", "--yes", "--skip-preview");
    expect([gone.code, gone.code === 0 ? "" : gone.all.slice(-3000)]).toEqual([0, ""]);
    const { dashboards, ruleGroups, slos, contactPoints, folders, annotations } = grafana;
    expect([dashboards, ruleGroups, slos, contactPoints, folders, annotations].map(({ size }) => size)).toEqual([
      ...[0, 0, 0, 0, 0],
      2,
    ]);
    expect(cloud.policies).toEqual([]);
    expect(cloud.serviceAccounts).toEqual([]);
  });
});
