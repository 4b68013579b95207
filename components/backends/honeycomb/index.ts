import * as pulumi from "@pulumi/pulumi";
import { renderHoneycombBoards } from "../../../dashboards/render/honeycomb/boards.ts";
import { renderHoneycombSlos } from "../../../dashboards/render/honeycomb/slos.ts";
import { renderHoneycombTriggers } from "../../../dashboards/render/honeycomb/triggers.ts";
import type { BackendProfile } from "../../../pipeline/backend-profile.ts";
import { capabilities } from "../../../vendors/capabilities.ts";
import { HONEYCOMB } from "../../../vendors/honeycomb.ts";
import { physicalName, type Scope } from "../../docker/scope.ts";
import type { Backend, BackendArgs } from "../backend.ts";
import { Alerts, leftOutSentence } from "./alerts.ts";
import { Board } from "./boards.ts";
import { recipients } from "./contact.ts";
import { type DatasetPlan, datasets } from "./datasets.ts";
import { type HoneycombSecret, type HoneycombSettings, keys } from "./keys.ts";
import { markEnvironment } from "./marker.ts";
import { Objectives } from "./objectives.ts";
import { INGEST_KEY, profile } from "./profile.ts";
import { HoneycombProvider, honeycombPackage } from "./provider.ts";
import { Column, Dataset, type HoneycombOptions } from "./resources.ts";

/**
 * Honeycomb: keys given or minted, datasets and columns made ahead of the data, so that boards and triggers work on the first `up`.
 * Datasets and columns outlive this program's care for them: they hold the telemetry, and coming back adopts them again.
 */
export class Honeycomb extends pulumi.ComponentResource implements Backend {
  readonly profile: BackendProfile;
  readonly secrets: Backend["secrets"];
  readonly links: Backend["links"];
  readonly query: NonNullable<Backend["query"]>;
  readonly mark: NonNullable<Backend["mark"]>;

  constructor(
    name: string,
    { scope, settings, secret, shown }: BackendArgs<HoneycombSettings, HoneycombSecret>,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("game-scheduler-otel:backends:Honeycomb", name, { scope }, opts);
    const { region, apiUrl = HONEYCOMB[region].api, metricsDataset, team, environment, providerPath, plan } = settings;
    const { rules, contact, services } = shown;
    const inPackage = { parent: this, package: honeycombPackage(providerPath) };
    const { ingest, configuration } = keys(name, { scope, settings, secret }, apiUrl, inPackage);
    const signIn = { apiKey: configuration, apiUrl };
    const provider = new HoneycombProvider(`${name}-environment`, { ...signIn, adoptExisting: true }, inPackage);

    // Paid plans allow more triggers than there are alerts here.
    const triggerLimit = plan === "free" ? capabilities.honeycomb.maxAlerts : Number.MAX_SAFE_INTEGER;
    const watch = contact?.kind === "webhook";
    const config = { ...rules, metricsDataset, triggerLimit, watched: watch };
    const objectives = plan !== "free";
    const planned = datasets({ rules, metricsDataset, services, triggerLimit, objectives });
    takeDatasets(scope, services, metricsDataset);
    const made = columns(name, planned, { ...inPackage, provider, retainOnDelete: true });
    // A provider of its own, so that each query waits for all columns by one edge instead of a hundred.
    const at = {
      ...inPackage,
      provider: new HoneycombProvider(`${name}-content`, signIn, { ...inPackage, dependsOn: made }),
    };
    for (const board of renderHoneycombBoards(config)) new Board(`${name}-${board.id}`, board, at);

    const silent = rules.calibration === true;
    const notified = silent ? [] : recipients(`${name}-contact`, contact, physicalName(scope, "alerts"), at);
    const { triggers, leftOut } = renderHoneycombTriggers(config);
    new Alerts(`${name}-alerts`, triggers, { recipients: notified, watch }, at);
    const sentence = leftOutSentence(leftOut);
    if (sentence !== undefined) pulumi.log.warn(sentence);
    if (objectives) {
      // An objective of a service that does not exist has no dataset to be judged in.
      const slos = renderHoneycombSlos(rules).filter(({ dataset }) => services.includes(dataset));
      new Objectives(`${name}-objectives`, slos, notified, at);
    }
    this.mark = (deployment, after) => markEnvironment(name, deployment, after, at);

    const ui = [HONEYCOMB[region].ui, team, environment && `environments/${environment}`].filter(Boolean).join("/");
    this.profile = profile(apiUrl, metricsDataset);
    this.secrets = { [INGEST_KEY]: ingest };
    this.links = { honeycomb: ui };
    this.query = pulumi.secret({ kind: "honeycomb", api: apiUrl, apiKey: configuration, metricsDataset, ui } as const);
    this.registerOutputs({ links: this.links });
  }
}

/** Honeycomb names the dataset of spans and logs after the service. */
function takeDatasets(scope: Scope, services: readonly string[], metricsDataset: string): void {
  for (const service of services) scope.take("dataset", service, { by: `service ${service}` });
  scope.take("dataset", metricsDataset, { by: "honeycomb's metrics", key: "honeycomb.metricsDataset" });
}

function columns(name: string, planned: readonly DatasetPlan[], opts: HoneycombOptions): pulumi.Resource[] {
  return planned.flatMap((dataset) => {
    const made = new Dataset(`${name}-${dataset.name}`, { name: dataset.name }, opts);
    return [
      made,
      ...dataset.columns.map(
        (column) => new Column(`${name}-${dataset.name}-${column.name}`, { ...column, dataset: made.slug }, opts),
      ),
    ];
  });
}
