import type { Elsewhere, Probe, Reply, Trouble, TroubleKind } from "./probe.ts";

/** Whether the key was refused, so that asking the vendor's other regions is worth it. */
export function keyRefused(probe: Probe, reply: Reply): boolean {
  if (!("status" in reply)) return false;
  return reply.status === 401 || (reply.status === 403 && probe.forbidden !== "scope");
}

/**
 * What is wrong, in one sentence; undefined when nothing is.
 * @param acceptedAt The other region that took the key, if one did.
 */
export function judge(probe: Probe, reply: Reply, acceptedAt?: Elsewhere): Trouble | undefined {
  const { backend, what, addressSetting, secret, minted = false, forbidden, scope = "a right it needs" } = probe;
  const trouble = (kind: TroubleKind, why: string): Trouble => ({
    kind,
    sentence: `${backend} cannot ${what}: ${why}`,
  });
  const place = origin(probe);
  if (!("status" in reply))
    return trouble(
      "unreachable",
      `${place} does not answer (${reply.unreachable}). Check the network, and ${addressSetting}.`,
    );
  const { status, body } = reply;
  if (probe.alsoFine?.includes(status)) return undefined;
  if (status >= 200 && status < 300) return probe.inspect?.(body);
  if (acceptedAt !== undefined)
    return trouble(
      "wrong-region",
      `the key belongs to another region, ${acceptedAt.region}. Set it with: pulumi config set --path ${addressSetting} ${acceptedAt.region}`,
    );
  const key = minted ? "the key that the deployment made" : secret;
  const mend = minted
    ? "Replace it: docs/backends.md#rotation"
    : `Set another with: pulumi config set --secret ${secret}`;
  if (status === 403 && forbidden === "scope")
    return trouble("missing-scope", `${key} lacks ${scope} (403). Add it where the key was made. ${mend}`);
  if (status === 401 || status === 403) return trouble("wrong-key", `${key} is not accepted (${status}). ${mend}`);
  if (status === 402 || status === 429)
    return trouble(
      "over-quota",
      `the quota is used up or too much is sent (${status}). Wait, send less (sampling.mode tail), or take a larger plan.`,
    );
  if (status === 404 || status === 405) {
    const missing = probe.notFound ?? `there is nothing at ${place} to ask (${status})`;
    return trouble("wrong-setting", `${missing}. Check ${addressSetting}.`);
  }
  if (status >= 500)
    return trouble("unreachable", `${place} is down (${status}). Try again later; nothing is wrong with the key.`);
  return trouble("wrong-setting", `the request was refused (${status}). Check ${addressSetting}.`);
}

/** Address without path and query, which say nothing to a person here. */
const origin = ({ request }: Probe): string => new URL(request.url).origin;
