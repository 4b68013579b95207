import path from "node:path";
import { inputFiles } from "../../../images/inputs.ts";
import type { DockerfileBuild } from "../../../images/specs.ts";

/** One source of a `COPY` that takes from the build context. */
export interface Source {
  readonly stage: string;
  /** As the Dockerfile has it. */
  readonly pattern: string;
  /** Names in the context, each with where it is afterwards. */
  readonly files: readonly { readonly name: string; readonly to: string }[];
}

/** What an image's Dockerfile copies from the context that `npm run images` gives it, in order. */
export function copied({ folder, beside }: Pick<DockerfileBuild, "folder" | "beside">): readonly Source[] {
  const files = inputFiles(folder, beside);
  const dockerfile = files.find(({ name }) => name === "Dockerfile");
  if (dockerfile === undefined) throw new Error(`${folder} has no Dockerfile.`);
  const lines = new TextDecoder().decode(dockerfile.content).replaceAll("\\\n", " ").split("\n");
  const names = files.map(({ name }) => name);
  let [stage, workdir] = ["", "/"];
  return lines.flatMap((line) => {
    const [instruction, ...words] = line.trim().split(/\s+/);
    if (instruction === "FROM") [stage, workdir] = [words.at(-1) ?? "", "/"];
    if (instruction === "WORKDIR") workdir = path.posix.resolve(workdir, words[0] ?? "");
    if (instruction !== "COPY" || words.some((word) => word.startsWith("--from="))) return [];
    const [to = "", ...patterns] = words.filter((word) => !word.startsWith("--")).toReversed();
    const isFolder = patterns.length > 1 || /(^|\/)\.?$/.test(to);
    const target = path.posix.resolve(workdir, to);
    return patterns
      .toReversed()
      .map((pattern): Source => ({ stage, pattern, files: taken(names, pattern, target, isFolder) }));
  });
}

/** A file goes into a folder or under a new name; of a folder its content goes. */
function taken(names: readonly string[], pattern: string, target: string, isFolder: boolean): Source["files"] {
  const source = path.posix.normalize(pattern).replaceAll("*", "[^/]*");
  const file = new RegExp(`^${source}$`);
  const below = new RegExp(`^${source}/`);
  return names.flatMap((name) => {
    if (file.test(name)) return [{ name, to: isFolder ? path.posix.join(target, path.posix.basename(name)) : target }];
    return below.test(name) ? [{ name, to: path.posix.join(target, name.replace(below, "")) }] : [];
  });
}
