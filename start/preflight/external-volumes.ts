import { Failure } from "../../cli/failure.ts";
import { lastLines, run } from "../../cli/process.ts";
import { askerOf, ownerOf, type Resource } from "../deploy/owner.ts";

/** A running container that has a volume mounted. */
export interface Holder {
  readonly volume: string;
  /** Full Docker name. */
  readonly container: string;
}

/**
 * Throws a Failure when a volume that the stack takes over does not exist, or is in use by a container of somebody else's: two databases on one data
 * folder destroy it.
 */
export async function requireExternalVolumes(
  stack: string,
  volumes: readonly string[],
  resources: readonly Resource[],
): Promise<void> {
  if (volumes.length === 0) return;
  const known = new Set(resources.filter(({ kind }) => kind === "volume").map(({ name }) => name));
  const asker = askerOf(stack);
  const ours = new Set(resources.filter((resource) => ownerOf(resource, asker) === "ours").map(({ name }) => name));
  const holders = (await Promise.all(volumes.filter((name) => known.has(name)).map(holdersOf))).flat();
  const sentence = externalVolumesSentence(
    volumes.filter((name) => !known.has(name)),
    holders.filter(({ container }) => !ours.has(container)),
  );
  if (sentence !== "") throw new Failure(sentence);
}

async function holdersOf(volume: string): Promise<readonly Holder[]> {
  const asked = ["ps", "--filter", `volume=${volume}`, "--format", "{{.Names}}"];
  const outcome = await run("docker", asked, { timeoutMs: 30_000 });
  if (outcome.code !== 0)
    throw new Failure(`Docker did not say who uses the volume ${volume}: ${lastLines(outcome, 1)}.`);
  return outcome.stdout
    .split("\n")
    .filter((name) => name !== "")
    .map((container) => ({ volume, container }));
}

/** One sentence with the way out, or "". `holders`: containers of others that run. */
export function externalVolumesSentence(missing: readonly string[], holders: readonly Holder[]): string {
  if (missing.length > 0) {
    const one = missing.length === 1;
    return `The ${one ? "volume" : "volumes"} ${missing.join(", ")} of the engine ${one ? "does" : "do"} not exist, and ${one ? "is" : "are"} named as external in services[].volumes: restore ${one ? "it" : "them"}, or write name in place of external for a new, empty one.`;
  }
  if (holders.length === 0) return "";
  const containers = [...new Set(holders.map(({ container }) => container))];
  const volumes = [...new Set(holders.map(({ volume }) => volume))];
  return `The ${volumes.length === 1 ? "volume" : "volumes"} ${volumes.join(", ")} ${volumes.length === 1 ? "is" : "are"} in use by ${containers.join(", ")}, and two that write the same data destroy it: stop what runs with "docker stop ${containers.join(" ")}" (nothing is removed), then run the same command again.`;
}
