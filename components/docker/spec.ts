import type * as pulumi from "@pulumi/pulumi";
import { goDuration } from "../../formats/go.ts";

/** A file that is put into the container before it starts. */
export interface ContainerFile {
  /** Absolute path in the container. */
  readonly path: string;
  readonly content: pulumi.Input<string>;
  /** Octal permissions. Default "0444"; give "0400" to whatever is secret. */
  readonly mode?: string;
}

/** Of files that hold secrets. */
export const SECRET_MODE = "0400";

/** A file that only the container's user may read. */
export const secretFile = (path: string, content: pulumi.Input<string>): ContainerFile => ({
  path,
  content,
  mode: SECRET_MODE,
});

/** A named volume in a container. */
export interface VolumeMount {
  readonly volume: pulumi.Input<string>;
  readonly path: string;
  readonly readOnly?: boolean;
}

/** One container as this program describes it; `container` makes it. */
export interface ContainerSpec {
  /** Short name: last part of the container's name, and its alias in every network. */
  readonly name: string;
  /** Who uses name and ports, for the sentence about a collision. Default: this program's own container of that name. */
  readonly usage?: {
    readonly by: string;
    /** Config path of what it is made from, below which its name and ports have keys of their own: `services[2]`. */
    readonly path?: string;
    /** Config key that all of them come from, where there is no such path. */
    readonly key?: string;
  };
  /** Reference of its image. */
  readonly image: string;
  /** Numeric `uid:gid`; files are given to it. Absent: the image's own, root included, with the capabilities that Docker gives it. */
  readonly user?: string;
  /** Empty: it has no network at all. */
  readonly networks: readonly pulumi.Input<string>[];
  /** A further network on which it has no name: by it the container publishes ports, or reaches what is outside. */
  readonly outward?: pulumi.Input<string>;
  readonly command?: readonly pulumi.Input<string>[];
  /** Replaces the image's. */
  readonly entrypoint?: readonly pulumi.Input<string>[];
  readonly workingDir?: string;
  /** Default: `name`. */
  readonly hostname?: string;
  /** Names in every network besides `name`. */
  readonly aliases?: readonly string[];
  /** Addresses by name, known to this container alone. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** A task that ends: `up` waits for its end, and nothing starts it again. Default: no. */
  readonly once?: boolean;
  readonly env?: Readonly<Record<string, pulumi.Input<string>>>;
  readonly files?: readonly ContainerFile[];
  readonly volumes?: readonly VolumeMount[];
  /** Files and folders of the engine's machine, read-only but where `write` says otherwise. */
  readonly hostPaths?: readonly { readonly host: string; readonly path: string; readonly write?: boolean }[];
  /** Ports published on 127.0.0.1: the container's, and the default on the host (the offset is added). */
  readonly ports?: readonly { readonly container: number; readonly host: number }[];
  /** Memory limit in MiB; swap is not added to it. */
  readonly memory: number;
  /** Command that exits 0 while the container is well. Without it `up` does not wait for the container. */
  readonly health?: {
    readonly command: readonly pulumi.Input<string>[];
    readonly everySeconds?: number;
    readonly startSeconds?: number;
  };
  /** What happens when it ends by itself. Default: it is started again, unless somebody stopped it. */
  readonly restart?: "unless-stopped" | "on-failure" | "no";
  readonly stopSignal?: string;
  /** An init process of Docker's before its own. */
  readonly init?: boolean;
  /** Its own file system is read-only: then it can have no `files`. */
  readonly readOnly?: boolean;
  /** Folders in memory: `/run`, `/run:size=64m`. */
  readonly tmpfs?: readonly string[];
  readonly cpus?: number;
  /** MiB of /dev/shm. */
  readonly sharedMemory?: number;
  readonly ulimits?: Readonly<Record<string, number | { readonly soft: number; readonly hard: number }>>;
  /** Capabilities that it has, and no other. Default: none with a numeric `user`, else Docker's own. */
  readonly capabilities?: readonly string[];
  /** Seconds between SIGTERM and SIGKILL. Default 10. Unset at the provider would mean 0: killed at once (providers.md 4.2). */
  readonly stopSeconds?: number;
  /** Numeric groups besides the user's own. */
  readonly groups?: readonly number[];
  /** In a swarm: how many there are, and where. Default: one, on any node. */
  readonly spread?: Spread;
  /** In a swarm, where nothing starts in an order: a file on a volume that another container fills. */
  readonly awaits?: string;
}

export interface Spread {
  /** One on each node, instead of `replicas`. */
  readonly everyNode?: boolean;
  readonly replicas?: number;
  /** Placement constraints. Default: what has a volume stays on the node for state. */
  readonly constraints?: readonly string[];
}

/** Its health command as the provider takes it. */
export function healthcheck(health: NonNullable<ContainerSpec["health"]>) {
  return {
    tests: ["CMD", ...health.command],
    interval: goDuration(health.everySeconds ?? 10),
    timeout: goDuration(10),
    startPeriod: goDuration(health.startSeconds ?? 20),
    retries: 6,
  };
}

/** `/run:size=64m` -> its path and its options. */
export function pathAndOptions(text: string): readonly [string, string] {
  const [path = text, options = ""] = text.split(":");
  return [path, options];
}
