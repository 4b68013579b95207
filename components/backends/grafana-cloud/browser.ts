import * as grafana from "@pulumi/grafana";
import type * as pulumi from "@pulumi/pulumi";
import { physicalName, type Scope } from "../../docker/scope.ts";
import type { CloudStack } from "./keys.ts";
import { stackToken } from "./keys.ts";

const SCOPES = ["frontend-observability:read", "frontend-observability:write", "frontend-observability:delete"];

export interface BrowserAppArgs {
  readonly scope: Scope;
  readonly stack: CloudStack;
  /** Origins whose pages may send; the address alone lets nobody else in. */
  readonly origins: readonly string[];
  /** The cloud's API, where it is not Grafana's own. */
  readonly apiUrl: string | undefined;
}

/**
 * A frontend-observability app.
 * @returns The address browsers send to. It is public by nature: it is in the page.
 */
export function browserApp(
  name: string,
  { scope, stack, origins, apiUrl }: BrowserAppArgs,
  at: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const { value: token } = stackToken(
    name,
    { scope, stack, purpose: "frontend", scopes: [...SCOPES, "stacks:read"] },
    at,
  );
  const provider = new grafana.Provider(
    `${name}-frontend`,
    // The provider looks the stack up in the cloud's API before it calls the one for frontends, hence the token twice.
    { cloudAccessPolicyToken: token, frontendO11yApiAccessToken: token, ...(apiUrl && { cloudApiUrl: apiUrl }) },
    at.parent ? { parent: at.parent } : {},
  );
  const app = new grafana.frontendobservability.App(
    `${name}-frontend`,
    {
      stackId: stack.id.apply(Number),
      name: physicalName(scope, "frontend"),
      allowedOrigins: [...origins],
      extraLogAttributes: { environment: scope.environment },
      // Where a visitor is, is nobody's business here.
      settings: { combineLabData: "0", "geolocation.enabled": "0" },
    },
    { ...at, provider },
  );
  return app.collectorEndpoint;
}
