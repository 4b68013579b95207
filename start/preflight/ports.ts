import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import net from "node:net";
import { Failure } from "../../cli/failure.ts";
import { run } from "../../cli/process.ts";
import type { PlannedContainer } from "./plan.ts";

/** A published port that another program has. */
export interface PortConflict {
  readonly port: number;
  /** Container of ours that wants it. */
  readonly wantedBy: string;
  /** Who has it, as far as can be seen. */
  readonly takenBy?: string;
}

/** Throws a Failure when a port that the plan publishes is taken by anything but this stack's own containers. */
export async function requireFreePorts(containers: readonly PlannedContainer[], portOffset: number): Promise<void> {
  const published = publishedPorts((await run("docker", ["ps", "--format", "{{.Names}}\t{{.Ports}}"])).stdout);
  const conflicts: PortConflict[] = [];
  for (const { name, ports } of containers) {
    for (const port of ports) {
      const holder = published.get(port);
      if (holder === name) continue;
      if (holder !== undefined) conflicts.push({ port, wantedBy: name, takenBy: `the container ${holder}` });
      else if (!(await isFree(port))) conflicts.push({ port, wantedBy: name, ...whoHas(port) });
    }
  }
  if (conflicts.length > 0) throw new Failure(conflictSentence(conflicts, portOffset));
}

function whoHas(port: number): { takenBy?: string } {
  const takenBy = listenerOn(port);
  return takenBy === undefined ? {} : { takenBy };
}

/** Published port -> container, from `docker ps --format "{{.Names}}\t{{.Ports}}"`. */
export function publishedPorts(listing: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const line of listing.split("\n")) {
    const [name = "", ports = ""] = line.split("\t");
    for (const match of ports.matchAll(/:(\d+)(?:-(\d+))?->/g)) {
      const first = Number(match[1]);
      for (let port = first; port <= Number(match[2] ?? first); port += 1) found.set(port, name);
    }
  }
  return found;
}

export function conflictSentence(conflicts: readonly PortConflict[], portOffset: number): string {
  const parts = conflicts.map(
    ({ port, wantedBy, takenBy }) => `${port} (for ${wantedBy}) by ${takenBy ?? unseen(port)}`,
  );
  const [noun, pronoun] = conflicts.length === 1 ? ["Port", "it"] : ["Ports", "them"];
  return `${noun} already in use on 127.0.0.1: ${parts.join(", ")}; stop what has ${pronoun}, or move this stack with "npm start -- --config portOffset=${portOffset + 100}".`;
}

/** From here on Linux lends ports to connections (ip_local_port_range); one that has ended holds its port for another minute. */
const LENT_FROM = 32_768;

const unseen = (port: number): string =>
  port < LENT_FROM
    ? "another program"
    : `a program that is not seen, or for a minute by a connection, to which ports from ${LENT_FROM} on are lent (a portOffset below them avoids that)`;

/** Whether 127.0.0.1:port can be bound now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Inodes of the sockets that listen on a port, from the text of /proc/net/tcp or tcp6. */
export function listeningInodes(table: string, port: number): readonly string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  return table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${wanted}`) && fields[3] === "0A")
    .map((fields) => fields[9] ?? "");
}

/** `nginx (process 123)` for the process that listens on the port; undefined where the system does not show it. */
export function listenerOn(port: number): string | undefined {
  const inodes = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => listeningInodes(readOr(file, ""), port));
  const sockets = new Set(inodes.map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  for (const pid of listOr("/proc").filter((name) => /^\d+$/.test(name))) {
    if (!listOr(`/proc/${pid}/fd`).some((fd) => sockets.has(linkOr(`/proc/${pid}/fd/${fd}`)))) continue;
    return `${readOr(`/proc/${pid}/comm`, "a process").trim()} (process ${pid})`;
  }
  return undefined;
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}

function listOr(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkOr(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return "";
  }
}
