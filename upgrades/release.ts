import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { Failure } from "../cli/failure.ts";
import type { Registration } from "../offline/registration.ts";

/** What a release made of the stacks of `cases.ts`. */
export interface Release {
  readonly version: string;
  /** Full hash of the commit. */
  readonly commit: string;
  /** Keys of the configuration that its Pulumi.yaml declares. */
  readonly configKeys: readonly string[];
  /** Its stack files, by stack: the configuration that a person has who upgrades. */
  readonly stackFiles: Readonly<Record<string, string>>;
  /** By the name of the case. */
  readonly recordings: Readonly<Record<string, readonly Registration[]>>;
}

const FOLDER = join(import.meta.dirname, "releases");
const ENDING = ".json.gz";

/** Versions whose resources are stored, oldest first. */
export const releases = (): readonly string[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));

/** @throws Failure naming those that are stored */
export function readRelease(version: string): Release {
  if (!releases().includes(version))
    throw new Failure(
      `--from "${version}": the resources of that release are not stored. Allowed: ${releases().join(", ")}.`,
    );
  return JSON.parse(gunzipSync(readFileSync(fileOf(version))).toString("utf8"));
}

/** @returns the file it is in now */
export function writeRelease(release: Release): string {
  const file = fileOf(release.version);
  writeFileSync(file, gzipSync(JSON.stringify(release), { level: 9 }));
  return file;
}

const fileOf = (version: string): string => join(FOLDER, `${version}${ENDING}`);
