import * as newrelic from "@pulumi/newrelic";
import * as pulumi from "@pulumi/pulumi";

/** Options of everything in the account: below what, and signed in how. */
export interface InAccount {
  readonly parent: pulumi.Resource;
  readonly provider: newrelic.Provider;
}

export interface IngestKeyArgs {
  readonly accountId: string;
  readonly ingestType: "LICENSE" | "BROWSER";
  /** Shown in New Relic. */
  readonly keyName: string;
}

/** A key to send with. The provider does not mark it as secret, so it is marked twice: for the state, and for whoever reads the output. */
export function ingestKey(
  name: string,
  { accountId, ingestType, keyName }: IngestKeyArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const key = new newrelic.ApiAccessKey(
    name,
    { accountId, keyType: "INGEST", ingestType, name: keyName, notes: "Made by the Game Scheduler's Pulumi program" },
    { ...opts, additionalSecretOutputs: ["key"] },
  );
  return pulumi.secret(key.key);
}
