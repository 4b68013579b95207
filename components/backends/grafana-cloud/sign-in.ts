import * as grafana from "@pulumi/grafana";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../../docker/scope.ts";
import { serviceAccountToken } from "./service-account.ts";
import type { CloudStack } from "./stack.ts";

/** A provider for the stack's own Grafana, signed in as a service account that is made for it. */
export function signIn(
  name: string,
  { scope, stack, url }: { readonly scope: Scope; readonly stack: CloudStack; readonly url: string },
  at: pulumi.CustomResourceOptions,
): grafana.Provider {
  const auth = serviceAccountToken(name, { scope, stack, purpose: "pulumi", role: "Admin" }, at);
  return new grafana.Provider(`${name}-stack`, { url, auth }, at.parent ? { parent: at.parent } : {});
}
