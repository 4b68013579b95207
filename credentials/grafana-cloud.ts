import { GRAFANA_CLOUD_API } from "../vendors/grafana-cloud.ts";
import { intakeProbes } from "./intake.ts";
import { type Known, notConfigured, nothingTried, notMinted, notSet } from "./known.ts";
import type { Plan, Probe } from "./probe.ts";

const NAME = "grafana-cloud";

/** The deploy token: may it find the stack, and see access policies? The collector's own token, where it is known: does the gateway take it? */
export function grafanaCloudPlan({ settings, secret, minted }: Known): Plan {
  const { slug, apiUrl = GRAFANA_CLOUD_API, create, region } = settings.grafanaCloud;
  const token = secret("grafanaCloudToken");
  if (token === undefined) return nothingTried(notSet(NAME, "grafanaCloudToken"));
  if (slug === undefined) return nothingTried(notConfigured(NAME, "grafanaCloud.slug", "slug"));

  const headers = { authorization: `Bearer ${token}` };
  const common = {
    backend: NAME,
    secret: "grafanaCloudToken",
    forbidden: "scope",
    addressSetting: "grafanaCloud.slug",
  } as const;
  const api: readonly Probe[] = [
    {
      ...common,
      what: create ? `see whether the stack ${slug} can be made` : `read the stack ${slug}`,
      scope: "the scope stacks:read",
      request: { method: "GET", url: `${apiUrl}/api/instances/${slug}`, headers },
      notFound: `there is no stack ${slug}, or the token is not of its organisation`,
      ...(create && {
        alsoFine: [404],
        inspect: () => ({
          kind: "wrong-setting",
          sentence: `${NAME} cannot make the stack ${slug}: it exists already. Adopt it with: pulumi config set --path grafanaCloud.create false`,
        }),
      }),
    },
    {
      ...common,
      what: "read access policies",
      scope: "the scope accesspolicies:read",
      request: { method: "GET", url: `${apiUrl}/api/v1/accesspolicies?region=${region}&pageSize=1`, headers },
    },
  ];
  const [endpoint, user, write] = ["endpoint", "user", "token"].map((part) => minted(`grafana-cloud-${part}`));
  if (endpoint === undefined || user === undefined || write === undefined)
    return { probes: api, skipped: [notMinted(NAME)] };
  const sending = intakeProbes({
    ...common,
    minted: true,
    scope: "a write scope",
    url: (signal) => `${endpoint}/v1/${signal}`,
    headers: () => ({ authorization: `Basic ${Buffer.from(`${user}:${write}`).toString("base64")}` }),
  });
  return { probes: [...api, ...sending], skipped: [] };
}
