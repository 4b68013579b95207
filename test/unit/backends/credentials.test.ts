import { afterEach, describe, expect, test } from "vitest";
import type { Known } from "../../../credentials/known.ts";
import { credentialPlan } from "../../../credentials/plan.ts";
import type { Reply, Request } from "../../../credentials/probe.ts";
import { runPlan } from "../../../credentials/run.ts";
import { type Send, send } from "../../../credentials/send.ts";
import type { BackendKind } from "../../../vendors/kinds.ts";
import { startGrafanaCloud } from "../../support/fakes/grafana-cloud.ts";
import { startHoneycomb } from "../../support/fakes/honeycomb.ts";
import { startIntake } from "../../support/fakes/intake.ts";
import { anyOtlp, datadog, elastic, grafanaCloud, honeycomb, newRelic } from "../../support/fakes/intake-profiles.ts";
import { startNerdGraph } from "../../support/fakes/nerdgraph.ts";
import type { Fake } from "../../support/fakes/server.ts";
import { backendArgs } from "./arguments.ts";

const CANARY = "canary-key";
const open: Fake[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});
const kept = <F extends Fake>(fake: F): F => {
  open.push(fake);
  return fake;
};

const known = (
  settings: Readonly<Record<string, unknown>>,
  secrets: Readonly<Record<string, string>>,
  minted: Readonly<Record<string, string>> = {},
): Known => ({
  settings: backendArgs(settings).config,
  secret: (key) => secrets[key],
  minted: (name) => minted[name],
});

/** What the command would print: `ok` or the kind of trouble for each probe, and every sentence. */
async function tried(kind: BackendKind, given: Known, through: Send = send(2000)) {
  const plan = credentialPlan(kind, given);
  const results = await runPlan(plan, through);
  const sentences = results.flatMap(({ trouble }) => (trouble === undefined ? [] : [trouble.sentence]));
  return {
    said: results.map(({ probe, trouble }) => `${probe.what}: ${trouble?.kind ?? "ok"}`),
    sentences: [...sentences, ...plan.skipped],
  };
}

describe("Grafana Cloud", () => {
  const cloud = async (scopes: readonly string[]) =>
    kept(await startGrafanaCloud({ token: CANARY, scopes, stacks: [{ slug: "games", regionSlug: "eu" }] }));
  const ALL = ["stacks:read", "accesspolicies:read"];
  const given = (apiUrl: string, more: object = {}, token = CANARY) =>
    known({ grafanaCloud: { slug: "games", apiUrl, ...more } }, { grafanaCloudToken: token });

  test("a good token is good, and sending waits for the token that the deployment makes", async () => {
    const { said, sentences } = await tried("grafana-cloud", given((await cloud(ALL)).url));
    expect(said).toEqual(["read the stack games: ok", "read access policies: ok"]);
    expect(sentences).toEqual([
      "grafana-cloud: sending is not tried, since the key for it is made by the deployment. Prove it afterwards with: npm run verify",
    ]);
  });

  test("a wrong one, one that lacks a scope, a wrong slug and a dead cloud are distinguished", async () => {
    const fake = await cloud(["accesspolicies:read"]);
    expect((await tried("grafana-cloud", given(fake.url, {}, "wrong"))).sentences[0]).toBe(
      "grafana-cloud cannot read the stack games: grafanaCloudToken is not accepted (401). Set another with: pulumi config set --secret grafanaCloudToken",
    );
    expect((await tried("grafana-cloud", given(fake.url))).sentences[0]).toBe(
      "grafana-cloud cannot read the stack games: grafanaCloudToken lacks the scope stacks:read (403). Add it where the key was made. Set another with: pulumi config set --secret grafanaCloudToken",
    );
    const able = await cloud(ALL);
    expect((await tried("grafana-cloud", given(able.url, { slug: "gams" }))).sentences[0]).toBe(
      "grafana-cloud cannot read the stack gams: there is no stack gams, or the token is not of its organisation. Check grafanaCloud.slug.",
    );
    able.fail(503);
    expect((await tried("grafana-cloud", given(able.url))).said).toEqual([
      "read the stack games: unreachable",
      "read access policies: unreachable",
    ]);
  });

  test("a stack that shall be made must not be there yet", async () => {
    const fake = await cloud(ALL);
    const make = (slug: string) => tried("grafana-cloud", given(fake.url, { slug, create: true }));
    expect((await make("fresh")).said[0]).toBe("see whether the stack fresh can be made: ok");
    expect((await make("games")).sentences[0]).toBe(
      "grafana-cloud cannot make the stack games: it exists already. Adopt it with: pulumi config set --path grafanaCloud.create false",
    );
  });

  test("with the token that a deployment made, every signal is tried at the gateway", async () => {
    const keys = new Set(["7:glc"]);
    const gateway = kept(await startIntake(grafanaCloud(keys)));
    const minted = {
      "grafana-cloud-endpoint": gateway.endpoint,
      "grafana-cloud-user": "7",
      "grafana-cloud-token": "glc",
    };
    const all = known(
      { grafanaCloud: { slug: "games", apiUrl: (await cloud(ALL)).url } },
      { grafanaCloudToken: CANARY },
      minted,
    );
    const signals = async () => (await tried("grafana-cloud", all)).said.slice(2);
    expect(await signals()).toEqual(["send traces: ok", "send metrics: ok", "send logs: ok"]);
    keys.clear();
    expect(await signals()).toEqual(["send traces: wrong-key", "send metrics: wrong-key", "send logs: wrong-key"]);
    expect((await tried("grafana-cloud", all)).sentences[0]).toBe(
      "grafana-cloud cannot send traces: the key that the deployment made is not accepted (401). Replace it: docs/backends.md#rotation",
    );
  });
});

