import type * as pulumi from "@pulumi/pulumi";
import type { GrafanaCloudQuery } from "../../../vendors/grafana-cloud.ts";
import { GRAFANA_CLOUD_DATA_SOURCES as DATA_SOURCES } from "../../../vendors/grafana-cloud.ts";
import type { Scope } from "../../docker/scope.ts";
import { serviceAccountToken } from "./service-account.ts";
import type { CloudStack } from "./stack.ts";

/** How `verify` asks the stack: as a service account of its own that may look and change nothing. Secret as a whole. */
export function reader(
  name: string,
  { scope, stack, url }: { readonly scope: Scope; readonly stack: CloudStack; readonly url: string },
  at: pulumi.CustomResourceOptions,
): pulumi.Output<GrafanaCloudQuery> {
  const token = serviceAccountToken(name, { scope, stack, purpose: "verify", role: "Viewer" }, at);
  const { prometheus, loki, tempo } = DATA_SOURCES;
  return token.apply((key) => ({
    kind: "grafana-cloud" as const,
    grafana: url,
    token: key,
    ...{ prometheus, loki, tempo },
  }));
}
