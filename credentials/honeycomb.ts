import { metricsDatasetOf } from "../config/backends.ts";
import { HONEYCOMB, type HoneycombRegion } from "../vendors/honeycomb.ts";
import { intakeProbes } from "./intake.ts";
import { type Known, notMinted, notSet } from "./known.ts";
import { at, type Elsewhere, type Plan, type Probe, type Request, type Trouble } from "./probe.ts";

const NAME = "honeycomb";
const OTHER = { us: "eu", eu: "us" } as const;

/** What the deployment does with a configuration key, in the words of `/1/auth`. */
const RIGHTS = ["create_datasets", "columns", "queries", "boards", "triggers", "recipients", "markers"];
const SCOPES = ["environments:write", "api-keys:write"];

/** Each key that is given: is it known, in this region, with the rights it needs? */
export function honeycombPlan({ settings, secret, minted }: Known): Plan {
  const { region, apiUrl } = settings.honeycomb;
  const base = apiUrl ?? HONEYCOMB[region].api;
  const get = (path: string, headers: Readonly<Record<string, string>>) => ({
    request: { method: "GET", url: base + path, headers } satisfies Request,
    elsewhere: elsewhere(apiUrl, region, path, headers),
    addressSetting: "honeycomb.region",
  });
  const probes: Probe[] = [];
  const skipped: string[] = [];

  const configuration = secret("honeycombApiKey");
  if (configuration !== undefined) {
    probes.push({
      ...{ backend: NAME, what: "sign in to the environment", secret: "honeycombApiKey" },
      ...get("/1/auth", { "x-honeycomb-team": configuration }),
      inspect: (body) => lacking(body, "api_key_access", RIGHTS, "honeycombApiKey"),
    });
  }
  const [id, part] = [secret("honeycombManagementKeyId"), secret("honeycombManagementKeySecret")];
  if (id !== undefined && part !== undefined) {
    probes.push({
      ...{ backend: NAME, what: "sign in to the team", secret: "honeycombManagementKeySecret" },
      ...get("/2/auth", { authorization: `Bearer ${id}:${part}` }),
      inspect: (body) => lackingScopes(body),
    });
  }
  if (probes.length === 0) skipped.push(notSet(NAME, "honeycombApiKey"));

  const ingest = secret("honeycombIngestKey") ?? minted("honeycomb-ingest-key");
  if (ingest === undefined) {
    skipped.push(id === undefined ? notSet(NAME, "honeycombIngestKey") : notMinted(NAME));
    return { probes, skipped };
  }
  probes.push(
    ...intakeProbes({
      backend: NAME,
      secret: "honeycombIngestKey",
      addressSetting: "honeycomb.region",
      url: (signal) => `${base}/v1/${signal}`,
      headers: (signal) => ({
        "x-honeycomb-team": ingest,
        ...(signal === "metrics" && { "x-honeycomb-dataset": metricsDatasetOf(settings) }),
      }),
      regions: apiUrl === undefined ? [{ region: OTHER[region], base: HONEYCOMB[OTHER[region]].api }] : [],
    }),
  );
  return { probes, skipped };
}

function elsewhere(
  own: string | undefined,
  region: HoneycombRegion,
  path: string,
  headers: Readonly<Record<string, string>>,
): readonly Elsewhere[] {
  if (own !== undefined) return [];
  const other = OTHER[region];
  return [{ region: other, request: { method: "GET", url: HONEYCOMB[other].api + path, headers } }];
}

function lacking(body: unknown, field: string, needed: readonly string[], key: string): Trouble | undefined {
  const granted = at(body, field);
  const missing = needed.filter((right) => at(granted, right) !== true);
  return missing.length === 0 ? undefined : without(key, missing);
}

function lackingScopes(body: unknown): Trouble | undefined {
  const granted = at(body, "data", "attributes", "scopes");
  const missing = SCOPES.filter((scope) => !(Array.isArray(granted) && granted.includes(scope)));
  return missing.length === 0 ? undefined : without("honeycombManagementKeySecret", missing);
}

const without = (key: string, missing: readonly string[]): Trouble => ({
  kind: "missing-scope",
  sentence: `${NAME} accepts ${key}, but the key lacks ${missing.join(", ")}. Add it where the key was made, or set another with: pulumi config set --secret ${key} <value>`,
});
