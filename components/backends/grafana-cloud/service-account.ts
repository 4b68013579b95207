import * as grafana from "@pulumi/grafana";
import * as pulumi from "@pulumi/pulumi";
import { physicalName, type Scope } from "../../docker/scope.ts";
import type { CloudStack } from "./stack.ts";

export interface ServiceAccountArgs {
  readonly scope: Scope;
  readonly stack: CloudStack;
  /** Last part of its names: what it is for. */
  readonly purpose: string;
  readonly role: "Admin" | "Viewer";
}

/**
 * A service account of the stack's own Grafana, and its token. Without an expiry: an expired one would lock its owner out of the stack before
 * the next could be minted (providers.md 1.3).
 */
export function serviceAccountToken(
  name: string,
  { scope, stack, purpose, role }: ServiceAccountArgs,
  at: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const known = { stackSlug: stack.slug, name: physicalName(scope, purpose) };
  const account = new grafana.cloud.StackServiceAccount(`${name}-${purpose}`, { ...known, role }, at);
  const token = new grafana.cloud.StackServiceAccountToken(
    `${name}-${purpose}-token`,
    { ...known, serviceAccountId: account.id },
    at,
  );
  return pulumi.secret(token.key);
}
