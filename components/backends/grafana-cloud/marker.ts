import * as grafana from "@pulumi/grafana";
import type * as pulumi from "@pulumi/pulumi";
import { deploymentTags } from "../../../dashboards/render/grafana/annotations.ts";
import type { Deployment } from "../../deployment.ts";
import type { After } from "../../docker/health.ts";
import type { Scope } from "../../docker/scope.ts";

export interface MarkerArgs {
  readonly deployment: Deployment;
  readonly scope: Scope;
  /** What is deployed. */
  readonly after: After;
}

/**
 * An annotation of the whole Grafana that says what was deployed, written once all of it is there. Its time is Grafana's own, of the moment
 * it is made; a time given here would differ at every `up`. The next deployment writes another, and this one stays.
 */
export function markInGrafana(
  name: string,
  { deployment, scope, after }: MarkerArgs,
  at: pulumi.CustomResourceOptions,
): void {
  new grafana.oss.Annotation(
    `${name}-deployment`,
    {
      text: deployment.summary,
      tags: [...deploymentTags(scope.namespace, scope.environment), `deployment:${deployment.id}`],
    },
    { ...at, dependsOn: after, replaceOnChanges: ["text", "tags"], retainOnDelete: true },
  );
}
