import * as pulumi from "@pulumi/pulumi";
import type { BackendProfile } from "../../../pipeline/backend-profile.ts";
import { physicalName } from "../../scope.ts";
import type { Backend, BackendArgs } from "../backend.ts";
import { requiredSecret } from "../credentials.ts";
import { columnsOf, datasets } from "./datasets.ts";
import { HoneycombProvider, honeycombPackage } from "./provider.ts";
import { ApiKey, Column, Dataset, Environment, type HoneycombOptions } from "./resources.ts";

const API = { us: "https://api.honeycomb.io", eu: "https://api.eu1.honeycomb.io" } as const;
const UI = { us: "https://ui.honeycomb.io", eu: "https://ui.eu1.honeycomb.io" } as const;

/**
 * Honeycomb: datasets and columns are made ahead of the data, so that boards and triggers work on the first `up`.
 * With a management key the ingest key is minted here; without one it is a secret of the stack, since the API mints it for nobody else.
 */
export class Honeycomb extends pulumi.ComponentResource implements Backend {
  readonly profile: BackendProfile;
  readonly secrets: Backend["secrets"];
  readonly links: Backend["links"];

  constructor(name: string, { scope, config }: BackendArgs, opts?: pulumi.ComponentResourceOptions) {
    super("game-scheduler-otel:backends:Honeycomb", name, { scope }, opts);
    const { region, apiUrl = API[region], metricsDataset, team, environment, providerPath } = config.honeycomb;
    const reference = honeycombPackage(providerPath);
    const at = (provider: pulumi.ProviderResource): HoneycombOptions => ({
      parent: this,
      provider,
      package: reference,
    });

    const managementId = config.secret("honeycombManagementKeyId");
    const ingestKey = managementId
      ? mintedKey(name, scope, config, apiUrl, managementId, at, { parent: this, package: reference })
      : requiredSecret(config, "honeycombIngestKey", "honeycomb");

    const provider = new HoneycombProvider(
      `${name}-environment`,
      { apiKey: requiredSecret(config, "honeycombApiKey", "honeycomb"), apiUrl },
      { parent: this, package: reference },
    );
    for (const dataset of datasets(config.services, metricsDataset)) {
      const made = new Dataset(`${name}-${dataset.name}`, { name: dataset.name }, at(provider));
      for (const column of columnsOf(dataset)) {
        new Column(`${name}-${dataset.name}-${column.name}`, { ...column, dataset: made.slug }, at(provider));
      }
    }

    this.profile = profile(apiUrl, metricsDataset);
    this.secrets = { "honeycomb-ingest-key": ingestKey };
    this.links = {
      honeycomb: [UI[region], team, environment && `environments/${environment}`].filter(Boolean).join("/"),
    };
    this.registerOutputs({ links: this.links });
  }
}

/** An environment of that name and an ingest key for it, by the team's management key. */
function mintedKey(
  name: string,
  scope: BackendArgs["scope"],
  config: BackendArgs["config"],
  apiUrl: string,
  managementId: pulumi.Output<string>,
  at: (provider: pulumi.ProviderResource) => HoneycombOptions,
  opts: pulumi.ResourceOptions & { readonly package: Promise<string> },
): pulumi.Output<string> {
  const team = new HoneycombProvider(
    `${name}-team`,
    {
      apiKeyId: managementId,
      apiKeySecret: requiredSecret(config, "honeycombManagementKeySecret", "honeycomb"),
      apiUrl,
    },
    opts,
  );
  const environment = new Environment(
    `${name}-environment`,
    { name: config.honeycomb.environment ?? scope.environment, deleteProtected: true },
    { ...at(team), protect: true },
  );
  const key = new ApiKey(
    `${name}-ingest`,
    {
      name: physicalName(scope, "ingest"),
      type: "ingest",
      environmentId: environment.id,
      permissions: [{ createDatasets: true }],
    },
    at(team),
  );
  return pulumi.secret(key.key);
}

/** Two exporters, since metrics need their dataset in a header while traces and logs go by service.name. */
const profile = (endpoint: string, metricsDataset: string): BackendProfile => {
  const headers = { "x-honeycomb-team": { secret: "honeycomb-ingest-key" } };
  const limits = { endpoint, maxRequestBytes: 15_000_000, maxAttributeLength: 65_535 };
  return {
    name: "honeycomb",
    exporters: [
      { signals: ["traces", "logs"], headers, ...limits },
      {
        suffix: "metrics",
        signals: ["metrics"],
        headers: { ...headers, "x-honeycomb-dataset": metricsDataset },
        ...limits,
      },
    ],
  };
};
