import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import net from "node:net";

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