describe("New Relic", () => {
  const start = async (ingestedGigabytes = 0) =>
    kept(await startNerdGraph({ users: { [CANARY]: { manageKeys: true } }, accountId: 7, ingestedGigabytes }));
  const given = (settings: object, key = CANARY) =>
    known({ newRelic: { accountId: 7, ...settings } }, { newRelicApiKey: key });

  test("knows the key, the account and what is left of the quota", async () => {
    const nerdgraphUrl = `${(await start()).url}/graphql`;
    expect((await tried("new-relic", given({ nerdgraphUrl }))).said).toEqual([
      "see account 7: ok",
      "read this month's usage: ok",
    ]);
    expect((await tried("new-relic", given({ nerdgraphUrl }, "wrong"))).said[0]).toBe("see account 7: wrong-key");
    expect((await tried("new-relic", given({ nerdgraphUrl, accountId: 8 }))).sentences[0]).toBe(
      "new-relic cannot see account 8: the user of newRelicApiKey has no access to it. Check newRelic.accountId, or let the user in under User management.",
    );
  });

  test("says when the free edition takes nothing more this month", async () => {
    const nerdgraphUrl = `${(await start(104)).url}/graphql`;
    expect((await tried("new-relic", given({ nerdgraphUrl }))).sentences[0]).toMatch(
      /^new-relic has taken 104 GB this month: the free edition takes nothing above 100 GB until next month\./,
    );
  });

  test("a key of the other region is distinguished from a wrong one", async () => {
    const inEurope: Send = async ({ url }) =>
      url.includes(".eu.") ? { status: 200, body: {} } : { status: 401, body: {} };
    expect((await tried("new-relic", given({ region: "US" }), inEurope)).sentences[0]).toBe(
      "new-relic cannot see account 7: the key belongs to another region, EU. Set it with: pulumi config set --path newRelic.region EU",
    );
    const nowhere: Send = async () => ({ status: 401, body: {} });
    expect((await tried("new-relic", given({ region: "US" }), nowhere)).said[0]).toBe("see account 7: wrong-key");
  });

  test("a license key that a deployment made is tried as well", async () => {
    const intake = kept(await startIntake(newRelic(new Set(["license"]))));
    const settings = {
      newRelic: { accountId: 7, nerdgraphUrl: `${(await start()).url}/graphql`, endpoint: intake.url },
    };
    const all = known(settings, { newRelicApiKey: CANARY }, { "new-relic-license-key": "license" });
    expect((await tried("new-relic", all)).said.slice(2)).toEqual([
      "send traces: ok",
      "send metrics: ok",
      "send logs: ok",
    ]);
  });
});

