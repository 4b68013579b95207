import { limited } from "../cli/limited.ts";
import { lastLines, run, UNINTERRUPTED } from "../cli/process.ts";
import { earlierReference, type ImageName, type ImageSource, imageReference } from "./catalogue.ts";
import { type BuildResult, describe, ImageBuildFailed, type Report } from "./events.ts";
import { Forecast, type Took } from "./forecast.ts";
import { type MachineSettings, readMachine } from "./machine.ts";
import { buildOrder, neededBases } from "./plan.ts";
import { type LocalBuild, SPECS } from "./specs.ts";
import { buildDockerfile } from "./steps/dockerfile.ts";
import { buildProgramImage, compilePrograms, goVolumes } from "./steps/go-programs.ts";
import { buildRootfs } from "./steps/rootfs.ts";
import { reference, runStep, type Workshop, withFolder } from "./steps/workshop.ts";

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
  /** Makes everything anew, under names and with caches of its own that are removed afterwards: a measurement. Default: no. */
  readonly cold?: boolean;
  /** Told at the end what took how long. */
  readonly onTook?: (took: readonly Took[]) => void;
}

const UNKNOWN_MACHINE: MachineSettings = { certificates: "", go: {}, pip: {}, npm: {}, proxy: {} };

/** How many apt, pip and npm installations run beside the one compilation; more only compete for the second core. */
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
  const present = options.cold ? new Set<ImageName>() : await presentImages(order);
  const missing = order.filter((name) => !present.has(name));
  const shop: Workshop = {
    machine: options.machine ?? (missing.length > 0 ? await readMachine() : UNKNOWN_MACHINE),
    bases: options.source,
    cold: options.cold ?? false,
    fetching: limited(FETCHES),
    forecast: new Forecast(new Map(missing.map((name) => [name, neededBases(name, options.source)]))),
    report: options.report,
    signal: stop.signal,
  };
  if (shop.cold) await removeCold(order);
  const outcomes = await withFolder(async (folder) => {
    const started = new Map<ImageName, Promise<BuildResult>>();
    // The first failure ends the rest; work whose failure nobody waits for would end the process.
    const begun = <T>(work: Promise<T>): Promise<T> => {
      work.catch((error) => stop.abort(error));
      return work;
    };
    // Beside the images: compiled once the `go` image is there, before the images around the programs.
    let compiled: Promise<void> | undefined;
    for (const name of order) {
      const bases = neededBases(name, options.source).flatMap((base) => started.get(base) ?? []);
      const ready = Promise.all(bases);
      if (SPECS[name].local?.kind === "go-program" && !present.has(name)) {
        compiled ??= begun(ready.then(() => compilePrograms(shop, name, programsOf(missing), folder)));
      }
      started.set(name, begun(ready.then(() => provide(shop, name, present, { folder, compiled }))));
    }
    return Promise.allSettled(started.values());
  });
  options.signal?.removeEventListener("abort", onAbort);
  if (shop.cold) await removeCold(order);
  if (stop.signal.aborted) throw stop.signal.reason;
  options.onTook?.(shop.forecast.took());
  return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
}

/** The main packages of all Go images among these, in one list for one compilation. */
function programsOf(names: readonly ImageName[]): readonly string[] {
  return names.flatMap((name) => {
    const local = SPECS[name].local;
    return local?.kind === "go-program" ? local.programs : [];
  });
}

/** The programs that are being compiled, and where they will be. */
interface Compilation {
  readonly folder: string;
  readonly compiled: Promise<void> | undefined;
}

async function provide(
  shop: Workshop,
  image: ImageName,
  present: ReadonlySet<ImageName>,
  compilation: Compilation,
): Promise<BuildResult> {
  const local = SPECS[image].local;
  const name = local === undefined ? imageReference(image, "official") : reference(shop, image);
  const started = performance.now();
  const result = (outcome: BuildResult["outcome"]): BuildResult => {
    const seconds = (performance.now() - started) / 1000;
    const event = { image, step: outcome === "present" ? "present" : "ready", seconds };
    shop.forecast.ready(image);
    shop.report(describe(event), event);
    return { image, reference: name, outcome, seconds };
  };
  if (present.has(image)) return result("present");
  if (local === undefined) {
    await shop.fetching(() =>
      runStep(shop, { image, name: "pulling", command: "docker", args: ["pull", "--quiet", name] }),
    );
    return result("pulled");
  }
  await buildLocally(shop, image, local, compilation);
  return result("built");
}

/** Removes what a measurement made, and nothing else: its images and volumes have names of their own. */
async function removeCold(names: readonly ImageName[]): Promise<void> {
  const images = names.toReversed().map((name) => reference({ cold: true }, name));
  await run("docker", ["image", "rm", ...images], { signal: UNINTERRUPTED });
  await run("docker", ["volume", "rm", ...goVolumes({ cold: true })], { signal: UNINTERRUPTED });
}

async function buildLocally(
  shop: Workshop,
  image: ImageName,
  local: LocalBuild,
  { folder, compiled }: Compilation,
): Promise<void> {
  switch (local.kind) {
    case "rootfs":
      return buildRootfs(shop, image, local);
    case "dockerfile":
      return buildDockerfile(shop, image, local);
    case "go-program":
      await compiled;
      return buildProgramImage(shop, image, local, folder);
    default:
      return local satisfies never;
  }
}

/** Gives an image its present name, unless it came from a registry, where anyone may have made it. */
async function takeOver(earlier: string, now: string): Promise<boolean> {
  const pulled = await run("docker", ["image", "inspect", "--format", "{{len .RepoDigests}}", earlier]);
  if (pulled.code !== 0 || pulled.stdout.trim() !== "0") return false;
  return (await run("docker", ["tag", earlier, now])).code === 0;
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
  for (const name of names) {
    const [earlier, now] = [
      earlierReference(name),
      imageReference(name, SPECS[name].local === undefined ? "official" : "local"),
    ];
    if (earlier !== undefined && references.has(earlier) && !references.has(now) && (await takeOver(earlier, now)))
      references.add(now);
  }
  return new Set(
    names.filter((name) =>
      references.has(imageReference(name, SPECS[name].local === undefined ? "official" : "local")),
    ),
  );
}
