import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Names } from "./names.ts";
import { endEngine, forwardWithin } from "./remains.ts";

/** Several Docker engines on this machine, each in a network namespace of its own as if on a machine of its own, joined by a bridge. */

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
}

/** The engines of one test. Who started this process removes them (`supervise.ts`). */
export class Engines {
  readonly folder: string;
  /** Address of this machine on the bridge. */
  readonly host: string;
  readonly #names: Names;
  readonly #subnet: string;
  readonly #running = new Set<number>();
  readonly #namespaces = new Set<number>();

  constructor(names: Names) {
    this.#names = names;
    this.#subnet = freeSubnet(names.third, ip("-o", "-4", "addr"));
    this.folder = names.folder;
    this.host = `${this.#subnet}.254`;
    mkdirSync(this.folder, { mode: 0o700 });
    const { bridge } = names;
    ip("link", "add", bridge, "type", "bridge");
    ip("addr", "add", `${this.host}/24`, "dev", bridge);
    ip("link", "set", bridge, "up");
    forwardWithin(bridge);
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
        `--cgroup-parent /${this.#names.cgroup(number)} --bip 172.${40 + number}.0.1/24`,
      ].join(" "),
    ].join("\n");
    const log = openSync(this.#path(number, "log"), "a");
    spawn(
      "nsenter",
      [
        `--net=/var/run/netns/${this.#names.namespace(number)}`,
        "unshare",
        "-m",
        "-u",
        "--propagation",
        "private",
        "sh",
        "-c",
        script,
      ],
      { stdio: ["ignore", log, log] },
    );
    this.#running.add(number);
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
      address: `${this.#subnet}.${number}`,
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
    await endEngine(this.#names, number);
    this.#running.delete(number);
  }

  /** Runs a program in the network of an engine. @returns what it prints @throws Error with that as `stdout` where it fails */
  inside(number: number, command: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): string {
    return execFileSync("nsenter", [`--net=/var/run/netns/${this.#names.namespace(number)}`, ...command], {
      cwd,
      env: { ...process.env, ...env },
      encoding: "utf8",
      maxBuffer: 2 ** 28,
      stdio: ["ignore", "pipe", "inherit"],
    });
  }

  #makeNamespace(number: number): void {
    const namespace = this.#names.namespace(number);
    const outside = this.#names.link(number);
    ip("netns", "add", namespace);
    this.#namespaces.add(number);
    ip("link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", namespace);
    ip("link", "set", outside, "master", this.#names.bridge, "up");
    ip("-n", namespace, "addr", "add", `${this.#subnet}.${number}/24`, "dev", "eth0");
    ip("-n", namespace, "link", "set", "eth0", "up");
    ip("-n", namespace, "link", "set", "lo", "up");
    ip("-n", namespace, "route", "add", "default", "via", this.host);
  }

  /** CPU seconds that a container of an engine has used. */
  cpuSeconds(number: number, container: string): number {
    const parent = this.#names.cgroup(number);
    const places = [
      [`/sys/fs/cgroup/cpuacct/${parent}/${container}/cpuacct.usage`, 1e9],
      [`/sys/fs/cgroup/cpu,cpuacct/${parent}/${container}/cpuacct.usage`, 1e9],
      [`/sys/fs/cgroup/${parent}/${container}/cpu.stat`, 1e6],
    ] as const;
    for (const [place, unit] of places) {
      if (existsSync(place)) return Number(/(?:usage_usec )?(\d+)/.exec(readFileSync(place, "utf8"))?.[1] ?? 0) / unit;
    }
    return 0;
  }
}

/** Three numbers of addresses that this machine has nowhere yet, from `10.78.<first>` on. Pure. */
export function freeSubnet(first: number, addresses: string): string {
  const candidates = Array.from({ length: 256 }, (_, i) => `10.78.${(first + i) % 256}`);
  const free = candidates.find((subnet) => !addresses.includes(` ${subnet}.`));
  if (free === undefined) throw new Error("Every network 10.78.x.0/24 is in use on this machine.");
  return free;
}
