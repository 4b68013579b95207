import * as pulumi from "@pulumi/pulumi";
import type { SecretKey } from "../../config/schema.ts";
import type { ReadSecret } from "./backend.ts";

/** @throws pulumi.RunError naming the key and the command, when the secret is not set. */
export function requiredSecret<Secret extends SecretKey>(
  secret: ReadSecret<Secret>,
  key: Secret,
  backend: string,
): pulumi.Output<string> {
  const value = secret(key);
  if (value) return pulumi.secret(value);
  throw new pulumi.RunError(
    `${key}: not set, but backend ${backend} needs it. Set it with: pulumi config set --secret ${key}`,
  );
}

/** @throws pulumi.RunError naming the key and the command, when the value is not set. */
export function requiredSetting<T>(value: T | undefined, path: string, backend: string): T {
  if (value !== undefined) return value;
  throw new pulumi.RunError(
    `${path}: not set, but backend ${backend} needs it. Set it with: pulumi config set --path ${path} <value>`,
  );
}

/**
 * Option of a key that telemetry is sent with: its successor is made and given to the collector before it is deleted. Said, because a provider asks for
 * the opposite where a name is given.
 */
export const OVERLAPPING = { deleteBeforeReplace: false } as const;

/** Option of a key whose name its account takes only once: it goes before its successor comes. The collector must not send with it. */
export const NAMED_ONCE = { deleteBeforeReplace: true } as const;
