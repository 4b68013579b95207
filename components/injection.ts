import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/load.ts";
import { INSTRUMENTATION_FOLDER as FOLDER, mountsInstrumentation } from "../config/services.ts";
import { container } from "./docker/container.ts";
import type { Scope } from "./docker/scope.ts";
import { imageVolume } from "./docker/volume.ts";
import { resolveImage, versionOf } from "./images.ts";

/** The only folder that PYTHONPATH gets; the packages are beside it and come last on Python's path. */
export const PYTHON_START = `${FOLDER}/python/start`;

/** What an injected service mounts, and the container that must exist before it. */
export interface Injection {
  readonly mount: { readonly volume: pulumi.Input<string>; readonly path: string; readonly readOnly: true };
  readonly ready: pulumi.Resource;
}

/** The instrumentation of services that bring none, on a volume; undefined where every service brings its own. */
export function createInjection(
  { services, ownImages }: Pick<Config, "services" | "ownImages">,
  args: { readonly scope: Scope; readonly network: pulumi.Input<string> },
): Injection | undefined {
  if (!services.some(mountsInstrumentation)) return undefined;
  return new Instrumentation("instrumentation", {
    ...args,
    image: resolveImage({ ownImages }, "build:instrumentation"),
  }).injection;
}

/**
 * A volume that holds the instrumentation of one version of its image. Docker fills it while it creates the container that mounts it first, so
 * it is complete before any service starts; another version is another volume, and services are replaced to use it.
 */
class Instrumentation extends pulumi.ComponentResource {
  readonly injection: Injection;

  constructor(
    name: string,
    args: { readonly scope: Scope; readonly network: pulumi.Input<string>; readonly image: string },
  ) {
    super("game-scheduler-otel:components:Instrumentation", name, args);
    const { name: volume } = imageVolume(args.scope, name, versionOf(args.image), this);
    const ready = container(
      args.scope,
      {
        name,
        image: args.image,
        user: "10001:10001",
        networks: [args.network],
        command: ["sh", "-c", STAY],
        volumes: [{ volume, path: FOLDER }],
        spread: { everyNode: true },
        memory: 8,
      },
      this,
    );
    this.injection = { mount: { volume, path: FOLDER, readOnly: true }, ready };
    this.registerOutputs({ volume });
  }
}

/** Docker copies in the order of names, so the last folder says whether a copy was cut off; then a new start would not repeat it. */
const STAY = `if test -e ${PYTHON_START}/sitecustomize.py; then trap 'exit 0' TERM; sleep infinity & wait; fi
echo "the volume is incomplete: remove this container and its volume, and deploy again"; sleep 30; exit 1`;
