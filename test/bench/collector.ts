import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../cli/failure.ts";
import { goMemLimit } from "../../pipeline/memory.ts";
import { startArguments } from "../../pipeline/start-arguments.ts";
import { memoryMiB, type Place } from "./variants.ts";

/** A collector as a process of this machine, on one processor. */
export interface RunningCollector {
  /** Seconds of processor time so far, user and system. */
  readonly cpuSeconds: () => number;
  /** Largest resident memory so far, in MiB. */
  readonly peakMiB: () => number;
  /** Its own counters by name and labels; empty where it has none. */
  readonly metrics: () => Promise<ReadonlyMap<string, number>>;
  /** The end of its log. */
  readonly said: () => string;
  stop(): Promise<void>;
}

/** Ticks of the clock a second in /proc. */
const TICKS = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

export async function startCollector(
  binary: string,
  configFile: string,
  place: Place,
  extra: Readonly<Record<string, string>>,
): Promise<RunningCollector> {
  const config = readFileSync(configFile, "utf8");
  const log = createWriteStream(join(place.folder, "collector.log"));
  const args = [`--config=${configFile}`, ...startArguments(config)];
  const env = { ...process.env, GOMEMLIMIT: goMemLimit(memoryMiB), ...extra };
  const child = spawn("taskset", ["--cpu-list", "1", binary, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  await healthy(child, place);
  const pid = child.pid ?? 0;
  return {
    cpuSeconds: () => {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const values = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return (Number(values[11]) + Number(values[12])) / TICKS;
    },
    peakMiB: () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024,
    metrics: () => metricsOf(place),
    said: () => readFileSync(join(place.folder, "collector.log"), "utf8").slice(-1000),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function healthy(child: ChildProcess, { healthPort, folder }: Place): Promise<void> {
  for (let i = 0; i < 300; i += 1) {
    if (child.exitCode !== null) break;
    try {
      if ((await fetch(`http://127.0.0.1:${healthPort}`)).ok) return;
    } catch {
      // not yet
    }
    await sleep(100);
  }
  child.kill("SIGKILL");
  const said = readFileSync(join(folder, "collector.log"), "utf8").slice(-1500);
  throw new Failure(`The collector did not start: ${said}`);
}

/** Its own counters by name and labels; empty where it has none. */
export async function metricsOf({ metricsPort }: Place): Promise<ReadonlyMap<string, number>> {
  const text = await answered(`http://127.0.0.1:${metricsPort}/metrics`);
  const lines = [...text.matchAll(/^(otelcol_\w+)(\{[^}]*\})? (\S+)$/gm)];
  return new Map(lines.map(([, name, labels = "", value]) => [`${name}${labels}`, Number(value)]));
}

/** A collector with more than it can do takes its time to answer. */
async function answered(url: string): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();
    } catch (error) {
      if (attempt === 10) throw error;
      await sleep(500);
    }
  }
}

/** The sum over all series of a metric whose labels contain all of these. */
export function sum(metrics: ReadonlyMap<string, number>, name: string, ...labels: readonly string[]): number {
  return [...metrics]
    .filter(([key]) => (key === name || key.startsWith(`${name}{`)) && labels.every((label) => key.includes(label)))
    .reduce((total, [, value]) => total + value, 0);
}
