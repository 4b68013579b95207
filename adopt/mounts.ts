import type { ComposeProject, ComposeService, ComposeVolume } from "./compose-project.ts";
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
      if (mount.volume?.subpath !== undefined)
        return leave(
          "volumes",
          `${path}: a folder inside of a volume (subpath) cannot be mounted here; mount the volume`,
        );
      const definition = project.volumes?.[source ?? ""];
      const actual = definition?.name ?? `${project.name}_${source}`;
      if (machine === undefined || machine.volumes.has(actual)) return [{ external: actual, path, ...readOnly }];
      if (!isSpecial(definition)) return [{ name: nameFor(source ?? ""), path, ...readOnly }];
      notes.push({
        service: name,
        key: "volumes",
        why: `${actual} is not on this machine, and the stack makes none with a driver's options or of another project: make it before the start, as docker volume create ${actual}`,
      });
      return [{ external: actual, path, ...readOnly }];
    }
    if (type === "bind" && source !== undefined) {
      if (mount.bind?.propagation !== undefined && mount.bind.propagation !== "rprivate")
        leave("volumes", `${source}: mounts made below it later are not seen (propagation ${mount.bind.propagation})`);
      if (/docker\.sock$/.test(source))
        return leave(
          "volumes",
          `${source} gives the container all rights on this machine; leave what needs it in Compose`,
        );
      if (!source.startsWith("/") || /[:\s]/.test(source))
        return leave("volumes", `${source}: an absolute path without colons and spaces is needed`);
      return [{ host: source, path, ...(read_only !== true && { write: true as const }) }];
    }
    // one of the keys of `executionOf`
    if (type === "tmpfs") return [];
    return leave("volumes", `${path}: the stack has no volumes of type ${type}`);
  });
  const files = (["secrets", "configs"] as const).flatMap((section) =>
    (service[section] ?? []).flatMap(({ source, target }): readonly Mount[] => {
      const { file, environment } = project[section]?.[source] ?? {};
      const path = target?.startsWith("/")
        ? target
        : `${section === "secrets" ? "/run/secrets" : ""}/${target ?? source}`;
      if (file === undefined && environment !== undefined)
        return leave(
          section,
          `${source}: ${environment}, which it is taken from, has no value here; give it one, and adopt again`,
        );
      if (file === undefined)
        return leave(
          section,
          `${source}: one that is kept elsewhere is not taken over; write it into a file, or give it as {secret.<name>} to a variable`,
        );
      return [{ host: file, path }];
    }),
  );
  return { mounts: distinct([...volumes, ...files]), notes };
}

/** Whether Compose makes it otherwise than as a plain volume of this machine, or not at all. */
const isSpecial = (volume: ComposeVolume | null | undefined): boolean =>
  volume?.external === true ||
  (volume?.driver ?? "local") !== "local" ||
  Object.keys(volume?.driver_opts ?? {}).length > 0;

/** The last of two at one path, as in Compose. */
const distinct = (mounts: readonly Mount[]): readonly Mount[] => [
  ...new Map(mounts.map((mount) => [mount.path, mount])).values(),
];

/** The text of a file that a container finds at a path, by the name on this machine; undefined where it is not mounted. */
export const hostFileAt = (mounts: readonly Mount[], path: string): string | undefined =>
  mounts.flatMap((mount) => ("host" in mount && mount.path === path ? [mount.host] : []))[0];
