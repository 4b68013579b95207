import * as newrelic from "@pulumi/newrelic";
import * as pulumi from "@pulumi/pulumi";
import { OVERLAPPING } from "../credentials.ts";

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
  /** Whose telemetry is sent with it, as people read it. */
  readonly application: string;
}

/** A key to send with. The provider does not mark it as secret, so it is marked twice: for the state, and for whoever reads the output. */
export function ingestKey(
  name: string,
  { accountId, ingestType, keyName, application }: IngestKeyArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const key = new newrelic.ApiAccessKey(
    name,
    { accountId, keyType: "INGEST", ingestType, name: keyName, notes: `Made by the ${application}'s Pulumi program` },
    { ...opts, ...OVERLAPPING, additionalSecretOutputs: ["key"] },
  );
  return pulumi.secret(key.key);
}
