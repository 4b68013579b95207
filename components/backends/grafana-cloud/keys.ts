import * as grafana from "@pulumi/grafana";
import * as pulumi from "@pulumi/pulumi";
import type { PlainConfig } from "../../../config/schema.ts";
import { GRAFANA_CLOUD_DATA_SOURCES as DATA_SOURCES, type GrafanaCloudQuery } from "../../../vendors/grafana-cloud.ts";
import { physicalName, type Scope } from "../../docker/scope.ts";
import { NAMED_ONCE, OVERLAPPING } from "../credentials.ts";

/** The stack, and who may do what there: the collector writes, this program administers, `verify` reads. */

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

/** A token lives 90 days and is replaced by the first `up` in its last 14: long enough for a weekly scheduled one to fail once. */
const ROTATION = { expireAfter: "2160h", earlyRotationWindow: "336h" } as const;

export interface StackTokenArgs {
  readonly scope: Scope;
  readonly stack: CloudStack;
  /** What it is for, in one word: part of its names. */
  readonly purpose: string;
  readonly scopes: readonly string[];
  /**
   * True: expires and is replaced in time, the old one staying valid until its end. Default: lives as long as the stack. A token that this
   * program itself signs in with must not expire, or it would be locked out of what it made.
   */
  readonly rotates?: boolean;
}

export interface StackToken {
  /** Secret. */
  readonly value: pulumi.Output<string>;
  /** When it ends, as RFC 3339; undefined: it does not. */
  readonly endsAt: pulumi.Output<string> | undefined;
}

/** A token that may do on one stack what `scopes` say, and nothing else. */
export function stackToken(
  name: string,
  { scope, stack, purpose, scopes, rotates = false }: StackTokenArgs,
  at: pulumi.CustomResourceOptions,
): StackToken {
  const policy = new grafana.cloud.AccessPolicy(
    `${name}-${purpose}`,
    {
      region: stack.region,
      name: physicalName(scope, purpose),
      displayName: `${scope.project} ${scope.stack}: ${purpose}`,
      scopes: [...scopes],
      realms: [{ type: "stack", identifier: stack.id }],
    },
    at,
  );
  // policyId: the resource's own id carries the region in front.
  const common = { region: stack.region, accessPolicyId: policy.policyId };
  if (!rotates) {
    const token = new grafana.cloud.AccessPolicyToken(
      `${name}-${purpose}-token`,
      { ...common, name: physicalName(scope, purpose) },
      { ...at, ...NAMED_ONCE },
    );
    return { value: pulumi.secret(token.token), endsAt: undefined };
  }
  const token = new grafana.cloud.AccessPolicyRotatingToken(
    `${name}-${purpose}-token`,
    { ...common, namePrefix: physicalName(scope, purpose), ...ROTATION },
    { ...at, ...OVERLAPPING },
  );
  return { value: pulumi.secret(token.token), endsAt: token.expiresAt };
}

interface ServiceAccountArgs {
  readonly scope: Scope;
  readonly stack: CloudStack;
  /** Last part of its names: what it is for. */
  readonly purpose: string;
  readonly role: "Admin" | "Viewer";
}

/**
 * A service account of the stack's own Grafana, and its token. Without an expiry: an expired one would lock its owner out of the stack before
 * the next could be minted.
 */
function serviceAccountToken(
  name: string,
  { scope, stack, purpose, role }: ServiceAccountArgs,
  at: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const known = { stackSlug: stack.slug, name: physicalName(scope, purpose) };
  const account = new grafana.cloud.StackServiceAccount(`${name}-${purpose}`, { ...known, role }, at);
  const token = new grafana.cloud.StackServiceAccountToken(
    `${name}-${purpose}-token`,
    { ...known, serviceAccountId: account.id },
    { ...at, ...NAMED_ONCE },
  );
  return pulumi.secret(token.key);
}

/** A provider for the stack's own Grafana, signed in as a service account that is made for it. */
export function signIn(
  name: string,
  { scope, stack, url }: { readonly scope: Scope; readonly stack: CloudStack; readonly url: string },
  at: pulumi.CustomResourceOptions,
): grafana.Provider {
  const auth = serviceAccountToken(name, { scope, stack, purpose: "pulumi", role: "Admin" }, at);
  return new grafana.Provider(`${name}-stack`, { url, auth }, at.parent ? { parent: at.parent } : {});
}

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
    prometheus,
    loki,
    tempo,
  }));
}
