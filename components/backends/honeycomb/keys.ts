import * as pulumi from "@pulumi/pulumi";
import type { PlainConfig } from "../../../config/schema.ts";
import type { HoneycombPlan } from "../../../vendors/honeycomb.ts";
import { physicalName } from "../../docker/scope.ts";
import type { BackendArgs } from "../backend.ts";
import { OVERLAPPING, requiredSecret } from "../credentials.ts";
import { HoneycombProvider } from "./provider.ts";
import { ApiKey, type ApiKeyArgs, Environment, type HoneycombOptions } from "./resources.ts";

/** The two keys of one environment. */
export interface Keys {
  /** Sends telemetry, and nothing else. */
  readonly ingest: pulumi.Output<string>;
  /** Makes datasets, columns, boards, triggers; never leaves the deployment. */
  readonly configuration: pulumi.Output<string>;
}

export type HoneycombSecret =
  | "honeycombApiKey"
  | "honeycombIngestKey"
  | "honeycombManagementKeyId"
  | "honeycombManagementKeySecret";

/** The stack's own settings, with the name of the metrics' dataset decided. */
export type HoneycombSettings = Omit<PlainConfig["honeycomb"], "metricsDataset"> & { readonly metricsDataset: string };

type KeysArgs = Pick<BackendArgs<HoneycombSettings, HoneycombSecret>, "scope" | "settings" | "secret">;

/**
 * Keys given as secrets are used; those that are missing are minted with the team's management key, in the environment named by
 * `honeycomb.environmentId` or in one that is made. A configuration key that is given belongs to an environment that exists, so nothing
 * is made beside it.
 */
export function keys(
  name: string,
  { scope, settings, secret }: KeysArgs,
  apiUrl: string,
  at: Omit<HoneycombOptions, "provider">,
): Keys {
  const given = { ingest: secret("honeycombIngestKey"), configuration: secret("honeycombApiKey") };
  if (given.ingest && given.configuration)
    return { ingest: pulumi.secret(given.ingest), configuration: pulumi.secret(given.configuration) };

  const managementId = secret("honeycombManagementKeyId");
  if (managementId === undefined) {
    return {
      configuration: requiredSecret(secret, "honeycombApiKey", "honeycomb"),
      ingest: requiredSecret(secret, "honeycombIngestKey", "honeycomb"),
    };
  }
  const provider = new HoneycombProvider(
    `${name}-team`,
    {
      apiKeyId: managementId,
      apiKeySecret: requiredSecret(secret, "honeycombManagementKeySecret", "honeycomb"),
      apiUrl,
    },
    at,
  );
  const byTeam: HoneycombOptions = { ...at, provider };
  const environmentId = environmentOf(name, { scope, settings }, given.configuration !== undefined, byTeam);
  const mint = (purpose: string, args: Pick<ApiKeyArgs, "type" | "permissions">) =>
    pulumi.secret(
      new ApiKey(
        `${name}-${purpose}`,
        { name: physicalName(scope, purpose), environmentId, ...args },
        { ...byTeam, ...OVERLAPPING },
      ).key,
    );
  return {
    ingest: given.ingest
      ? pulumi.secret(given.ingest)
      : mint("ingest", { type: "ingest", permissions: [{ createDatasets: true }] }),
    configuration: given.configuration
      ? pulumi.secret(given.configuration)
      : mint("configuration", { type: "configuration", permissions: [configurationRights(settings.plan)] }),
  };
}

function environmentOf(
  name: string,
  { scope, settings }: Omit<KeysArgs, "secret">,
  existing: boolean,
  at: HoneycombOptions,
): pulumi.Input<string> {
  const { environmentId, environment } = settings;
  if (environmentId !== undefined) return environmentId;
  if (existing) {
    throw new pulumi.RunError(
      "honeycomb.environmentId: not set, but needed to mint an ingest key for the environment of honeycombApiKey. Set it with: pulumi config set --path honeycomb.environmentId hcaen_<id>, or give a key with: pulumi config set --secret honeycombIngestKey",
    );
  }
  // Kept when the stack moves on to another backend: it holds the telemetry, and Honeycomb protects it from deletion anyway.
  return new Environment(
    `${name}-environment`,
    { name: environment ?? scope.environment, deleteProtected: true },
    { ...at, retainOnDelete: true },
  ).id;
}

/** What the deployment does with its key, no more. */
const configurationRights = (plan: HoneycombPlan) => ({
  createDatasets: true,
  manageQueries: true,
  managePublicBoards: true,
  manageTriggers: true,
  manageRecipients: true,
  manageMarkers: true,
  runQueries: true,
  ...(plan !== "free" && { manageSlos: true }),
});
