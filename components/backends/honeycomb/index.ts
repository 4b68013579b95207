import * as pulumi from "@pulumi/pulumi";
import { metricsDatasetOf } from "../../../config/backends.ts";
import type { Config } from "../../../config/load.ts";
import { renderHoneycombBoards } from "../../../dashboards/render/honeycomb/boards.ts";
import { renderHoneycombSlos } from "../../../dashboards/render/honeycomb/slos.ts";
import { renderHoneycombTriggers } from "../../../dashboards/render/honeycomb/triggers.ts";
import type { BackendProfile } from "../../../pipeline/backend-profile.ts";
import type { Contact } from "../../contact.ts";
import { physicalName } from "../../docker/scope.ts";
import { type Observability, rulesConfig, sendersOf } from "../../observability.ts";
import type { Backend, BackendArgs } from "../backend.ts";
import { capabilities } from "../capabilities.ts";
import { Alerts, leftOutSentence } from "./alerts.ts";
import { Board } from "./board.ts";
import { type DatasetPlan, datasets } from "./datasets.ts";
import { keys } from "./keys.ts";
import { Objectives } from "./objectives.ts";
import { INGEST_KEY, profile } from "./profile.ts";
import { HoneycombProvider, honeycombPackage } from "./provider.ts";
import { recipients } from "./recipients.ts";
import { Column, Dataset, type HoneycombOptions } from "./resources.ts";
import { Marker } from "./resources-boards.ts";

const API = { us: "https://api.honeycomb.io", eu: "https://api.eu1.honeycomb.io" } as const;
const UI = { us: "https://ui.honeycomb.io", eu: "https://ui.eu1.honeycomb.io" } as const;

/**
 * Honeycomb: keys given or minted, datasets and columns made ahead of the data, so that boards and triggers work on the first `up`.
 * Datasets and columns outlive this program's care for them: they hold the telemetry, and coming back adopts them again.
 */
export class Honeycomb extends pulumi.ComponentResource implements Backend {
  readonly profile: BackendProfile;
  readonly secrets: Backend["secrets"];
  readonly links: Backend["links"];
  readonly query: NonNullable<Backend["query"]>;
  readonly #name: string;
  /** Names what belongs to the whole team. */
  readonly #label: string;
  readonly #plan: Config["honeycomb"]["plan"];
  readonly #metricsDataset: string;
  /** Triggers the plan allows; paid plans allow more than there are alerts here. */
  readonly #triggerLimit: number;
  /** Provider and package of what reads columns: it comes after them. */
  readonly #content: HoneycombOptions;

  constructor(name: string, { scope, config }: BackendArgs, opts?: pulumi.ComponentResourceOptions) {
    super("game-scheduler-otel:backends:Honeycomb", name, { scope }, opts);
    const { region, apiUrl = API[region], team, environment, providerPath, plan } = config.honeycomb;
    const metricsDataset = metricsDatasetOf(config);
    const inPackage = { parent: this, package: honeycombPackage(providerPath) };
    const { ingest, configuration } = keys(name, { scope, config }, apiUrl, inPackage);
    const signIn = { apiKey: configuration, apiUrl };
    const provider = new HoneycombProvider(`${name}-environment`, { ...signIn, adoptExisting: true }, inPackage);
    this.#name = name;
    this.#label = physicalName(scope, "alerts");
    this.#plan = plan;
    this.#metricsDataset = metricsDataset;
    this.#triggerLimit = plan === "free" ? (capabilities.honeycomb.maxAlerts ?? 0) : Number.MAX_SAFE_INTEGER;

    const planned = datasets({
      rules: rulesConfig(config),
      metricsDataset,
      services: sendersOf(config.services),
      triggerLimit: this.#triggerLimit,
      objectives: plan !== "free",
    });
    const made = columns(name, planned, { ...inPackage, provider, retainOnDelete: true });
    // A provider of its own, so that each query waits for all columns by one edge instead of a hundred.
    const content = new HoneycombProvider(`${name}-content`, signIn, { ...inPackage, dependsOn: made });
    this.#content = { ...inPackage, provider: content };

    const ui = [UI[region], team, environment && `environments/${environment}`].filter(Boolean).join("/");
    this.profile = profile(apiUrl, metricsDataset);
    this.secrets = { [INGEST_KEY]: ingest };
    this.links = { honeycomb: ui };
    this.query = pulumi.secret({ kind: "honeycomb", api: apiUrl, apiKey: configuration, metricsDataset, ui } as const);
    this.registerOutputs({ links: this.links });
  }

  show({ rules, contact, deployment, services }: Observability, after: readonly pulumi.Resource[]): void {
    const name = this.#name;
    const at = this.#content;
    const watch = contact?.kind === "webhook";
    const limits = { triggerLimit: this.#triggerLimit, watched: watch };
    const config = { ...rules, metricsDataset: this.#metricsDataset, ...limits };
    for (const board of renderHoneycombBoards(config)) new Board(`${name}-${board.id}`, board, at);

    const told = this.#told(contact, rules.calibration === true);
    const { triggers, leftOut } = renderHoneycombTriggers(config);
    new Alerts(`${name}-alerts`, triggers, { recipients: told, watch }, at);
    const sentence = leftOutSentence(leftOut);
    if (sentence !== undefined) pulumi.log.warn(sentence);
    if (this.#plan !== "free") {
      // An objective of a service that is not there has no dataset to be judged in.
      const slos = renderHoneycombSlos(rules).filter(({ dataset }) => services.includes(dataset));
      new Objectives(`${name}-objectives`, slos, told, at);
    }

    // Named by the deployment: another one is another marker, and the earlier ones stay on the graphs.
    const marker = { message: deployment.summary, type: "deploy" };
    new Marker(`${name}-deployment-${deployment.id}`, marker, { ...at, retainOnDelete: true, dependsOn: [...after] });
  }

  /** In calibration nobody. */
  #told(contact: Contact | undefined, calibration: boolean) {
    if (calibration) return [];
    return recipients(`${this.#name}-contact`, contact, this.#label, this.#content);
  }
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
