import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse, stringify } from "yaml";
import { Failure, messageOf } from "../cli/failure.ts";
import { ROOT } from "../cli/paths.ts";
import { openBase } from "../offline/comment/base.ts";
import { readYaml } from "../offline/project-file.ts";
import { recorded } from "../offline/recorded.ts";
import type { Registration } from "../offline/registration.ts";
import type { StackConfigArgs } from "../offline/stack-config.ts";
import { CASES, type Case } from "./cases.ts";
import type { Release } from "./release.ts";
import { stored } from "./stored.ts";

export interface Earlier {
  readonly registrations: readonly Registration[];
  /** Where they come from, as a clause. */
  readonly source: string;
}

type Given = Pick<StackConfigArgs, "stack" | "set">;

/**
 * What a release made of a stack: as stored, where the stack is one that it shipped, else by running the release's own program with the stack's
 * file of today, as far as the release knows its keys.
 * @throws Failure, one sentence, when the release is neither
 */
export async function earlier(release: Release, given: Given): Promise<Earlier> {
  const one = storedCase(release, given);
  if (one !== undefined) {
    return { registrations: release.recordings[one.name] ?? [], source: `as ${release.version} made it, stored` };
  }
  const base = openBase(ROOT, release.commit);
  const folder = mkdtempSync(join(tmpdir(), "upgrade-notes-"));
  try {
    const stackFile = join(folder, `Pulumi.${given.stack}.yaml`);
    writeFileSync(stackFile, stringify(known(release, fileOf(given.stack))));
    const recording = await recorded({ ...given, projectDir: base.projectDir, stackFile });
    return { registrations: stored(recording), source: `by the program of commit ${base.commit}` };
  } catch (error) {
    throw new Failure(`${release.version} refuses this stack: ${messageOf(error)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    base.close();
  }
}

/** The stored case that this stack is: the file says the same, and nothing is set besides. */
function storedCase(release: Release, { stack, set = [] }: Given): Case | undefined {
  const shipped = release.stackFiles[stack];
  if (shipped === undefined || set.some(({ secret }) => !secret)) return undefined;
  return isDeepStrictEqual(settings(parse(shipped, { merge: true })), settings(readYaml(fileOf(stack))))
    ? CASES.find((one) => one.stack === stack && Object.keys(one.config).length === 0)
    : undefined;
}

/** The plain values of a stack file: those that are encrypted differ wherever they are written. */
function settings(file: unknown): unknown {
  const config = Object(file).config ?? {};
  return Object.fromEntries(Object.entries(config).filter(([, value]) => Object(value).secure === undefined));
}

/** The stack's file without the keys that the release has not. */
function known({ configKeys }: Release, path: string): unknown {
  const entries = Object.entries(Object(Object(readYaml(path)).config ?? {}));
  return { config: Object.fromEntries(entries.filter(([key]) => configKeys.includes(key.split(":").pop() ?? key))) };
}

const fileOf = (stack: string): string => join(ROOT, `Pulumi.${stack}.yaml`);
