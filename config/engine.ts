import { createHash } from "node:crypto";
import { readFileSync, statfsSync, statSync } from "node:fs";
import { homedir, hostname } from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { EngineDisk } from "../pipeline/queue-room.ts";
import { isEngineAddress } from "./values.ts";

const SOCKET = "/var/run/docker.sock";

/** Address of the engine that Docker's current context names; empty for the default context, or where none can be read. */
export function contextAddress(
  env: Readonly<Record<string, string | undefined>> = process.env,
  read: (file: string) => string = (file) => readFileSync(file, "utf8"),
): string {
  const folder = env.DOCKER_CONFIG || path.join(homedir(), ".docker");
  try {
    const name = env.DOCKER_CONTEXT || JSON.parse(read(path.join(folder, "config.json"))).currentContext || "default";
    if (name === "default") return "";
    const id = createHash("sha256").update(name).digest("hex");
    const { Endpoints } = JSON.parse(read(path.join(folder, "contexts", "meta", id, "meta.json")));
    return Endpoints?.docker?.Host ?? "";
  } catch {
    return "";
  }
}

/** @throws pulumi.RunError when the environment's address cannot be one; the configuration's own was judged already. */
export function engineAddress(named: string): string {
  const address = named || `unix://${SOCKET}`;
  if (isEngineAddress(address)) return address;
  throw new pulumi.RunError(
    `DOCKER_HOST: ${JSON.stringify(address)} is not an engine's address. Set the variable to one such as unix:///var/run/docker.sock or tcp://host:2375, or name the engine with: pulumi config set dockerHost <address>`,
  );
}

export const isLocal = (address: string): boolean => address.startsWith("unix://") || address.startsWith("npipe://");

export const socketOf = (address: string): string | undefined =>
  address.startsWith("unix://") ? address.slice("unix://".length) : undefined;

export const hostOf = (address: string): string =>
  isLocal(address) ? hostname() : new URL(address).hostname.replace(/^\[|\]$/g, "");

/** Sockets of engines in a virtual machine: Docker Desktop, Colima and Lima, OrbStack, Rancher Desktop, Podman's machine. */
const OF_A_MACHINE = /\/\.(docker\/(desktop|run)|colima|lima|orbstack|rd)\/|\/podman-machine/;

/**
 * Where a container of that engine finds its socket. A rootless engine and Podman have theirs at the address itself; one in a virtual machine, or on
 * another host, has it at the usual place there.
 */
export function socketOnEngine(address: string, platform: NodeJS.Platform): string {
  const socket = socketOf(address);
  return socket === undefined || platform !== "linux" || OF_A_MACHINE.test(socket) ? SOCKET : socket;
}

/**
 * Group that may read the engine's socket, as its containers see it. 0 where the engine is remote or in a virtual machine, and where it is rootless:
 * whoever owns its socket is root in its containers.
 */
export function socketGroup(address: string): number {
  const socket = socketOf(address);
  const found = socket === undefined ? undefined : statSync(socket, { throwIfNoEntry: false });
  return found === undefined || found.uid !== 0 ? 0 : found.gid;
}

/** Where an engine keeps its volumes unless it was told otherwise. */
const DATA = "/var/lib/docker";

/** The disk of an engine on this machine; undefined where it cannot be seen from here. */
export function engineDisk(address: string, platform: NodeJS.Platform, folder = DATA): EngineDisk | undefined {
  if (platform !== "linux" || socketOf(address) !== SOCKET) return undefined;
  try {
    const { blocks, bavail, bsize } = statfsSync(folder);
    return { path: folder, totalBytes: blocks * bsize, freeBytes: bavail * bsize };
  } catch {
    return undefined;
  }
}
