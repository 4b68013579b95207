import { NEW_RELIC, NEW_RELIC_FREE_GIGABYTES, NEW_RELIC_REGIONS } from "../vendors/new-relic.ts";
import { intakeProbes } from "./intake.ts";
import { type Known, notConfigured, nothingTried, notMinted, notSet } from "./known.ts";
import { at, type Plan, type Probe, type Request, type Trouble } from "./probe.ts";

const NAME = "new-relic";

/** The user key: is it known, in this region, for this account, and is there quota left? The ingest key, where it is known: is it taken? */
export function newRelicPlan({ settings, secret, minted }: Known): Plan {
  const { accountId, region, nerdgraphUrl, endpoint } = settings.newRelic;
  const key = secret("newRelicApiKey");
  if (key === undefined) return nothingTried(notSet(NAME, "newRelicApiKey"));
  if (accountId === undefined) return nothingTried(notConfigured(NAME, "newRelic.accountId", "number"));

  const ask = (url: string, query: string): Request => ({
    method: "POST",
    url,
    headers: { "content-type": "application/json", "api-key": key },
    body: JSON.stringify({ query, variables: { accountId: Number(accountId) } }),
  });
  const here = nerdgraphUrl ?? NEW_RELIC[region].nerdgraph;
  // An address of one's own has no other regions.
  const regions = (own: string | undefined) =>
    own === undefined ? NEW_RELIC_REGIONS.filter((other) => other !== region) : [];
  const common = { backend: NAME, secret: "newRelicApiKey", addressSetting: "newRelic.region" } as const;
  const probe = (what: string, query: string, inspect: NonNullable<Probe["inspect"]>): Probe => ({
    ...common,
    what,
    inspect,
    request: ask(here, query),
    elsewhere: regions(nerdgraphUrl).map((other) => ({
      region: other,
      request: ask(NEW_RELIC[other].nerdgraph, query),
    })),
  });
  const api = [
    probe(`see account ${accountId}`, ACCOUNT, (body) => refusedWith200(body, accountId)),
    probe("read this month's usage", USAGE, usedUp),
  ];
  const license = minted("new-relic-license-key");
  if (license === undefined) return { probes: api, skipped: [notMinted(NAME)] };
  const sending = intakeProbes({
    minted: true,
    ...common,
    url: (signal) => `${endpoint ?? NEW_RELIC[region].otlp}/v1/${signal}`,
    headers: () => ({ "api-key": license }),
    regions: regions(endpoint).map((other) => ({ region: other, base: NEW_RELIC[other].otlp })),
  });
  return { probes: [...api, ...sending], skipped: [] };
}

const ACCOUNT = "query($accountId: Int!) { actor { account(id: $accountId) { id name } } }";
const USAGE =
  "query($accountId: Int!) { actor { account(id: $accountId) { nrql(query: \"SELECT latest(GigabytesIngested) AS 'gigabytes' FROM NrMTDConsumption WHERE productLine = 'DataPlatform'\") { results } } } }";

/** GraphQL says no with 200 and a list of errors. */
function refusedWith200(body: unknown, accountId: string): Trouble | undefined {
  const errors = at(body, "errors");
  if (!Array.isArray(errors) || errors.length === 0) return undefined;
  return {
    kind: "missing-scope",
    sentence: `${NAME} cannot see account ${accountId}: the user of newRelicApiKey has no access to it. Check newRelic.accountId, or let the user in under User management.`,
  };
}

function usedUp(body: unknown): Trouble | undefined {
  const results = at(body, "data", "actor", "account", "nrql", "results");
  const gigabytes = Array.isArray(results) ? Number(at(results[0], "gigabytes") ?? 0) : 0;
  if (gigabytes < NEW_RELIC_FREE_GIGABYTES) return undefined;
  return {
    kind: "over-quota",
    sentence: `${NAME} has taken ${Math.round(gigabytes)} GB this month: the free edition takes nothing above ${NEW_RELIC_FREE_GIGABYTES} GB until next month. Take a paid edition, or another backend with: pulumi config set backend <name>`,
  };
}
