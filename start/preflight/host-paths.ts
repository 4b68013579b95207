import { existsSync } from "node:fs";
import { Failure } from "../../cli/failure.ts";

/**
 * Throws a Failure when a file or folder that a container mounts is not on this machine: Docker would make an empty folder there, also where a file is meant.
 * @param paths with the full name of a container that mounts it
 */
export function requireHostPaths(paths: ReadonlyMap<string, string>): void {
  const sentence = hostPathsSentence(new Map([...paths].filter(([path]) => !existsSync(path))));
  if (sentence !== "") throw new Failure(sentence);
}

/** One sentence with the way out, or "". */
export function hostPathsSentence(missing: ReadonlyMap<string, string>): string {
  if (missing.size === 0) return "";
  const list = [...missing].map(([path, container]) => `${path} (for ${container})`).join(", ");
  const one = missing.size === 1;
  return `Not on this machine, and named as host in services[].volumes: ${list}. Docker would make ${one ? "an empty folder" : "empty folders"} there: mend the ${one ? "path" : "paths"}, put the ${one ? "file" : "files"} there, or make a folder with "mkdir -p".`;
}