describe("Honeycomb", () => {
  const ALL = ["create_datasets", "columns", "queries", "boards", "triggers", "recipients", "markers"] as const;
  const start = async (management: readonly string[] = ["environments:write", "api-keys:write"]) =>
    kept(await startHoneycomb({ keys: { [CANARY]: ALL, weak: ["columns"] }, management: { "id:part": management } }));

  test("tries the configuration key and names every right it lacks", async () => {
    const { url: apiUrl } = await start();
    const of = (key: string) => tried("honeycomb", known({ honeycomb: { apiUrl } }, { honeycombApiKey: key }));
    expect((await of(CANARY)).said).toEqual(["sign in to the environment: ok"]);
    expect((await of("wrong")).said).toEqual(["sign in to the environment: wrong-key"]);
    expect((await of("weak")).sentences[0]).toBe(
      "honeycomb accepts honeycombApiKey, but the key lacks create_datasets, queries, boards, triggers, recipients, markers. Add it where the key was made, or set another with: pulumi config set --secret honeycombApiKey",
    );
  });

  test("tries the management key and its scopes", async () => {
    const { url: apiUrl } = await start(["environments:write"]);
    const secrets = { honeycombManagementKeyId: "id", honeycombManagementKeySecret: "part" };
    const { said, sentences } = await tried("honeycomb", known({ honeycomb: { apiUrl } }, secrets));
    expect(said).toEqual(["sign in to the team: missing-scope"]);
    expect(sentences[0]).toContain("lacks api-keys:write");
  });

  test("tries the ingest key with every signal, and says what over quota means", async () => {
    const intake = kept(await startIntake(honeycomb(new Set([CANARY]))));
    const given = known({ honeycomb: { apiUrl: intake.url } }, { honeycombIngestKey: CANARY });
    expect((await tried("honeycomb", given)).said).toEqual(["send traces: ok", "send metrics: ok", "send logs: ok"]);
    intake.fail(429, 1);
    expect((await tried("honeycomb", given)).sentences[0]).toMatch(
      /^honeycomb cannot send \w+: the quota is used up or too much is sent \(429\)\./,
    );
  });
});

describe("backends that only take OTLP", () => {
  const SENT = ["send traces: ok", "send metrics: ok", "send logs: ok"];

  test("Datadog: a good key, a wrong one, and one of another site", async () => {
    const intake = kept(await startIntake(datadog(new Set([CANARY]))));
    const given = (key: string) => known({ datadog: { endpoint: intake.url } }, { datadogApiKey: key });
    expect((await tried("datadog", given(CANARY))).said).toEqual(SENT);
    expect((await tried("datadog", given("wrong"))).said[0]).toBe("send traces: wrong-key");
    const inEurope: Send = async ({ url }) => ({ status: url.includes("datadoghq.eu") ? 200 : 403, body: {} });
    expect((await tried("datadog", known({}, { datadogApiKey: CANARY }), inEurope)).sentences[0]).toBe(
      "datadog cannot send traces: the key belongs to another region, datadoghq.eu. Set it with: pulumi config set --path datadog.site datadoghq.eu",
    );
  });

  test("Elastic: a good key, a wrong one, one without the privilege", async () => {
    const intake = kept(await startIntake(elastic(new Set([CANARY]))));
    const given = (key: string) => known({ elastic: { endpoint: intake.url } }, { elasticApiKey: key });
    expect((await tried("elastic", given(CANARY))).said).toEqual(SENT);
    expect((await tried("elastic", given("wrong"))).said[0]).toBe("send traces: wrong-key");
    intake.fail(403);
    expect((await tried("elastic", given(CANARY))).sentences[0]).toContain("lacks the privilege event:write");
  });

  test("any endpoint: with the header of one's choice, and only the signals that have an address", async () => {
    const intake = kept(await startIntake(anyOtlp("x-key", new Set([CANARY]))));
    const all = { endpoint: intake.url, authHeader: "x-key" };
    expect((await tried("otlp", known({ otlp: all }, { otlpAuth: CANARY }))).said).toEqual(SENT);
    const one = { logs: `${intake.url}/v1/logs`, authHeader: "x-key" };
    expect((await tried("otlp", known({ otlp: one }, { otlpAuth: CANARY }))).said).toEqual(["send logs: ok"]);
    const elsewhere = { logs: `${intake.url}/elsewhere`, authHeader: "x-key" };
    expect((await tried("otlp", known({ otlp: elsewhere }, { otlpAuth: CANARY }))).said).toEqual([
      "send logs: wrong-setting",
    ]);
  });

  test("an address where nothing listens is unreachable, and so is one that never answers", async () => {
    const gone = await startIntake(anyOtlp("x-key", new Set()));
    await gone.close();
    const { sentences } = await tried("otlp", known({ otlp: { endpoint: gone.url } }, {}));
    expect(sentences[0]).toBe(
      `otlp cannot send traces: ${gone.url} does not answer (nothing listens there). Check the network, and otlp.endpoint.`,
    );
  });
});

