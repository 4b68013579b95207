import type * as newrelic from "@pulumi/newrelic";
import type * as pulumi from "@pulumi/pulumi";

/** Options of everything in the account: below what, and signed in how. */
export interface InAccount {
  readonly parent: pulumi.Resource;
  readonly provider: newrelic.Provider;
}
