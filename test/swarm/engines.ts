import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Several Docker engines on this machine, each in a network namespace of its own as if on a machine of its own, joined by a bridge. */

const BRIDGE = "swt0";
const SUBNET = "10.78.0";

/** Address of this machine on the bridge. */
export const HOST = `${SUBNET}.254`;

export interface Engine {
  readonly number: number;
  /** Its name as a node of the swarm. */
  readonly node: string;
  readonly address: string;
  /** As Docker's command takes it. */
  readonly socket: string;
  /** Runs the Docker client on it. @throws Error with what the client said */
  readonly docker: (...args: readonly string[]) => string;
  /** The same, with a shell command's output as its input. */
  readonly load: (producer: string) => void;
}

const ip = (...args: readonly string[]): string => execFileSync("ip", args, { encoding: "utf8" });

/** @throws Error, one sentence, where this machine cannot do it */
export function requireMachine(): void {
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    throw new Error("test:swarm makes network namespaces and starts Docker engines, which takes root on Linux.");
  for (const program of ["ip", "dockerd", "nsenter", "unshare", "iptables"]) {
    try {
      execFileSync("sh", ["-c", `command -v ${program}`]);
    } catch {
      throw new Error(`test:swarm needs ${program} on PATH: install iproute2, util-linux, iptables and Docker Engine.`);
    }
  }
  if (ip("-o", "link").includes(`${BRIDGE}:`))
    throw new Error(
      `There is a bridge ${BRIDGE} already: another test:swarm runs, or left it. Remove it with: ip link del ${BRIDGE}`,
    );
}

/** The engines of one test. `remove` ends them and leaves nothing. */
export class Engines {
  readonly folder = mkdtempSync(join(tmpdir(), "swarm-"));
  readonly #running = new Map<number, ChildProcess>();
  readonly #namespaces = new Set<number>();

  constructor() {
    ip("link", "add", BRIDGE, "type", "bridge");
    ip("addr", "add", `${HOST}/24`, "dev", BRIDGE);
    ip("link", "set", BRIDGE, "up");
    // an engine of this machine drops what it does not forward itself
    execFileSync("iptables", ["-I", "FORWARD", "-i", BRIDGE, "-o", BRIDGE, "-j", "ACCEPT"]);
  }

