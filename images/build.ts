import { limited } from "../cli/limited.ts";
import { lastLines, run } from "../cli/process.ts";
import { type ImageName, type ImageSource, imageReference } from "./catalogue.ts";
import { type BuildResult, describe, ImageBuildFailed, type Report } from "./events.ts";
import { type MachineSettings, readMachine } from "./machine.ts";
import { buildOrder, neededBases } from "./plan.ts";
import { type LocalBuild, SPECS } from "./specs.ts";
import { buildDockerfile } from "./steps/dockerfile.ts";
import { buildGoProgram } from "./steps/go-program.ts";
import { buildRootfs } from "./steps/rootfs.ts";
import { runStep, type Workshop } from "./steps/workshop.ts";

export type { BuildEvent, BuildResult, Report } from "./events.ts";
export { ImageBuildFailed } from "./events.ts";

export interface BuildOptions {
  /**
   * Where the images that others start from come from: `local` makes them too, `official` starts from published ones.
   * The result has the same reference either way.
   */
  readonly source: ImageSource;
  readonly report: Report;
  /** Stops everything, leaving no half-made image; what was fetched and compiled stays in the caches. */
  readonly signal?: AbortSignal;
  /** What this machine's clients know of its network; default: asked of them when something has to be made. */
  readonly machine?: MachineSettings;
}

const UNKNOWN_MACHINE: MachineSettings = { certificates: "", go: {}, pip: {}, npm: {}, proxy: {} };

/** How many apt, pip and module downloads run beside the one compilation; more only compete for the second core. */
const FETCHES = 2;

/**
 * Makes the images and what they start from, skipping those that exist. Images that cannot be built here are pulled.
 * Results come in the order of the work, bases first.
 * @throws ImageBuildFailed naming image, step and last lines; the others are stopped.
 */
export async function buildImages(names: readonly ImageName[], options: BuildOptions): Promise<readonly BuildResult[]> {
  const stop = new AbortController();
  const onAbort = () => stop.abort(options.signal?.reason);
  if (options.signal?.aborted) onAbort();
  options.signal?.addEventListener("abort", onAbort, { once: true });
  const order = buildOrder(names, options.source);
  const present = await presentImages(order);
  const shop: Workshop = {
    machine: options.machine ?? (present.size < order.length ? await readMachine() : UNKNOWN_MACHINE),
    bases: options.source,
    compiling: limited(1),
    fetching: limited(FETCHES),
    report: options.report,
    signal: stop.signal,
  };
  const started = new Map<ImageName, Promise<BuildResult>>();
  for (const name of order) {
    const bases = neededBases(name, options.source).flatMap((base) => started.get(base) ?? []);
    const job = Promise.all(bases).then(() => provide(shop, name, present));
    // The first failure ends the rest; without a handler of its own a second one would end the process.
    job.catch((error) => stop.abort(error));
    started.set(name, job);
  }
  const outcomes = await Promise.allSettled(started.values());
  options.signal?.removeEventListener("abort", onAbort);
  if (stop.signal.aborted) throw stop.signal.reason;
  return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
}

async function provide(shop: Workshop, image: ImageName, present: ReadonlySet<ImageName>): Promise<BuildResult> {
  const local = SPECS[image].local;
  const reference = imageReference(image, local === undefined ? "official" : "local");
  const started = performance.now();
  const result = (outcome: BuildResult["outcome"]): BuildResult => {
    const seconds = (performance.now() - started) / 1000;
    const event = { image, step: outcome === "present" ? "present" : "ready", seconds };
    shop.report(describe(event), event);
    return { image, reference, outcome, seconds };
  };
  if (present.has(image)) return result("present");
  if (local === undefined) {
    await shop.fetching(() =>
      runStep(shop, { image, name: "pulling", command: "docker", args: ["pull", "--quiet", reference] }),
    );
    return result("pulled");
  }
  await buildLocally(shop, image, local);
  return result("built");
}

function buildLocally(shop: Workshop, image: ImageName, local: LocalBuild): Promise<void> {
  switch (local.kind) {
    case "rootfs":
      return buildRootfs(shop, image, local);
    case "dockerfile":
      return buildDockerfile(shop, image, local);
    case "go-program":
      return buildGoProgram(shop, image, local);
    default:
      return local satisfies never;
  }
}

/** Those of the images that the engine has. */
async function presentImages(names: readonly ImageName[]): Promise<ReadonlySet<ImageName>> {
  const listed = await run("docker", ["images", "--format", "{{.Repository}}:{{.Tag}}"]);
  const [first] = names;
  if (listed.code !== 0 && first !== undefined) {
    throw new ImageBuildFailed(
      first,
      "asking Docker",
      `${lastLines(listed, 12)}\nImages are made by Docker: install it, start it, and check that "docker info" answers for this user.`,
    );
  }
  const references = new Set(listed.stdout.split("\n"));
  return new Set(
    names.filter((name) =>
      references.has(imageReference(name, SPECS[name].local === undefined ? "official" : "local")),
    ),
  );
}
