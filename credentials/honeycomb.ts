import { metricsDatasetOf } from "../config/backends.ts";
import { HONEYCOMB } from "../vendors/honeycomb.ts";
import { intakeProbes } from "./intake.ts";
import { type Known, notMinted, notSet } from "./known.ts";
import { at, type Plan, type Probe, type Trouble } from "./probe.ts";

const NAME = "honeycomb";
const OTHER = { us: "eu", eu: "us" } as const;

/** What the deployment does with a configuration key, in the words of `/1/auth`. */
const RIGHTS = ["create_datasets", "columns", "queries", "boards", "triggers", "recipients", "markers"];
const SCOPES = ["environments:write", "api-keys:write"];

/** Each key that is given: is it known, in this region, with the rights it needs? */
export function honeycombPlan({ settings, secret, minted }: Known): Plan {
  const { region, apiUrl } = settings.honeycomb;
  const base = apiUrl ?? HONEYCOMB[region].api;
  // An address of one's own has no other region.
  const regions = apiUrl === undefined ? [{ region: OTHER[region], base: HONEYCOMB[OTHER[region]].api }] : [];
  const get = (path: string, headers: Readonly<Record<string, string>>) => {
    const ask = (address: string) => ({ method: "GET", url: address + path, headers }) as const;
    const elsewhere = regions.map((other) => ({ region: other.region, request: ask(other.base) }));
    return { backend: NAME, addressSetting: "honeycomb.region", request: ask(base), elsewhere } as const;
  };
  const probes: Probe[] = [];
  const skipped: string[] = [];

  const configuration = secret("honeycombApiKey");
  if (configuration !== undefined) {
    probes.push({
      ...get("/1/auth", { "x-honeycomb-team": configuration }),
      what: "sign in to the environment",
      secret: "honeycombApiKey",
      inspect: (body) => lacking("honeycombApiKey", RIGHTS, (right) => at(body, "api_key_access", right) === true),
    });
  }
  const [id, part] = [secret("honeycombManagementKeyId"), secret("honeycombManagementKeySecret")];
  if (id !== undefined && part !== undefined) {
    probes.push({
      ...get("/2/auth", { authorization: `Bearer ${id}:${part}` }),
      what: "sign in to the team",
      secret: "honeycombManagementKeySecret",
      inspect(body) {
        const granted = at(body, "data", "attributes", "scopes");
        const has = (scope: string) => Array.isArray(granted) && granted.includes(scope);
        return lacking("honeycombManagementKeySecret", SCOPES, has);
      },
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
      regions,
    }),
  );
  return { probes, skipped };
}

function lacking(key: string, needed: readonly string[], has: (right: string) => boolean): Trouble | undefined {
  const missing = needed.filter((right) => !has(right));
  if (missing.length === 0) return undefined;
  return {
    kind: "missing-scope",
    sentence: `${NAME} accepts ${key}, but the key lacks ${missing.join(", ")}. Add it where the key was made, or set another with: pulumi config set --secret ${key}`,
  };
}
