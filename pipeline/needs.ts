import type { Component } from "./component.ts";
import type { PipelineGraph } from "./model.ts";
import { queueDiskBytes } from "./queue.ts";
import { isSecretFileRef, isSecretRef } from "./reference.ts";

/** What the collector's container must be given for a pipeline to run. */
export interface Needs {
  /** Names of secret files, sorted; each lies at `secretPath(name)`, readable by the collector's user, without a final newline. */
  readonly secrets: readonly string[];
  readonly mounts: readonly Mount[];
  readonly volumes: readonly VolumeNeed[];
}

export type Mount =
  | {
      /** The host's root file system, read-only. */
      readonly kind: "hostfs";
      readonly path: string;
    }
  | {
      /** The read-only proxy of the Docker API must be up before the collector: without it the collector ends at start. */
      readonly kind: "docker-api";
      readonly endpoint: string;
    };

export interface VolumeNeed {
  readonly name: string;
  readonly path: string;
  /** What it may hold when every backend is away for the whole outage budget. */
  readonly bytes: number;
}

export function needs(pipeline: PipelineGraph): Needs {
  return {
    secrets: [...secretsIn(pipeline)].sort(),
    mounts: pipeline.receivers.flatMap(mountsOf),
    volumes: pipeline.extensions
      .filter((extension) => extension.kind === "file_storage")
      .map((extension) => ({
        name: extension.name ?? extension.kind,
        path: textSetting(extension, "directory") ?? "",
        bytes: queueDiskBytes(pipeline),
      })),
  };
}

/** Names of all secrets referenced anywhere inside a value. */
export function secretsIn(value: unknown): ReadonlySet<string> {
  if (isSecretRef(value)) return new Set([value.secret]);
  if (isSecretFileRef(value)) return new Set([value.secretFile]);
  if (typeof value !== "object" || value === null) return new Set();
  return new Set(Object.values(value).flatMap((item: unknown) => [...secretsIn(item)]));
}

function mountsOf(receiver: Component): readonly Mount[] {
  switch (receiver.kind) {
    case "hostmetrics": {
      const path = textSetting(receiver, "root_path");
      return path === undefined ? [] : [{ kind: "hostfs", path }];
    }
    case "docker_stats": {
      const endpoint = textSetting(receiver, "endpoint");
      return endpoint === undefined ? [] : [{ kind: "docker-api", endpoint }];
    }
    default:
      return [];
  }
}

function textSetting(component: Component, key: string): string | undefined {
  const value: unknown = Reflect.get(component.settings, key);
  return typeof value === "string" ? value : undefined;
}
