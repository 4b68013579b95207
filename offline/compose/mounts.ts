import { isMap, type PropertyMap, type PropertyValue } from "../properties.ts";
import { unwrap } from "../secrets.ts";
import type { Lookup } from "./lookup.ts";
import { listOf } from "./parts.ts";
import { textOf } from "./variables.ts";

/** `volumes` and `mounts` of a container as Compose mounts, in the long form. */
export function mountsOf(
  service: string,
  inputs: PropertyMap,
  lookup: Lookup,
  text: (value: PropertyValue) => string,
): readonly object[] {
  const refuse = (what: string): never => {
    throw new Error(`container "${service}": ${what} has no translation to Compose. Deploy with pulumi up.`);
  };
  const source = (name: PropertyValue) =>
    lookup.volume(textOf(name)) ?? refuse(`volume "${textOf(name)}", which this program does not make,`);

  const fromVolumes = listOf(inputs.volumes).map((value) => {
    const { containerPath = "", hostPath, volumeName, readOnly, ...rest } = isMap(value) ? value : {};
    const foreign = Object.keys(rest)[0];
    if (foreign !== undefined) refuse(`"${foreign}" of a volume`);
    const common = { target: text(containerPath), ...(unwrap(readOnly ?? false) === true && { read_only: true }) };
    // The provider prefers the host path where both are given.
    if (hostPath !== undefined)
      return { type: "bind", source: text(hostPath), ...common, bind: { create_host_path: true } };
    return volumeName === undefined
      ? { type: "volume", ...common }
      : { type: "volume", source: source(volumeName), ...common };
  });

  const fromMounts = listOf(inputs.mounts).map((value) => {
    const {
      type = "",
      source: from,
      target = "",
      readOnly,
      tmpfsOptions,
      bindOptions,
      volumeOptions,
      ...rest
    } = isMap(value) ? value : {};
    const foreign = Object.keys(rest)[0];
    if (foreign !== undefined) refuse(`"${foreign}" of a mount`);
    const common = { target: text(target), ...(unwrap(readOnly ?? false) === true && { read_only: true }) };
    switch (textOf(type)) {
      case "bind":
        return {
          type: "bind",
          source: text(from ?? ""),
          ...common,
          bind: {
            create_host_path: false,
            ...(isMap(bindOptions) &&
              bindOptions.propagation !== undefined && { propagation: textOf(bindOptions.propagation) }),
          },
        };
      case "volume": {
        const { noCopy, ...others } = isMap(volumeOptions) ? volumeOptions : {};
        if (Object.keys(others).length > 0) refuse(`"${Object.keys(others)[0]}" of a volume mount`);
        return {
          type: "volume",
          ...(from !== undefined && { source: source(from) }),
          ...common,
          ...(unwrap(noCopy ?? false) === true && { volume: { nocopy: true } }),
        };
      }
      case "tmpfs": {
        const { sizeBytes, mode } = isMap(tmpfsOptions) ? tmpfsOptions : {};
        const tmpfs = {
          ...(sizeBytes !== undefined && { size: unwrap(sizeBytes) }),
          ...(mode !== undefined && { mode: unwrap(mode) }),
        };
        return { type: "tmpfs", ...common, ...(Object.keys(tmpfs).length > 0 && { tmpfs }) };
      }
      default:
        return refuse(`a mount of type "${textOf(type)}"`);
    }
  });
  return [...fromVolumes, ...fromMounts];
}
