import * as grafana from "@pulumi/grafana";
import * as pulumi from "@pulumi/pulumi";
import { physicalName, type Scope } from "../../docker/scope.ts";
import type { CloudStack } from "./stack.ts";

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
      at,
    );
    return { value: pulumi.secret(token.token), endsAt: undefined };
  }
  const token = new grafana.cloud.AccessPolicyRotatingToken(
    `${name}-${purpose}-token`,
    { ...common, namePrefix: physicalName(scope, purpose), ...ROTATION },
    at,
  );
  return { value: pulumi.secret(token.token), endsAt: token.expiresAt };
}
