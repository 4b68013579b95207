import type { Elsewhere, Probe, Reply, Trouble } from "./probe.ts";

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
  const cannot = `${probe.backend} cannot ${probe.what}`;
  if (!("status" in reply)) {
    return {
      kind: "unreachable",
      sentence: `${cannot}: ${origin(probe)} does not answer (${reply.unreachable}). Check the network, and ${probe.addressSetting}.`,
    };
  }
  const { status, body } = reply;
  if (probe.alsoFine?.includes(status)) return undefined;
  if (status >= 200 && status < 300) return probe.inspect?.(body);
  if (acceptedAt !== undefined) {
    const { region, setting } = acceptedAt;
    return {
      kind: "wrong-region",
      sentence: `${cannot}: the key belongs to another region, ${region}. Set it with: pulumi config set --path ${setting} ${region}`,
    };
  }
  const key = probe.minted === true ? "the key that the deployment made" : probe.secret;
  const mend =
    probe.minted === true
      ? "Replace it: docs/backends.md#rotation"
      : `Set another with: pulumi config set --secret ${probe.secret} <value>`;
  switch (status) {
    case 401:
      return {
        kind: "wrong-key",
        sentence: `${cannot}: ${key} is not accepted (401). ${mend}`,
      };
    case 403:
      if (probe.forbidden === "scope") {
        const lacks = probe.scope === undefined ? "a right it needs" : probe.scope;
        return {
          kind: "missing-scope",
          sentence: `${cannot}: ${key} lacks ${lacks} (403). Add it where the key was made. ${mend}`,
        };
      }
      return {
        kind: "wrong-key",
        sentence: `${cannot}: ${key} is not accepted (403). ${mend}`,
      };
    case 402:
    case 429:
      return {
        kind: "over-quota",
        sentence: `${cannot}: the quota is used up or too much is sent (${status}). Wait, send less (sampling.mode tail), or take a larger plan.`,
      };
    case 404:
    case 405:
      return {
        kind: "wrong-setting",
        sentence: `${cannot}: ${probe.notFound ?? `there is nothing at ${origin(probe)} to ask (${status})`}. Check ${probe.addressSetting}.`,
      };
    default:
      return status >= 500
        ? {
            kind: "unreachable",
            sentence: `${cannot}: ${origin(probe)} is down (${status}). Try again later; nothing is wrong with the key.`,
          }
        : {
            kind: "wrong-setting",
            sentence: `${cannot}: the request was refused (${status}). Check ${probe.addressSetting}.`,
          };
  }
}

/** Address without path and query, which say nothing to a person here. */
const origin = ({ request }: Probe): string => new URL(request.url).origin;
