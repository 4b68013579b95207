import { isList, isMap, isUnknown } from "../properties.ts";
import type { Recording, Registration } from "../registration.ts";
import { type UnifiedDiff, unifiedDiff } from "./unified-diff.ts";

/** What a reviewer looks for first: the container whose configuration is the telemetry pipeline. */
const FIRST = "collector";
/** Boards and rules are counted instead: their difference is too long to read. */
const COUNTED = /\.json(\.gz\.base64)?$|\/rules[^/]*\.ya?ml$/;

export interface FileDiff extends UnifiedDiff {
  /** Logical name of the container. */
  readonly container: string;
  readonly file: string;
}

/** How the configuration files of containers on both sides differ. Secret files are never looked into. */
export function configurationDiffs(before: Recording, after: Recording): readonly FileDiff[] {
  const old = new Map(before.registrations.map((r) => [r.urn, r]));
  return after.registrations
    .flatMap((now) => {
      const was = old.get(now.urn);
      return was === undefined ? [] : fileDiffs(was, now);
    })
    .toSorted((a, b) => Number(b.container === FIRST) - Number(a.container === FIRST));
}

function fileDiffs(was: Registration, now: Registration): readonly FileDiff[] {
  const [old, files] = [filesOf(was), filesOf(now)];
  return [...new Set([...old.keys(), ...files.keys()])]
    .map((file) => ({
      container: now.name,
      file,
      ...unifiedDiff(old.get(file) ?? "", files.get(file) ?? ""),
    }))
    .filter(({ lines }) => lines.length > 0);
}

function filesOf({ inputs }: Registration): ReadonlyMap<string, string> {
  const uploads = isList(inputs.uploads) ? inputs.uploads : [];
  return new Map(
    uploads.flatMap((upload): readonly [string, string][] =>
      isMap(upload) &&
      typeof upload.file === "string" &&
      typeof upload.content === "string" &&
      !isUnknown(upload.content) &&
      !COUNTED.test(upload.file)
        ? [[upload.file, upload.content]]
        : [],
    ),
  );
}
