import { Failure } from "../../cli/failure.ts";
import { dockerPrefix, PROJECT } from "../../cli/paths.ts";
import { lastLines, run } from "../../cli/process.ts";
import { readMade } from "./state.ts";

/** Labels of every container of a stack, whichever tool deployed it. */
export const stackFilter = (stack: string): readonly string[] => [
  "--filter",
  `label=com.github.game-scheduler-otel.project=${PROJECT}`,
  "--filter",
  `label=com.github.game-scheduler-otel.stack=${stack}`,
];

/** Full names of what exists of a stack. */
export interface Existing {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

/** What exists of a stack on the engine, running or not. */
export async function existingOf(stack: string): Promise<Existing> {
  const made = readMade(stack);
  const compose = ["--filter", `label=com.docker.compose.project=${dockerPrefix(stack)}`];
  const containers = await names(["ps", "-a", ...stackFilter(stack), "--format", "{{.Names}}"]);
  return {
    containers,
    networks: await present("network", made.networks, compose),
    volumes: await present("volume", made.volumes, compose),
  };
}

/** Removes containers (each gets the time to stop it was created with), then networks, then, with `withVolumes` only, volumes. */
export async function removeExisting(what: Existing, withVolumes: boolean): Promise<void> {
  if (what.containers.length > 0) {
    await must(["stop", ...what.containers], "stop containers", 180_000);
    await must(["rm", "-f", ...what.containers], "remove containers");
  }
  if (what.networks.length > 0) await must(["network", "rm", ...what.networks], "remove networks");
  if (withVolumes && what.volumes.length > 0) await must(["volume", "rm", ...what.volumes], "remove volumes");
}

/** Removes containers and networks of a stack whose names are not among `known`; volumes never. */
export async function removeStrays(stack: string, known: ReadonlySet<string>): Promise<void> {
  const { containers, networks } = await existingOf(stack);
  const stray = (names: readonly string[]) => names.filter((name) => !known.has(name));
  await removeExisting({ containers: stray(containers), networks: stray(networks), volumes: [] }, false);
}

async function must(args: readonly string[], doing: string, timeoutMs = 60_000): Promise<void> {
  const outcome = await run("docker", args, { timeoutMs });
  if (outcome.code !== 0 && !/no such (container|network|volume)/i.test(outcome.stderr)) {
    throw new Failure(`Could not ${doing}: ${lastLines(outcome, 1)}; run "npm stop" again.`);
  }
}

async function present(
  kind: "network" | "volume",
  known: readonly string[],
  composeFilter: readonly string[],
): Promise<readonly string[]> {
  const all = new Set(await names([kind, "ls", "--format", "{{.Name}}"]));
  const labelled = await names([kind, "ls", ...composeFilter, "--format", "{{.Name}}"]);
  return [...new Set([...known.filter((name) => all.has(name)), ...labelled])].sort();
}

async function names(args: readonly string[]): Promise<readonly string[]> {
  const outcome = await run("docker", args, { timeoutMs: 30_000 });
  if (outcome.code !== 0) throw new Failure(`Docker did not list what exists: ${lastLines(outcome, 1)}.`);
  return outcome.stdout.split("\n").filter((name) => name !== "");
}