describe("without a credential", () => {
  test.each([
    ["grafana-cloud", "grafanaCloudToken", "GRAFANA_CLOUD_TOKEN"],
    ["new-relic", "newRelicApiKey", "NEW_RELIC_API_KEY"],
    ["datadog", "datadogApiKey", "DATADOG_API_KEY"],
    ["elastic", "elasticApiKey", "ELASTIC_API_KEY"],
  ] as const)("%s is skipped, and that is said", async (kind, key, variable) => {
    const { probes, skipped } = credentialPlan(kind, known({}, {}));
    expect(probes).toEqual([]);
    expect(skipped).toEqual([
      `${kind}: skipped, since ${key} is not known here. Set it in the environment (${variable}), or with: pulumi config set --secret ${key}`,
    ]);
  });

  test("Honeycomb names both keys it would try", () => {
    const { probes, skipped } = credentialPlan("honeycomb", known({}, {}));
    expect(probes).toEqual([]);
    expect(skipped.map((sentence) => /since (\w+)/.exec(sentence)?.[1])).toEqual([
      "honeycombApiKey",
      "honeycombIngestKey",
    ]);
  });

  test.each(["jaeger", "lgtm"] as const)("%s needs none", (kind) => {
    expect(credentialPlan(kind, known({}, {})).skipped).toEqual([
      `${kind}: runs on this machine and needs no credential.`,
    ]);
  });
});

describe("a credential is never shown", () => {
  const SECRETS = ["grafanaCloudToken", "newRelicApiKey", "honeycombApiKey", "honeycombIngestKey"].concat([
    "datadogApiKey",
    "elasticApiKey",
    "otlpAuth",
  ]);
  const settings = {
    grafanaCloud: { slug: "games" },
    newRelic: { accountId: 7 },
    elastic: { endpoint: "https://e.example" },
    otlp: { endpoint: "https://o.example" },
  };
  const secrets = Object.fromEntries(SECRETS.map((key) => [key, CANARY]));
  const REPLIES: readonly Reply[] = [
    ...[200, 302, 401, 402, 403, 404, 413, 429, 500, 503].map((status) => ({ status, body: { errors: [{}] } })),
    { unreachable: "nothing listens there" },
  ];

  test.each(["grafana-cloud", "new-relic", "honeycomb", "datadog", "elastic", "otlp"] as const)(
    "by %s, whatever the answer",
    async (kind) => {
      for (const reply of REPLIES) {
        const asked: Request[] = [];
        const { sentences } = await tried(kind, known(settings, secrets), async (request) => {
          asked.push(request);
          return reply;
        });
        expect(asked.length).toBeGreaterThan(0);
        expect(sentences.join("\n")).not.toContain(CANARY);
      }
    },
  );

  test("even when no header can carry it", async () => {
    const given = known({ elastic: { endpoint: "http://127.0.0.1:1" } }, { elasticApiKey: `${CANARY}\n` });
    const { sentences } = await tried("elastic", given);
    expect(sentences[0]).toContain("the credential holds a character that no header can carry, such as a newline");
    expect(sentences.join("\n")).not.toContain(CANARY);
  });
});
