/** What a container reaches of the engine's machine, and the data that it must not lose. */
import { isMap, type PropertyMap } from "../../offline/properties.ts";
import { type Container, containersOf, isTask, knownText, REMOTE_IMAGE } from "../containers.ts";
import type { Resource, Rule, Stack } from "../rule.ts";

const SOCKET = /(docker|podman|containerd|crio)\.sock$/;
/** The one component that may have it: it passes five calls about this stack's containers, and no environment. */
const PROXY = "game-scheduler-otel:components:DockerApi";

export const dockerSocket: Rule = {
  id: "docker-socket",
  severity: "error",
  explain:
    "Who reaches the engine's socket is root on its machine and reads every container's environment, passwords included; a read-only mount changes nothing about it. Allowed: the proxy of the Docker API, which passes five calls about this stack's containers.",
  needs: "resource",
  *find(stack) {
    for (const { resource, mounts } of containersOf(stack)) {
      for (const { at, host } of mounts) {
        if (host === undefined || !SOCKET.test(host) || parentOf(stack, resource)?.type === PROXY) continue;
        const fix = "remove the mount; the collector's container metrics and logs go through containerMetrics";
        yield { resource, at, message: `the engine's socket ${host} is mounted`, fix };
      }
    }
  },
};

/** Folders by whose files a machine is run. */
const SYSTEM =
  /^(\/|\/(etc|usr|bin|sbin|lib|lib64|boot|root|home|proc|sys|dev|run|var|var\/(lib|run)|var\/lib\/docker))\/?$/;

export const hostFolder: Rule = {
  id: "host-folder",
  severity: "error",
  explain:
    "A container that writes a system folder of its machine writes what root runs there next. Allowed: a folder of the application's own, or read-only.",
  needs: "resource",
  *find(stack) {
    for (const { resource, mounts } of containersOf(stack)) {
      for (const { at, host, readOnly } of mounts) {
        if (host === undefined || readOnly || !SYSTEM.test(host)) continue;
        yield { resource, at, message: `it may write ${host} of the engine's machine`, fix: "mount it read-only" };
      }
    }
  },
};

export const protectedData: Rule = {
  id: "protected-data",
  severity: "error",
  explain:
    "A volume that is deleted or replaced takes its data with it, and the Docker provider replaces one for a changed label. Allowed: `protect` or `retainOnDelete`; a stack whose `protect` is false has said that a destroy may take its data, and its volumes ignore changes of labels.",
  needs: "resource",
  *find(stack) {
    const volumes = volumesOf(stack);
    for (const container of containersOf(stack)) {
      // what a task writes is made again by the next one
      if (isTask(container)) continue;
      for (const { at, volume, path, readOnly } of container.mounts) {
        const made = volume === undefined ? undefined : volumes.get(volume);
        if (made === undefined || readOnly || !holdsData(made) || isFilledByImage(stack, container, made)) continue;
        const problem = problemOf(stack, made);
        if (problem !== undefined)
          yield { resource: container.resource, at, ...problem, message: `${problem.message} (${path})` };
      }
    }
  },
};

function problemOf(stack: Stack, volume: Resource): { readonly message: string; readonly fix: string } | undefined {
  const { protect, retainOnDelete, ignoreChanges = [] } = volume.options;
  // A backend's volume is let go with its data, so that the swap is not refused: an option that a policy pack is not told of.
  const mayBeRetained = !stack.seesRetention && volume.urn.includes(":backends:");
  if (protect === true || retainOnDelete === true || mayBeRetained) return undefined;
  if (!saysUnprotected(stack)) {
    const message = `volume ${volume.name} is deleted with its data by a destroy or a rename`;
    return { message, fix: "give it the option protect, or retainOnDelete" };
  }
  if (ignoreChanges.includes("labels")) return undefined;
  const message = `a changed label replaces volume ${volume.name} and deletes its data`;
  return { message, fix: `give it the option ignoreChanges: ["labels"]` };
}

const holdsData = ({ inputs }: Resource): boolean =>
  !(isMap(inputs.driverOpts) && (inputs.driverOpts as PropertyMap).type === "tmpfs");

/** A volume named after the version of the image that Docker fills it from, and can fill again. */
const isFilledByImage = ({ resources }: Stack, { resource }: Container, { inputs }: Resource): boolean =>
  resources.some(({ type, parent, inputs: { name: reference } }) => {
    const version = versionOf(knownText(reference) ?? "");
    return type === REMOTE_IMAGE && parent === resource.parent && version !== undefined && isNamedBy(inputs, version);
  });

/** The start of an image's digest, or its tag, as long as that says one content. */
const versionOf = (reference: string): string | undefined =>
  /@sha256:([0-9a-f]{12})/.exec(reference)?.[1] ?? /:([^:/@]{8,})$/.exec(reference)?.[1];

const isNamedBy = ({ name }: PropertyMap, version: string): boolean =>
  knownText(name)?.endsWith(`-${version}`) === true;

function volumesOf({ resources }: Stack): ReadonlyMap<string, Resource> {
  return new Map(
    resources.flatMap((resource) => {
      const name = resource.type === "docker:index/volume:Volume" ? knownText(resource.inputs.name) : undefined;
      return name === undefined ? [] : [[name, resource] as const];
    }),
  );
}

/** Whether the program's components were given the stack's `protect: false`. */
const saysUnprotected = ({ resources }: Stack): boolean =>
  resources.some(({ inputs: { scope } }) => isMap(scope) && scope.protect === false);

const parentOf = ({ resources }: Stack, { parent }: Resource): Resource | undefined =>
  parent === "" ? undefined : resources.find(({ urn }) => urn === parent);
