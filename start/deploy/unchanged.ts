import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { linesOf, run } from "../../cli/process.ts";
import type { WrittenCompose } from "../../offline/compose/write.ts";
import { resourcesOnEngine } from "./owner.ts";
import { existingAmong } from "./remove.ts";
import { read, write } from "./state.ts";

/** A container as the engine describes it. */
export interface Running {
  /** Full Docker name. */
  readonly name: string;
  readonly id: string;
  /** Id of its image. */
  readonly image: string;
  /** Reference that the image was found by. */
  readonly reference: string;
  /** `running` and the like; `done` for a task that ended well. */
  readonly state: string;
  /** Empty without a health check. */
  readonly health: string;
}

/** What the last `docker compose up` that succeeded left: from which files, which containers. */
export interface LastUp {
  readonly files?: string;
  /** Id by full name. */
  readonly containers?: Readonly<Record<string, string>>;
}

/**
 * Whether `docker compose up` would do nothing: the files are those of the last one that succeeded, and its containers, no more and no fewer, run
 * and are healthy (or are tasks that ended well), from the images that their references name now. Asking costs two calls of the engine instead of seconds.
 * @param imageIds id by reference
 */
export function isUnchanged(
  last: LastUp,
  files: string,
  running: readonly Running[],
  imageIds: ReadonlyMap<string, string>,
): boolean {
  const { containers = {} } = last;
  return (
    last.files === files &&
    running.length > 0 &&
    running.length === Object.keys(containers).length &&
    running.every(
      ({ name, id, image, reference, state, health }) =>
        containers[name] === id &&
        (state === "running" || state === "done") &&
        (health === "healthy" || health === "") &&
        imageIds.get(reference) === image,
    )
  );
}

type ComposeFiles = Pick<WrittenCompose, "composeFile" | "envFile">;

/** Whether what the last `docker compose up` left runs as it left it; whatever the program may want now. */
export async function standsAsLeft(stack: string): Promise<boolean> {
  const last: LastUp = read(stack, "up");
  return isUnchanged(last, last.files ?? "", ...(await standing(stack)));
}

/** Whether that is also what these files say. */
export async function composeIsUp(stack: string, written: ComposeFiles): Promise<boolean> {
  const last: LastUp = read(stack, "up");
  const files = hashOf(written);
  return last.files === files && isUnchanged(last, files, ...(await standing(stack)));
}

async function standing(stack: string): Promise<[readonly Running[], ReadonlyMap<string, string>]> {
  const running = await runningOf(stack);
  const references = [...new Set(running.map(({ reference }) => reference))];
  const ids = await inspect(["image", "inspect", "--format", "{{.Id}}", ...references]);
  return [running, new Map(references.map((each, i) => [each, ids[i] ?? ""]))];
}

/** Before `up`: from here on nothing is known until `rememberUp`. */
export function forgetUp(stack: string): void {
  write(stack, "up", {});
}

export async function rememberUp(stack: string, written: ComposeFiles): Promise<void> {
  const containers = (await runningOf(stack)).map(({ name, id }) => [name, id] as const);
  write(stack, "up", { files: hashOf(written), containers: Object.fromEntries(containers) } satisfies LastUp);
}

/** Keyed by nothing: both files can be read by whoever reads the hash. */
function hashOf({ composeFile, envFile }: ComposeFiles): string {
  const hash = createHash("sha256");
  for (const file of [composeFile, envFile]) hash.update(readFileSync(file));
  return hash.digest("hex");
}

// The state as a whole: a template that names the health of a container without a health check is an error.
const FORMAT = [
  "{{.Name}}",
  "{{.Id}}",
  "{{.Image}}",
  "{{.Config.Image}}",
  "{{json .State}}",
  "{{.HostConfig.RestartPolicy.Name}}",
].join("\t");

async function runningOf(stack: string): Promise<readonly Running[]> {
  const { containers } = existingAmong(await resourcesOnEngine(["container"]), stack);
  if (containers.length === 0) return [];
  return (await inspect(["inspect", "--type", "container", "--format", FORMAT, ...containers])).map(runningIn);
}

/** Reads a line of `docker inspect` in that format. */
export function runningIn(line: string): Running {
  const [name = "", id = "", image = "", reference = "", json = "{}", restart = ""] = line.split("\t");
  const state = JSON.parse(json) as {
    readonly Status?: string;
    readonly ExitCode?: number;
    readonly Health?: { readonly Status?: string };
  };
  const isDone = restart === "no" && state.Status === "exited" && state.ExitCode === 0;
  return {
    name: name.replace(/^\//, ""),
    id,
    image,
    reference,
    state: isDone ? "done" : (state.Status ?? ""),
    health: state.Health?.Status ?? "",
  };
}

/** Lines of an answer; none when anything that was asked about does not exist. */
async function inspect(args: readonly string[]): Promise<readonly string[]> {
  const outcome = await run("docker", args, { timeoutMs: 30_000 });
  return outcome.code === 0 ? linesOf(outcome.stdout) : [];
}
