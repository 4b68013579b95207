import * as grafana from "@pulumi/grafana";
import type * as pulumi from "@pulumi/pulumi";
import type { PlainConfig } from "../../../config/schema.ts";

/** What the rest of this backend reads of a stack, whether it was adopted or made. */
export interface CloudStack {
  readonly id: pulumi.Output<string>;
  readonly slug: pulumi.Output<string>;
  /** Region the stack's access policies live in; they are refused in any other. */
  readonly region: pulumi.Input<string>;
  readonly otlpUrl: pulumi.Output<string>;
  readonly smUrl: pulumi.Output<string>;
}

/** The stack of that slug: adopted by default, made where `grafanaCloud.create` says so. */
export function cloudStack(
  name: string,
  slug: string,
  { create, region, deleteProtection }: PlainConfig["grafanaCloud"],
  at: pulumi.CustomResourceOptions,
): CloudStack {
  if (!create) {
    const { parent, provider } = at;
    const found = grafana.cloud.getStackOutput({ slug }, { ...(parent && { parent }), ...(provider && { provider }) });
    return {
      id: found.id,
      slug: found.slug,
      region: found.regionSlug,
      otlpUrl: found.otlpUrl,
      smUrl: found.smUrl,
    };
  }
  const made = new grafana.cloud.Stack(
    `${name}-stack`,
    { name: slug, slug, regionSlug: region, deleteProtection },
    // Deleting a stack deletes its telemetry, and its slug stays taken for a while.
    { ...at, protect: deleteProtection },
  );
  return { id: made.id, slug: made.slug, region, otlpUrl: made.otlpUrl, smUrl: made.smUrl };
}
