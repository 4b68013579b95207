import { isMap, mapsOf, type PropertyMap, type PropertyValue } from "../offline/properties.ts";
import { knownText } from "./shapes.ts";

/** A service of a swarm in the words of a container, so that rules are written once. Pure. */

export const SERVICE = "docker:index/service:Service";
export const SERVICE_CONFIG = "docker:index/serviceConfig:ServiceConfig";

const MIB = 1024 * 1024;
const RESTARTS: Readonly<Record<string, string>> = { any: "always", "on-failure": "on-failure", none: "no" };

/**
 * The inputs of a container that does the same. Swarm cannot refuse new privileges, so that is taken as done.
 * @param files content of the swarm's configs, by name
 */
export function asContainer(service: PropertyMap, files: ReadonlyMap<string, string>): PropertyMap {
  const task = partOf(service, "taskSpec");
  const spec = partOf(task, "containerSpec");
  const bytes = partOf(partOf(task, "resources"), "limits").memoryBytes;
  const networks = mapsOf(task.networksAdvanceds);
  const condition = knownText(partOf(task, "restartPolicy").condition) ?? "any";
  return {
    ...given({ name: service.name, image: spec.image, user: spec.user, hostname: spec.hostname, mounts: spec.mounts }),
    ...(typeof bytes === "number" ? { memory: Math.floor(bytes / MIB) } : given({ memory: bytes })),
    restart: RESTARTS[condition] ?? condition,
    capabilities: { adds: spec.capAdds ?? [], drops: spec.capDrops ?? [] },
    securityOpts: ["no-new-privileges:true"],
    networksAdvanced: networks,
    ...(networks.some(({ name }) => name === "host") && { networkMode: "host" }),
    ports: mapsOf(partOf(service, "endpointSpec").ports).map(({ targetPort, publishedPort }) =>
      given({ internal: targetPort, external: publishedPort }),
    ),
    uploads: mapsOf(spec.configs).map(({ fileName, configName }) =>
      given({ file: fileName, content: files.get(knownText(configName) ?? "") }),
    ),
  };
}

function partOf(map: PropertyMap, key: string): PropertyMap {
  const part = map[key];
  return isMap(part) ? part : {};
}

/** Without what is not set. */
function given(values: Readonly<Record<string, PropertyValue | undefined>>): PropertyMap {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}
