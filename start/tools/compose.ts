import { existsSync } from "node:fs";
import path from "node:path";
import { Failure } from "../../cli/failure.ts";
import { localFolder } from "../../cli/paths.ts";
import { run } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";
import { buildComposeModule } from "./compose-module.ts";
import { downloadComposePackage, isNewEnough } from "./compose-package.ts";

/** A Docker Compose that can do what the written projects need: `--wait`, inline configs, conditions. */
export interface ComposeTool {
  /** Program and leading arguments: `["docker", "compose"]` or `["/path/docker-compose"]`. */
  readonly command: readonly [string, ...string[]];
  readonly version: string;
  /** Where it came from, as a person would say it. */
  readonly origin: string;
}

/** Docker Compose: Docker's plugin, a command on PATH, one fetched earlier, a Debian package, or built from its Go module. */
export async function ensureCompose(progress: Progress): Promise<ComposeTool> {
  const kept = path.join(localFolder("tools"), "docker-compose");
  const found =
    (await probe(["docker", "compose"], "Docker's plugin")) ??
    (await probe(["docker-compose"], "on PATH")) ??
    (existsSync(kept) ? await probe([kept], "fetched earlier") : undefined);
  if (found !== undefined) return found;

  progress.note("no Docker Compose 2.20 or newer on this machine: taking it from the distribution's packages");
  const refused = await downloadComposePackage(kept, progress);
  const fetched = refused === "" ? await probe([kept], "from Debian's packages") : undefined;
  if (fetched !== undefined) return fetched;

  progress.note(
    `not from packages (${refused || "the packaged one does not run here"}): building it from its Go module`,
  );
  await buildComposeModule(kept, progress);
  const built = await probe([kept], "built from its Go module");
  if (built !== undefined) return built;
  throw new Failure(
    "Docker Compose 2.20 or newer could be neither found nor obtained: install it (https://docs.docker.com/compose/install/) and try again.",
  );
}

async function probe(command: readonly [string, ...string[]], origin: string): Promise<ComposeTool | undefined> {
  const [program, ...args] = command;
  const outcome = await run(program, [...args, "version", "--short"], { timeoutMs: 20_000 });
  const version = outcome.stdout.trim().replace(/^v/, "");
  return outcome.code === 0 && isNewEnough(version) ? { command, version, origin } : undefined;
}
