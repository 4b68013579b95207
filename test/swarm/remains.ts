import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { enginesIn, type Names } from "./names.ts";

/** What a command prints; nothing where it fails: what is to be removed may be gone. */
function said(command: string, ...args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 60_000 });
  } catch {
    return "";
  }
}

const links = () => said("ip", "-o", "link");
const cgroups = (names: Names) =>
  said("find", "/sys/fs/cgroup", "-maxdepth", "3", "-type", "d", "-name", `${names.cgroup(0).slice(0, -1)}*`);

const enginesLeft = (names: Names): readonly number[] => [
  ...new Set([
    ...enginesIn(said("ip", "netns", "list"), names.namespace),
    ...enginesIn(links(), names.link),
    ...enginesIn(cgroups(names), names.cgroup),
  ]),
];

/** What is on this machine by these names, in words. Empty: nothing. */
export function remainsOf(names: Names): readonly string[] {
  const engines = enginesLeft(names).map((engine) => `engine ${engine} (namespace ${names.namespace(engine)})`);
  const bridge = links().includes(` ${names.bridge}:`) ? [`bridge ${names.bridge}`] : [];
  return [...engines, ...bridge, ...(existsSync(names.folder) ? [names.folder] : [])];
}

/** Ends an engine and everything that runs on it at once, as when the machine loses its power. */
export async function endEngine(names: Names, engine: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const left = processesOf(names, engine).filter(isAlive);
    if (left.length === 0) return;
    for (const pid of left) endNow(pid);
    await sleep(100);
  }
}

/** Processes of containers are in namespaces of their own: the cgroup knows them. */
function processesOf(names: Names, engine: number): readonly number[] {
  const inNamespace = said("ip", "netns", "pids", names.namespace(engine));
  const find = `cat $(find /sys/fs/cgroup -path '*/${names.cgroup(engine)}/*' -name cgroup.procs 2>/dev/null) /dev/null`;
  const all = `${inNamespace}\n${said("sh", "-c", find)}`.split("\n");
  return [...new Set(all)].filter((text) => text !== "").map(Number);
}

/**
 * Ends and removes everything on this machine that has these names. What is not there, or goes by itself meanwhile, is no error.
 * @throws Error naming what could not be removed
 */
export async function removeRemains(names: Names): Promise<void> {
  for (const engine of enginesLeft(names)) {
    await endEngine(names, engine);
    // both ends go with one, a namespace some time after it was deleted
    said("ip", "link", "del", names.link(engine));
    said("ip", "netns", "del", names.namespace(engine));
  }
  const mounts = `awk '{print $5}' /proc/self/mountinfo | grep '^${names.folder}/' | sort -r | xargs -r umount -l`;
  said("sh", "-c", mounts);
  said("ip", "link", "del", names.bridge);
  forwardNoMore(names.bridge);
  const all = `${names.cgroup(0).slice(0, -1)}*`;
  said("sh", "-c", `find /sys/fs/cgroup -depth -type d -path '*/${all}' -exec rmdir {} + 2>/dev/null`);
  rmSync(names.folder, { recursive: true, force: true, maxRetries: 3 });
  const left = remainsOf(names);
  if (left.length > 0) throw new Error(`Could not be removed: ${left.join(", ")}.`);
}

const forward = (bridge: string) => ["FORWARD", "-i", bridge, "-o", bridge, "-j", "ACCEPT"];

/** An engine of this machine drops what it does not forward itself. */
export function forwardWithin(bridge: string): void {
  execFileSync("iptables", ["-w", "10", "-I", ...forward(bridge)]);
}

function forwardNoMore(bridge: string): void {
  for (;;) {
    try {
      execFileSync("iptables", ["-w", "10", "-D", ...forward(bridge)], { stdio: "ignore" });
    } catch {
      return; // there is none, or none is left
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // gone meanwhile
  }
}
