import { createHash } from "node:crypto";
import * as newrelic from "@pulumi/newrelic";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceConfig } from "../../config-schema.ts";
import type { BackendProfile } from "../../pipeline/backend-profile.ts";
import { physicalName } from "../scope.ts";
import type { Backend, BackendArgs } from "./backend.ts";
import { requiredSecret, requiredSetting } from "./credentials.ts";

const ENDPOINTS = { US: "https://otlp.nr-data.net", EU: "https://otlp.eu01.nr-data.net" } as const;
const PAGES = { US: "https://one.newrelic.com", EU: "https://one.eu.newrelic.com" } as const;

/** New Relic: mints the ingest key, drops what the stack wants dropped before it is stored and billed. */
export class NewRelic extends pulumi.ComponentResource implements Backend {
  readonly profile: BackendProfile;
  readonly secrets: Backend["secrets"];
  readonly links: Backend["links"];
  /** For the frontend; undefined unless `newRelic.browser` is set. */
  readonly browserKey: pulumi.Output<string> | undefined;
  /** For boards, alerts and service levels. */
  readonly provider: newrelic.Provider;
  readonly accountId: string;
  /**
   * Guid of each service's entity, which New Relic makes from the first telemetry. Empty until `newRelic.telemetrySeen` is set: what hangs
   * on an entity waits for it, since the first `up` of a fresh account would fail on one that is not there.
   */
  readonly entities: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, { scope, config }: BackendArgs, opts?: pulumi.ComponentResourceOptions) {
    super("game-scheduler-otel:backends:NewRelic", name, { scope }, opts);
    const { region, endpoint = ENDPOINTS[region], nerdgraphUrl, browser, drops } = config.newRelic;
    const accountId = requiredSetting(config.newRelic.accountId, "newRelic.accountId", "new-relic");
    const provider = new newrelic.Provider(
      "new-relic",
      {
        accountId,
        apiKey: requiredSecret(config, "newRelicApiKey", "new-relic"),
        region,
        ...(nerdgraphUrl && { nerdgraphApiUrl: nerdgraphUrl }),
      },
      { parent: this },
    );
    const at = { parent: this, provider };
    const license = ingestKey(`${name}-license`, "LICENSE", accountId, physicalName(scope, "ingest"), at);
    this.browserKey = browser
      ? ingestKey(`${name}-browser`, "BROWSER", accountId, physicalName(scope, "browser"), at)
      : undefined;
    for (const nrql of new Set(drops)) {
      const rule = `drop-${shortHash(nrql)}`;
      new newrelic.PipelineCloudRule(
        `${name}-${rule}`,
        { accountId, name: physicalName(scope, rule), description: "Dropped before it is stored and billed", nrql },
        at,
      );
    }
    this.provider = provider;
    this.accountId = accountId;
    this.entities = config.newRelic.telemetrySeen ? entities(config.services, at) : {};
    this.profile = newRelicProfile(endpoint);
    this.secrets = { "new-relic-license-key": license };
    this.links = { "new-relic": `${PAGES[region]}/nr1-core?account=${accountId}` };
    this.registerOutputs({ links: this.links });
  }
}

/** A rule is named by what it drops, so that adding one or changing their order leaves the others alone. */
const shortHash = (nrql: string): string => createHash("sha256").update(nrql).digest("hex").slice(0, 8);

function entities(services: readonly ServiceConfig[], at: pulumi.InvokeOptions): NewRelic["entities"] {
  const senders = services.filter(({ kind }) => kind !== "other").map(({ name }) => name);
  return Object.fromEntries(
    senders.map((name) => [name, newrelic.getEntityOutput({ name, domain: "EXT", type: "SERVICE" }, at).guid]),
  );
}

/** The provider does not mark the key as secret, so it is marked twice: for the state, and for whoever reads the output. */
function ingestKey(
  name: string,
  ingestType: "LICENSE" | "BROWSER",
  accountId: string,
  keyName: string,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const key = new newrelic.ApiAccessKey(
    name,
    { accountId, keyType: "INGEST", ingestType, name: keyName, notes: "Made by the Game Scheduler's Pulumi program" },
    { ...opts, additionalSecretOutputs: ["key"] },
  );
  return pulumi.secret(key.key);
}

/** Limits and temporality: New Relic documentation, best practices for OTLP. */
export const newRelicProfile = (endpoint: string): BackendProfile => ({
  name: "new-relic",
  exporters: [
    {
      signals: ["traces", "metrics", "logs"],
      endpoint,
      headers: { "api-key": { secret: "new-relic-license-key" } },
      temporality: "delta",
      maxRequestBytes: 1_000_000,
      maxAttributeLength: 4095,
    },
  ],
});
