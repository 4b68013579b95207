import * as grafana from "@pulumi/grafana";
import * as pulumi from "@pulumi/pulumi";
import { physicalName, type Scope } from "../../scope.ts";
import type { CloudStack } from "./stack.ts";

/** A provider for the stack's own Grafana, signed in as a service account that is made for it. */
export function signIn(
  name: string,
  { scope, stack, url }: { readonly scope: Scope; readonly stack: CloudStack; readonly url: string },
  at: pulumi.CustomResourceOptions,
): grafana.Provider {
  const account = new grafana.cloud.StackServiceAccount(
    `${name}-pulumi`,
    { stackSlug: stack.slug, name: physicalName(scope, "pulumi"), role: "Admin" },
    at,
  );
  // Without an expiry: an expired one would lock this program out of the stack before it could mint the next (providers.md 1.3).
  const token = new grafana.cloud.StackServiceAccountToken(
    `${name}-pulumi-token`,
    { stackSlug: stack.slug, serviceAccountId: account.id, name: physicalName(scope, "pulumi") },
    at,
  );
  return new grafana.Provider(
    `${name}-stack`,
    { url, auth: pulumi.secret(token.key) },
    at.parent ? { parent: at.parent } : {},
  );
}
