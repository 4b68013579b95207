import { existsSync, statfsSync } from "node:fs";
import type { StackEngine } from "../../cli/engine.ts";
import { Failure } from "../../cli/failure.ts";
import { run } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";
import type { SettledImages } from "./images.ts";

/** Refuses before anything is created: too little disk or memory. */
export async function checkGround(settled: SettledImages, at: StackEngine, progress: Progress): Promise<void> {
  const said = await run("docker", ["info", "--format", "{{.MemTotal}} {{.DockerRootDir}}"], { timeoutMs: 20_000 });
  const room = roomOf(said.stdout.trim(), at.isRemote);
  if (room.freeDiskGb === undefined) progress.log("the engine is on another machine: its disk is not checked");
  const memoryMiB = settled.preview.plan.containers.reduce((sum, container) => sum + container.memory, 0);
  requireRoom({ diskGb: diskNeeded(settled), memoryMiB }, room);
}

function diskNeeded({ missing, source }: SettledImages): number {
  if (missing.length === 0) return WARM_GB;
  return source === "local" ? COLD_LOCAL_BUILD_GB : PULL_GB;
}

/** What a run needs on the engine's machine. */
export interface Need {
  /** GB that will be written to disk. */
  readonly diskGb: number;
  /** MiB that the containers may take together. */
  readonly memoryMiB: number;
}

export interface Room {
  /** GB free where Docker keeps its data; undefined where that is not on this machine, but in a virtual one for example. */
  readonly freeDiskGb: number | undefined;
  /** MiB of memory of the engine's machine; undefined where it does not say. */
  readonly memoryMiB: number | undefined;
  readonly place: string;
}

/** GB: Go's module and build caches of the collector, Jaeger, Prometheus and VictoriaLogs (measured, with more programs: 16.3) and the images themselves. */
export const COLD_LOCAL_BUILD_GB = 20;
/** GB: layers of the official images, unpacked. */
export const PULL_GB = 4;
/** GB: volumes, logs. */
export const WARM_GB = 1;

/**
 * The room that the engine has. A folder of the same name on this machine says nothing of a remote one's.
 * @param said bytes of memory and the folder of its data, as `docker info` prints them
 */
export function roomOf(said: string, isRemote = false): Room {
  const [, bytes = "0", place = ""] = /^(\d+) (.*)$/.exec(said) ?? [];
  const disk = !isRemote && existsSync(place) ? statfsSync(place) : undefined;
  return {
    freeDiskGb: disk && (disk.bavail * disk.bsize) / 1e9,
    memoryMiB: Number(bytes) > 0 ? Number(bytes) / 2 ** 20 : undefined,
    place,
  };
}

/** Throws a Failure when there is clearly too little. */
export function requireRoom(need: Need, room: Room): void {
  if (room.freeDiskGb !== undefined && room.freeDiskGb < need.diskGb) {
    throw new Failure(
      `About ${need.diskGb} GB of disk are needed and ${room.freeDiskGb.toFixed(1)} GB are free in ${room.place}: make room there (for example "docker system df" shows what Docker holds) and try again.`,
    );
  }
  if (room.memoryMiB !== undefined && room.memoryMiB < need.memoryMiB) {
    throw new Failure(
      `The containers may use ${need.memoryMiB} MiB of memory together and the engine's machine has ${Math.floor(room.memoryMiB)} MiB: use a larger one (on macOS and Windows the virtual machine's memory is a setting), or lower the memory limits in Pulumi.yaml's config keys.`,
    );
  }
}
