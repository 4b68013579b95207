import { describe, expect, test } from "vitest";
import type { PropertyMap, PropertyValue } from "../../../offline/properties.ts";
import { isSecret } from "../../../offline/secrets.ts";
import { contentOfStackFile } from "../../../offline/stack-content.ts";
import { nameOf, on, owned, providerOf, shortly } from "./cases.ts";
import { grafanaCloudAlertTests, previewed } from "./grafana-cloud-alerts.ts";
import { grafanaCloudShowTests } from "./grafana-cloud-show.ts";

const { boards: BOARDS } = await contentOfStackFile("dev");

const adopted = () => on("grafana-cloud");
const created = () =>
  on("grafana-cloud", { config: { grafanaCloud: { slug: "gamescheduler", create: true, region: "eu" } } });
export function grafanaCloudTests(): void {
  describe("Grafana Cloud", () => {
    test("owns these resources, each made with this provider", async () => {
      expect(owned(await adopted(), "grafana-cloud").map((r) => `${shortly(r)} by ${providerOf(r)}`)).toEqual([
        "alerting/contactPoint grafana-cloud-nobody by grafana-cloud-stack",
        "alerting/muteTiming grafana-cloud-always by grafana-cloud-stack",
        "alerting/ruleGroup grafana-cloud-alert-rules by grafana-cloud-stack",
        "alerting/ruleGroup grafana-cloud-burn-rates by grafana-cloud-stack",
        "alerting/ruleGroup grafana-cloud-tokens by grafana-cloud-stack",
        "alerting/ruleGroup grafana-cloud-usage by grafana-cloud-stack",
        "cloud/accessPolicy grafana-cloud-frontend by grafana-cloud-api",
        "cloud/accessPolicy grafana-cloud-write by grafana-cloud-api",
        "cloud/accessPolicyRotatingToken grafana-cloud-write-token by grafana-cloud-api",
        "cloud/accessPolicyToken grafana-cloud-frontend-token by grafana-cloud-api",
        "cloud/stackServiceAccount grafana-cloud-pulumi by grafana-cloud-api",
        "cloud/stackServiceAccount grafana-cloud-verify by grafana-cloud-api",
        "cloud/stackServiceAccountToken grafana-cloud-pulumi-token by grafana-cloud-api",
        "cloud/stackServiceAccountToken grafana-cloud-verify-token by grafana-cloud-api",
        "frontendObservability/app grafana-cloud-frontend by grafana-cloud-frontend",
        "oss/annotation grafana-cloud-deployment by grafana-cloud-stack",
        ...BOARDS.map(({ id }) => `oss/dashboard grafana-cloud-board-${id} by grafana-cloud-stack`).sort(),
        "oss/folder grafana-cloud-folder by grafana-cloud-stack",
        "slo/sLO grafana-cloud-slo-api-availability by grafana-cloud-stack",
        "slo/sLO grafana-cloud-slo-api-latency by grafana-cloud-stack",
        "slo/sLO grafana-cloud-slo-bot-success by grafana-cloud-stack",
        "provider grafana grafana-cloud-api by ",
        "provider grafana grafana-cloud-frontend by ",
        "provider grafana grafana-cloud-stack by ",
      ]);
    });

    test("hangs everything below its component", async () => {
      const run = await adopted();
      for (const resource of owned(run, "grafana-cloud"))
        expect([resource.name, run.parentOf(resource)?.name]).toEqual([resource.name, "grafana-cloud"]);
    });

    test("lets the collector write, and nothing else", async () => {
      const policy = (await adopted()).byName("grafana-cloud-write");
      expect(policy.inputs.scopes).toEqual(["logs:write", "metrics:write", "traces:write"]);
      expect(policy.inputs.realms).toEqual([{ type: "stack", identifier: expect.stringMatching(/^\d+$/) }]);
    });

    test("replaces the collector's token two weeks before its end", async () => {
      expect((await adopted()).byName("grafana-cloud-write-token").inputs).toMatchObject({
        expireAfter: "2160h",
        earlyRotationWindow: "336h",
        accessPolicyId: (await adopted()).byName("grafana-cloud-write").outputs.policyId,
      });
    });

    test("makes its access policies in the region of the stack it adopts", async () => {
      const run = await adopted();
      expect(run.recording.invocations.map(({ token }) => token)).toEqual(["grafana:cloud/getStack:getStack"]);
      expect(run.byName("grafana-cloud-write").inputs.region).toBe("eu");
    });

    test("gives every point the labels that boards ask by, whatever the account promotes", async () => {
      const config = (await adopted()).container("collector").files["/etc/otelcol/config.yaml"] ?? "";
      for (const key of ["service.name", "deployment.environment.name"])
        expect(config).toContain(`set(attributes["${key}"], resource.attributes["${key}"])`);
      expect(config.match(/- transform\/from-resource$/gm)).toHaveLength(1);
    });

    test("signs in to the stack at an address that follows from its slug", async () => {
      const { inputs } = (await adopted()).byName("grafana-cloud-stack", "pulumi:providers:grafana");
      expect(inputs.url).toBe("https://gamescheduler.grafana.net");
      expect(isSecret(inputs.auth)).toBe(true);
    });

    test("lets verify look, and change nothing", async () => {
      const run = await adopted();
      expect(run.byName("grafana-cloud-verify").inputs).toMatchObject({ role: "Viewer" });
      expect(isSecret((run.recording.outputs.query as readonly PropertyValue[])[0] ?? null)).toBe(true);
      expect(run.outputs.query).toEqual([
        {
          kind: "grafana-cloud",
          grafana: "https://gamescheduler.grafana.net",
          token: "generated-grafana-cloud-verify-token",
          prometheus: "grafanacloud-prom",
          loki: "grafanacloud-logs",
          tempo: "grafanacloud-traces",
        },
      ]);
    });

    test("has no app for browsers and no check unless they are asked for", async () => {
      const names = owned(await created(), "grafana-cloud").map(shortly);
      expect(names.filter((name) => /grafana-cloud-frontend|synthetic|reachable/.test(name))).toEqual([]);
    });

    test("makes the stack where the configuration says so, protected twice, and everything else after it", async () => {
      const run = await created();
      const stack = run.byName("grafana-cloud-stack", "grafana:cloud/stack:Stack");
      expect(stack.inputs).toMatchObject({ slug: "gamescheduler", regionSlug: "eu", deleteProtection: true });
      expect(stack.options.protect).toBe(true);
      for (const name of ["grafana-cloud-write", "grafana-cloud-pulumi"])
        expect(run.byName(name).options.dependsOn?.map(nameOf)).toContain("grafana-cloud-stack");
    });

    test("asks the public address from outside where the configuration says so, with a key that may publish and no more", async () => {
      const run = await previewed();
      expect(run.errors).toEqual([]);
      expect(run.byName("grafana-cloud-synthetics", "grafana:cloud/accessPolicy:AccessPolicy").inputs.scopes).toEqual([
        "stacks:read",
        "metrics:write",
        "logs:write",
        "traces:write",
      ]);
      const check = run.byName("grafana-cloud-reachable");
      expect(check.inputs).toMatchObject({ target: "https://games.example/health", frequency: 60_000 });
      expect(providerOf(check)).toBe("grafana-cloud-synthetics");
      const installation = "grafana:syntheticMonitoring/installation:Installation";
      expect(run.byName("grafana-cloud-synthetics", installation).options.additionalSecretOutputs).toContain(
        "smAccessToken",
      );
    });

    test("gives the collector address, user and token as files, all of them secret", async () => {
      const uploads = (await adopted()).byName("collector", "docker:index/container:Container").inputs.uploads;
      const secret = (uploads as readonly PropertyMap[]).filter(({ content }) => isSecret(content));
      expect(secret.map(({ file }) => file)).toEqual([
        "/run/secrets/grafana-cloud-endpoint",
        "/run/secrets/grafana-cloud-token",
        "/run/secrets/grafana-cloud-user",
        "/run/secrets/postgres-monitor",
        "/run/secrets/redis-monitor",
      ]);
    });
  });
  grafanaCloudShowTests();
  grafanaCloudAlertTests();
}
