import * as pulumi from "@pulumi/pulumi";
import { registerPackage } from "@pulumi/pulumi/runtime/index.js";

/** Version of Honeycomb's Terraform provider, and of the bridge that runs it. */
const PROVIDER_VERSION = "0.53.0";
const BRIDGE_VERSION = "1.1.0";

/**
 * The vendor's Terraform provider as a parameterised Pulumi package, without the SDK of 68 MB that `pulumi package add` generates.
 * The SDK keeps one reference a deployment, so asking again costs nothing.
 *
 * @param localProvider Path of a `terraform-provider-honeycombio` on this machine; default: fetched from the registry.
 */
export const honeycombPackage = (localProvider?: string): Promise<string> =>
  registerPackage({
    baseProviderName: "terraform-provider",
    baseProviderVersion: BRIDGE_VERSION,
    baseProviderDownloadUrl: "",
    packageName: "honeycombio",
    packageVersion: localProvider ? "0.0.0" : PROVIDER_VERSION,
    base64Parameter: Buffer.from(JSON.stringify(parameter(localProvider))).toString("base64"),
  });

const parameter = (localProvider?: string) =>
  localProvider
    ? { local: { path: localProvider } }
    : { remote: { url: "registry.opentofu.org/honeycombio/honeycombio", version: PROVIDER_VERSION } };

export interface HoneycombProviderArgs {
  /** Configuration key of one environment. */
  readonly apiKey?: pulumi.Input<string>;
  readonly apiUrl: pulumi.Input<string>;
  /** Management key of the team, for environments and keys. */
  readonly apiKeyId?: pulumi.Input<string>;
  readonly apiKeySecret?: pulumi.Input<string>;
  /**
   * Datasets and columns that exist already are taken over instead of refused. They do exist where telemetry arrived first, or where a stack
   * returns to this backend.
   */
  readonly adoptExisting?: boolean;
}

/** Provider settings other than texts travel as JSON; blocks that may be there once are objects here, unlike in resources. */
const ADOPT = JSON.stringify({ column: { importOnConflict: true }, dataset: { importOnConflict: true } });

/** Signs in to Honeycomb: with a configuration key to one environment, with a management key to the team. */
export class HoneycombProvider extends pulumi.ProviderResource {
  constructor(
    name: string,
    args: HoneycombProviderArgs,
    opts: pulumi.ResourceOptions & { readonly package: Promise<string> },
  ) {
    const { package: reference, ...options } = opts;
    const { adoptExisting = false, apiKey, apiKeySecret, ...plain } = args;
    super(
      "honeycombio",
      name,
      {
        ...plain,
        // Secret whatever the caller forgot: the vendor's schema is not known to the SDK, which would mark nothing.
        ...(apiKey !== undefined && { apiKey: pulumi.secret(apiKey) }),
        ...(apiKeySecret !== undefined && { apiKeySecret: pulumi.secret(apiKeySecret) }),
        ...(adoptExisting && { features: ADOPT }),
      },
      options,
      undefined,
      reference,
    );
  }
}
