import type { ComposeProject, ComposeService } from "./compose-project.ts";
import type { Machine } from "./machine.ts";
import { nameFor } from "./names.ts";
import type { Note } from "./notes.ts";

/** One entry of `services[].volumes`. */
export type Mount =
  | { readonly name: string; readonly path: string; readonly readOnly?: true }
  | { readonly external: string; readonly path: string; readonly readOnly?: true }
  | { readonly host: string; readonly path: string; readonly write?: true };

/** What a service mounts: data where it is, never a copy. Pure. */
export function mountsOf(
  name: string,
  service: ComposeService,
  project: ComposeProject,
  machine: Machine | undefined,
): { readonly mounts: readonly Mount[]; readonly notes: readonly Note[] } {
  const notes: Note[] = [];
  const leave = (key: string, why: string) => {
    notes.push({ service: name, key, why });
    return [];
  };
  const volumes = (service.volumes ?? []).flatMap((mount): readonly Mount[] => {
    const { type, source, target: path, read_only } = mount;
    const readOnly = read_only === true && ({ readOnly: true } as const);
    if (/[:\s]/.test(path))
      return leave("volumes", `${path}: a path with colons or spaces cannot be written in the stack file`);
    if (type === "volume" && source === undefined)
      return leave(
        "volumes",
        `${path}: an anonymous volume belongs to one container and is lost with it, so a new one is as good`,
      );
    if (type === "volume") {
      const actual = project.volumes?.[source ?? ""]?.name ?? `${project.name}_${source}`;
      if (machine !== undefined && !machine.volumes.has(actual))
        return [{ name: nameFor(source ?? ""), path, ...readOnly }];
      return [{ external: actual, path, ...readOnly }];
    }
    if (type === "bind" && source !== undefined) {
      if (/docker\.sock$/.test(source))
        return leave(
          "volumes",
          `${source} gives the container all rights on this machine; leave what needs it in Compose`,
        );
      if (!source.startsWith("/") || /[:\s]/.test(source))
        return leave("volumes", `${source}: an absolute path without colons and spaces is needed`);
      return [{ host: source, path, ...(read_only !== true && { write: true as const }) }];
    }
    if (type === "tmpfs")
      return leave(
        "volumes",
        `${path}: what is written there is in the container's own file system, and is lost with it`,
      );
    return leave("volumes", `${path}: the stack has no volumes of type ${type}`);
  });
  const files = (["secrets", "configs"] as const).flatMap((section) =>
    (service[section] ?? []).flatMap(({ source, target }): readonly Mount[] => {
      const { file } = project[section]?.[source] ?? {};
      const path = target?.startsWith("/")
        ? target
        : `${section === "secrets" ? "/run/secrets" : ""}/${target ?? source}`;
      if (file === undefined)
        return leave(
          section,
          `${source}: only those with a file are taken over; write it into one, or give it as {secret.<name>} to a variable`,
        );
      return [{ host: file, path }];
    }),
  );
  return { mounts: distinct([...volumes, ...files]), notes };
}

/** The last of two at one path, as in Compose. */
const distinct = (mounts: readonly Mount[]): readonly Mount[] => [
  ...new Map(mounts.map((mount) => [mount.path, mount])).values(),
];

/** The text of a file that a container finds at a path, by the name on this machine; undefined where it is not mounted. */
export const hostFileAt = (mounts: readonly Mount[], path: string): string | undefined =>
  mounts.flatMap((mount) => ("host" in mount && mount.path === path ? [mount.host] : []))[0];
