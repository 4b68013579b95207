import { createHash } from "node:crypto";
import * as newrelic from "@pulumi/newrelic";
import * as pulumi from "@pulumi/pulumi";
import type { PlainConfig } from "../../../config/schema.ts";
import { applicationName } from "../../../dashboards/application-name.ts";
import { newRelicTitle, renderNewRelicConditions } from "../../../dashboards/render/new-relic/dashboard.ts";
import { renderNewRelicServiceLevels } from "../../../dashboards/render/new-relic/service-levels.ts";
import type { BackendProfile } from "../../../pipeline/backend-profile.ts";
import { NEW_RELIC } from "../../../vendors/new-relic.ts";
import { physicalName } from "../../docker/scope.ts";
import type { Backend, BackendArgs } from "../backend.ts";
import { requiredSecret, requiredSetting } from "../credentials.ts";
import { Alerts } from "./alerts.ts";
import { makeBoards } from "./boards.ts";
import { Notification } from "./contact.ts";
import { ingestKey } from "./keys.ts";
import { markEntities } from "./marker.ts";
import { Objectives } from "./objectives.ts";
import { LICENSE_KEY, newRelicProfile } from "./profile.ts";

/** New Relic: mints the ingest key, drops what the stack wants dropped before it is stored and billed, shows boards, alerts, objectives. */
export class NewRelic extends pulumi.ComponentResource implements Backend {
  readonly profile: BackendProfile;
  readonly secrets: Backend["secrets"];
  readonly links: Backend["links"];
  readonly query: NonNullable<Backend["query"]>;
  readonly mark: NonNullable<Backend["mark"]>;
  readonly browser: NonNullable<Backend["browser"]>;

  constructor(
    name: string,
    { scope, settings, secret, shown }: BackendArgs<PlainConfig["newRelic"], "newRelicApiKey">,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("game-scheduler-otel:backends:NewRelic", name, { scope }, opts);
    const { otlp, nerdgraph: vendorApi, pages } = NEW_RELIC[settings.region];
    const { region, endpoint = otlp, nerdgraphUrl, browser, drops, telemetrySeen } = settings;
    const accountId = requiredSetting(settings.accountId, "newRelic.accountId", "new-relic");
    const apiKey = requiredSecret(secret, "newRelicApiKey", "new-relic");
    const address = nerdgraphUrl === undefined ? {} : { nerdgraphApiUrl: nerdgraphUrl };
    const nerdgraph = nerdgraphUrl ?? vendorApi;
    const provider = new newrelic.Provider("new-relic", { accountId, apiKey, region, ...address }, { parent: this });
    const at = { parent: this, provider };
    const key = (ingestType: "LICENSE" | "BROWSER", purpose: string, short: string) =>
      ingestKey(
        `${name}-${short}`,
        { accountId, ingestType, keyName: physicalName(scope, purpose), application: applicationName(scope.namespace) },
        at,
      );
    const license = key("LICENSE", "ingest", "license");
    this.browser = browser ? { "new-relic": key("BROWSER", "browser", "browser") } : {};
    for (const nrql of new Set(drops)) {
      const rule = `drop-${shortHash(nrql)}`;
      new newrelic.PipelineCloudRule(
        `${name}-${rule}`,
        { accountId, name: physicalName(scope, rule), description: "Dropped before it is stored and billed", nrql },
        at,
      );
    }
    const { rules, contact, services } = shown;
    makeBoards(name, rules, accountId, at);

    const title = newRelicTitle(rules);
    const conditions = renderNewRelicConditions(rules);
    const { policyId, heartbeatId } = new Alerts(`${name}-alerts`, { accountId, title, conditions }, at);
    if (contact !== undefined && rules.calibration !== true) {
      const policyIds = contact.kind === "webhook" ? [policyId, heartbeatId] : [policyId];
      new Notification(`${name}-contact`, { accountId, title: physicalName(scope, "alerts"), contact, policyIds }, at);
    }
    // What hangs on an entity waits for telemetrySeen: New Relic makes it from the first telemetry, and asking before is an error.
    const entities = telemetrySeen ? entitiesOf(services, at) : {};
    if (telemetrySeen) {
      const levels = renderNewRelicServiceLevels(rules);
      new Objectives(`${name}-objectives`, { accountId, levels, entities, policyId }, at);
    }
    this.mark = (deployment, after) =>
      markEntities(
        `${name}-deployment`,
        deployment,
        { nerdgraph, apiKey, entities },
        { parent: this, dependsOn: after },
      );
    this.profile = newRelicProfile(endpoint);
    this.secrets = { [LICENSE_KEY]: license };
    this.links = { "new-relic": `${pages}/nr1-core?account=${accountId}` };
    this.query = pulumi.secret({ kind: "new-relic", nerdgraph, accountId, pages, apiKey } as const);
    this.registerOutputs({ links: this.links });
  }
}

/** A rule is named by what it drops, so that adding one or changing their order leaves the others alone. */
const shortHash = (nrql: string): string => createHash("sha256").update(nrql).digest("hex").slice(0, 8);

/** Guid of each service's entity, by the name of the service. */
function entitiesOf(
  senders: readonly string[],
  at: pulumi.InvokeOptions,
): Readonly<Record<string, pulumi.Output<string>>> {
  return Object.fromEntries(
    senders.map((name) => [name, newrelic.getEntityOutput({ name, domain: "EXT", type: "SERVICE" }, at).guid]),
  );
}
