import * as grafana from "@pulumi/grafana";
import * as pulumi from "@pulumi/pulumi";
import type { GrafanaCloudQuery } from "../../../verify/query.ts";
import { physicalName, type Scope } from "../../scope.ts";
import { DATA_SOURCES } from "./data-sources.ts";
import type { CloudStack } from "./stack.ts";

/** How `verify` asks the stack: as a service account of its own that may look and change nothing. Secret as a whole. */
export function reader(
  name: string,
  { scope, stack, url }: { readonly scope: Scope; readonly stack: CloudStack; readonly url: string },
  at: pulumi.CustomResourceOptions,
): pulumi.Output<GrafanaCloudQuery> {
  const account = new grafana.cloud.StackServiceAccount(
    `${name}-verify`,
    { stackSlug: stack.slug, name: physicalName(scope, "verify"), role: "Viewer" },
    at,
  );
  const token = new grafana.cloud.StackServiceAccountToken(
    `${name}-verify-token`,
    { stackSlug: stack.slug, serviceAccountId: account.id, name: physicalName(scope, "verify") },
    at,
  );
  const { prometheus, loki, tempo } = DATA_SOURCES;
  return pulumi.secret(
    token.key.apply((key) => ({
      kind: "grafana-cloud" as const,
      grafana: url,
      token: key,
      ...{ prometheus, loki, tempo },
    })),
  );
}
