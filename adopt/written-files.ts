import path from "node:path";
import type { ComposeFile, ComposeProject } from "./compose-project.ts";

/** Secrets and configs whose text stands in a variable or in the Compose file itself, as files that a service mounts. Pure. */

/** The project with a file in `folder` for each of them; one whose variable has no value stays as it is. `files`: text by path. */
export function withFiles(
  project: ComposeProject,
  folder: string,
  values: Readonly<Record<string, string>>,
): { readonly project: ComposeProject; readonly files: ReadonlyMap<string, string> } {
  const files = new Map<string, string>();
  const given = (section: string, all: Readonly<Record<string, ComposeFile | null>>) =>
    Object.fromEntries(
      Object.entries(all).map(([name, one]) => {
        const text = one?.content ?? (one?.environment && (values[one.environment] || undefined));
        if (text === undefined || one?.file !== undefined) return [name, one];
        const file = path.join(folder, `${section}-${name.replace(/[^\w.-]/g, "_")}`);
        files.set(file, text);
        return [name, { ...one, file }];
      }),
    );
  const { secrets, configs } = project;
  return {
    project: {
      ...project,
      ...(secrets && { secrets: given("secrets", secrets) }),
      ...(configs && { configs: given("configs", configs) }),
    },
    files,
  };
}