  #path(number: number, file: string): string {
    return join(this.folder, String(number), file);
  }

  /** Starts an engine, with what it had before where it was killed. */
  async start(number: number): Promise<Engine> {
    const engine = this.engine(number);
    if (this.#running.has(number)) return engine;
    mkdirSync(this.#path(number, "cgroup"), { recursive: true });
    if (!this.#namespaces.has(number)) this.#makeNamespace(number);
    // a registry that nobody can reach would be waited for at every start of a task
    writeFileSync(this.#path(number, "resolv.conf"), "nameserver 127.0.0.1\n");
    const cgroup = this.#path(number, "cgroup");
    rmSync(this.#path(number, "pid"), { force: true });
    const script = [
      "set -e",
      `hostname ${engine.node}`,
      `mount --bind ${this.#path(number, "resolv.conf")} /etc/resolv.conf`,
      `mount --rbind /sys/fs/cgroup ${cgroup}`,
      "mount -t sysfs sysfs /sys",
      `mount --rbind ${cgroup} /sys/fs/cgroup`,
      [
        `exec dockerd --data-root ${this.#path(number, "data")} --exec-root ${this.#path(number, "exec")}`,
        `--pidfile ${this.#path(number, "pid")} -H unix://${this.#path(number, "sock")} --log-level error`,
        `--cgroup-parent /swarm-test-${number} --bip 172.${40 + number}.0.1/24`,
      ].join(" "),
    ].join("\n");
    const log = openSync(this.#path(number, "log"), "a");
    const child = spawn(
      "nsenter",
      [`--net=/var/run/netns/swt${number}`, "unshare", "-m", "-u", "--propagation", "private", "sh", "-c", script],
      { stdio: ["ignore", log, log] },
    );
    this.#running.set(number, child);
    for (let tries = 0; tries < 60; tries += 1) {
      try {
        engine.docker("version");
        return engine;
      } catch {
        await sleep(500);
      }
    }
    throw new Error(
      `Engine ${number} does not answer. Its log: ${readFileSync(this.#path(number, "log"), "utf8").slice(-500)}`,
    );
  }

  engine(number: number): Engine {
    const host = `unix://${this.#path(number, "sock")}`;
    return {
      number,
      node: `node${number}`,
      address: `${SUBNET}.${number}`,
      socket: host,
      docker: (...args) =>
        execFileSync("docker", ["-H", host, ...args], {
          encoding: "utf8",
          stdio: ["ignore", "pipe", "pipe"],
          maxBuffer: 2 ** 28,
          timeout: 600_000,
        }).trim(),
      load: (producer) => {
        execFileSync("sh", ["-c", `${producer} | docker -H ${host} load -q`], { stdio: ["ignore", "ignore", "pipe"] });
      },
    };
  }

  /** Ends an engine and everything that runs on it at once, as when the machine loses its power. */
  async kill(number: number): Promise<void> {
    const child = this.#running.get(number);
    // processes of containers are in namespaces of their own: the cgroup knows them
    for (let tries = 0; tries < 50; tries += 1) {
      const left = [...this.#processes(number), ...(child?.pid === undefined ? [] : [child.pid])].filter(isAlive);
      if (left.length === 0) break;
      for (const pid of left) endNow(pid);
      await sleep(100);
    }
    this.#running.delete(number);
  }

  #processes(number: number): readonly number[] {
    const inNamespace = ip("netns", "pids", `swt${number}`).split("\n");
    const inCgroup = execFileSync("sh", [
      "-c",
      `cat $(find /sys/fs/cgroup -path '*/swarm-test-${number}/*' -name cgroup.procs 2>/dev/null) /dev/null`,
    ])
      .toString()
      .split("\n");
    return [...new Set([...inNamespace, ...inCgroup])].filter((text) => text !== "").map(Number);
  }

  #makeNamespace(number: number): void {
    const namespace = `swt${number}`;
    const outside = `swtv${number}`;
    ip("netns", "add", namespace);
    this.#namespaces.add(number);
    ip("link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", namespace);
    ip("link", "set", outside, "master", BRIDGE, "up");
    ip("-n", namespace, "addr", "add", `${SUBNET}.${number}/24`, "dev", "eth0");
    ip("-n", namespace, "link", "set", "eth0", "up");
    ip("-n", namespace, "link", "set", "lo", "up");
    ip("-n", namespace, "route", "add", "default", "via", HOST);
  }

  /** CPU seconds that a container of an engine has used. */
  cpuSeconds(number: number, container: string): number {
    const places = [
      [`/sys/fs/cgroup/cpuacct/swarm-test-${number}/${container}/cpuacct.usage`, 1e9],
      [`/sys/fs/cgroup/cpu,cpuacct/swarm-test-${number}/${container}/cpuacct.usage`, 1e9],
      [`/sys/fs/cgroup/swarm-test-${number}/${container}/cpu.stat`, 1e6],
    ] as const;
    for (const [place, unit] of places) {
      if (existsSync(place)) return Number(/(?:usage_usec )?(\d+)/.exec(readFileSync(place, "utf8"))?.[1] ?? 0) / unit;
    }
    return 0;
  }

  async remove(): Promise<void> {
    for (const number of this.#namespaces) {
      await this.kill(number);
      execFileSync("sh", [
        "-c",
        `awk '{print $5}' /proc/self/mountinfo | grep '^${this.folder}/' | sort -r | xargs -r umount -l`,
      ]);
      // both ends go with one, a namespace some time after it was deleted
      ip("link", "del", `swtv${number}`);
      ip("netns", "del", `swt${number}`);
    }
    ip("link", "del", BRIDGE);
    execFileSync("iptables", ["-D", "FORWARD", "-i", BRIDGE, "-o", BRIDGE, "-j", "ACCEPT"]);
    execFileSync("sh", [
      "-c",
      "find /sys/fs/cgroup -depth -type d -path '*/swarm-test-*' -exec rmdir {} + 2>/dev/null || true",
    ]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
}

function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // gone meanwhile
  }
}
