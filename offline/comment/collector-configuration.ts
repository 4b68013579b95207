import { isList, isMap } from "../properties.ts";
import type { Recording } from "../registration.ts";
import { type UnifiedDiff, unifiedDiff } from "./unified-diff.ts";

/** The one thing this folder knows of the program: its collector is a container of this name, its configuration a file of it. */
const COLLECTOR = "collector";

export interface FileDiff extends UnifiedDiff {
  readonly file: string;
}

/** How the collector's configuration files differ, where both sides have a collector. Secret files are never looked into. */
export function collectorDiff(before: Recording, after: Recording): readonly FileDiff[] {
  const [old, now] = [configurationFiles(before), configurationFiles(after)];
  if (old === undefined || now === undefined) return [];
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((file) => ({ file, ...unifiedDiff(old.get(file) ?? "", now.get(file) ?? "") }))
    .filter(({ lines }) => lines.length > 0);
}

function configurationFiles({ registrations }: Recording): ReadonlyMap<string, string> | undefined {
  const container = registrations.find((r) => r.name === COLLECTOR && /:Container$/.test(r.type));
  if (container === undefined) return undefined;
  const uploads = isList(container.inputs.uploads) ? container.inputs.uploads : [];
  return new Map(
    uploads.flatMap((upload): readonly [string, string][] =>
      isMap(upload) && typeof upload.file === "string" && typeof upload.content === "string"
        ? [[upload.file, upload.content]]
        : [],
    ),
  );
}
