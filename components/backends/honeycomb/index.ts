import * as pulumi from "@pulumi/pulumi";
import type { BackendProfile } from "../../../pipeline/backend-profile.ts";
import type { Backend, BackendArgs } from "../backend.ts";
import { capabilities } from "../capabilities.ts";
import { datasets } from "./datasets.ts";
import { keys } from "./keys.ts";
import { INGEST_KEY, profile } from "./profile.ts";
import { HoneycombProvider, honeycombPackage } from "./provider.ts";
import { Column, Dataset, type HoneycombOptions } from "./resources.ts";

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
  /** Provider and package of everything in the environment: for boards, triggers, objectives, markers. */
  readonly environment: HoneycombOptions;
  /** Triggers the plan allows; paid plans allow more than there are alerts here. */
  readonly triggerLimit: number;

  constructor(name: string, { scope, config }: BackendArgs, opts?: pulumi.ComponentResourceOptions) {
    super("game-scheduler-otel:backends:Honeycomb", name, { scope }, opts);
    const { region, apiUrl = API[region], metricsDataset, team, environment, providerPath, plan } = config.honeycomb;
    const inPackage = { parent: this, package: honeycombPackage(providerPath) };
    const { ingest, configuration } = keys(name, { scope, config }, apiUrl, inPackage);
    const provider = new HoneycombProvider(
      `${name}-environment`,
      { apiKey: configuration, apiUrl, adoptExisting: true },
      inPackage,
    );
    this.environment = { ...inPackage, provider };
    this.triggerLimit = plan === "free" ? (capabilities.honeycomb.maxAlerts ?? 0) : Number.MAX_SAFE_INTEGER;

    const kept = { ...this.environment, retainOnDelete: true };
    const services = config.services.filter(({ kind }) => kind !== "other").map((service) => service.name);
    const planned = datasets({
      environment: config.environment,
      metricsDataset,
      services,
      triggerLimit: this.triggerLimit,
    });
    for (const dataset of planned) {
      const made = new Dataset(`${name}-${dataset.name}`, { name: dataset.name }, kept);
      for (const column of dataset.columns) {
        new Column(`${name}-${dataset.name}-${column.name}`, { ...column, dataset: made.slug }, kept);
      }
    }

    this.profile = profile(apiUrl, metricsDataset);
    this.secrets = { [INGEST_KEY]: ingest };
    this.links = {
      honeycomb: [UI[region], team, environment && `environments/${environment}`].filter(Boolean).join("/"),
    };
    this.registerOutputs({ links: this.links });
  }
}
