import { inGroups } from "../../cli/engine.ts";
import { Failure } from "../../cli/failure.ts";
import { dockerPrefix } from "../../cli/paths.ts";
import { lastLines, run } from "../../cli/process.ts";
import { askerOf, type Kind, namesInSwarm, type Owner, ownerOf, type Resource, resourcesOnEngine } from "./owner.ts";

/** Full names of what exists of a stack. */
export interface Existing {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  /** Full names of what exists of a stack of this name, and belongs to another checkout. */
  readonly elsewhere: readonly string[];
}

/** What exists of a stack of this checkout on the engine, running or not. */
export async function existingOf(stack: string): Promise<Existing> {
  return existingAmong(await resourcesOnEngine(), stack);
}

/** What of these belongs to a stack of this checkout. */
export function existingAmong(resources: readonly Resource[], stack: string): Existing {
  const asker = askerOf(stack);
  const ofOwner = (owner: Owner) => resources.filter((resource) => ownerOf(resource, asker) === owner);
  const kinds = Map.groupBy(ofOwner("ours"), ({ kind }) => kind);
  const names = (kind: Kind) => (kinds.get(kind) ?? []).map(({ name }) => name).sort();
  return {
    containers: names("container"),
    networks: names("network"),
    volumes: names("volume"),
    elsewhere: ofOwner("elsewhere").map(({ name }) => name),
  };
}

/** What outlives the application: the collector, which takes its last telemetry, and the stores. */
const STOPPED_SECOND = ["collector", "docker-api", "postgres", "redis", "rabbitmq"];
/** Containers of backends on this machine, by the last part of their names. Stopped last: the collector still delivers to them. */
export const BACKEND_CONTAINERS: readonly string[] = [
  "alertmanager",
  "console",
  "grafana",
  "jaeger",
  "lgtm",
  "prometheus",
  "victorialogs",
  "vmalert",
];

/**
 * Containers in the order in which they are stopped, those of one group at once. A Python service whose collector is gone first tries until its
 * time is up: stopping all at once took twice as long and lost the last telemetry.
 */
export function stopOrder(containers: readonly string[], prefix: string): readonly (readonly string[])[] {
  const groupOf = (name: string) => {
    const short = name.slice(prefix.length + 1);
    if (BACKEND_CONTAINERS.includes(short)) return 2;
    return STOPPED_SECOND.includes(short) ? 1 : 0;
  };
  return [0, 1, 2]
    .map((group) => containers.filter((name) => groupOf(name) === group))
    .filter((group) => group.length > 0);
}

/** Removes containers (each gets the time to stop it was created with), then networks, then, with `withVolumes` only, volumes. */
export async function removeExisting(
  stack: string,
  what: Omit<Existing, "elsewhere">,
  withVolumes: boolean,
): Promise<void> {
  for (const group of stopOrder(what.containers, dockerPrefix(stack))) await must(["stop"], group, "stop containers");
  await must(["rm", "-f"], what.containers, "remove containers");
  await must(["network", "rm"], what.networks, "remove networks");
  if (withVolumes) await must(["volume", "rm"], what.volumes, "remove volumes");
}

/** Removes containers, networks and what a swarm has of a stack whose names are not among `known`; volumes never. */
export async function removeStrays(stack: string, known: ReadonlySet<string>): Promise<void> {
  const stray = (names: readonly string[]) => names.filter((name) => !known.has(name));
  // services first: they use the others. An engine without a swarm has none
  for (const kind of ["service", "config", "secret"] as const)
    await must([kind, "rm"], stray(await namesInSwarm(kind, stack)), `remove a ${kind}`);
  const { containers, networks } = await existingOf(stack);
  await removeExisting(stack, { containers: stray(containers), networks: stray(networks), volumes: [] }, false);
}

async function must(verb: readonly string[], names: readonly string[], doing: string): Promise<void> {
  if (names.length === 0) return;
  for (const group of inGroups(names)) {
    const outcome = await run("docker", [...verb, ...group], { timeoutMs: 180_000 });
    if (outcome.code !== 0 && !/no such (container|network|volume|service|config|secret)/i.test(outcome.stderr)) {
      throw new Failure(`Could not ${doing}: ${lastLines(outcome, 1)}; run "npm stop" again.`);
    }
  }
}
