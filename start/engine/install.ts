import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { Failure } from "../../cli/failure.ts";
import { localFolder } from "../../cli/paths.ts";
import { isRunning, lastLines, run, startOf } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";
import { until } from "../../cli/time.ts";
import { writeWhole } from "../../cli/whole-file.ts";

const APT_ENV = { DEBIAN_FRONTEND: "noninteractive" };

/** Installs docker.io from the distribution. Needs root. Throws a Failure with apt's own last lines. */
export async function installEngine(progress: Progress): Promise<void> {
  const onLine = (line: string) => progress.doing(line);
  // A fresh machine has no package lists; an old list would name packages that no longer exist.
  const update = await run("apt-get", ["update", "-q"], { env: APT_ENV, onLine, timeoutMs: 300_000 });
  if (update.code !== 0) throw new Failure(`"apt-get update" failed: ${lastLines(update, 2)}`);
  const install = await run("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...(await packages())], {
    env: APT_ENV,
    onLine,
    timeoutMs: 900_000,
  });
  if (install.code !== 0) throw new Failure(`Installing docker.io failed: ${lastLines(install, 3)}`);
}

/** Newer distributions keep the command line and the image builder in packages of their own. */
async function packages(): Promise<readonly string[]> {
  const optional = ["docker-cli", "docker-buildx"];
  const known = await run("apt-cache", ["pkgnames", "docker-"], { timeoutMs: 60_000 });
  const names = new Set(known.stdout.split("\n"));
  return ["docker.io", "ca-certificates", "iptables", ...optional.filter((name) => names.has(name))];
}

/** An engine process of our own making, on machines without systemd. */
interface OwnEngine {
  readonly pid: number;
  readonly started: string;
}

const recordFile = () => path.join(localFolder("engine"), "dockerd.json");
const logFile = () => path.join(localFolder("engine"), "dockerd.log");

/** Starts the installed engine: by systemd where it runs, else as a detached process whose id we keep. */
export async function startEngine(progress: Progress): Promise<void> {
  if (existsSync("/run/systemd/system")) {
    const started = await run("systemctl", ["start", "docker"], { timeoutMs: 120_000 });
    if (started.code !== 0) {
      throw new Failure(`"systemctl start docker" failed: ${lastLines(started, 1)} (see "journalctl -u docker").`);
    }
    return;
  }
  progress.note("no systemd here: running dockerd in the background, log in .local/engine/dockerd.log");
  const log = openSync(logFile(), "a", 0o600);
  const child = spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log] });
  child.unref();
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", () => resolve());
    child.once("error", (error) => reject(new Failure(`dockerd could not be started: ${error.message}.`)));
  });
  const pid = child.pid ?? 0;
  writeWhole(recordFile(), JSON.stringify({ pid, started: startOf(pid) } satisfies OwnEngine), 0o600);
}

/** Why the engine that `startEngine` made has ended, in its own words; undefined while it runs or where systemd runs it. */
export function ownEngineEnded(): string | undefined {
  const own = readOwnEngine();
  if (own === undefined || isRunning(own.pid, own.started)) return undefined;
  const log = readFileSync(logFile(), "utf8").split("\n");
  return log.findLast((line) => /failed|fatal|error/i.test(line))?.slice(0, 300) ?? "no reason given";
}

/** Whether an engine that `startEngine` made runs. */
export function ownEngineRuns(): boolean {
  const own = readOwnEngine();
  return own !== undefined && isRunning(own.pid, own.started);
}

/** Stops the engine only if it is the very process that `startEngine` made. Says whether there was one. */
export async function stopOwnEngine(): Promise<boolean> {
  const own = readOwnEngine();
  if (own === undefined || !isRunning(own.pid, own.started)) return false;
  process.kill(own.pid, "SIGTERM");
  const ended = await until(async () => (isRunning(own.pid, own.started) ? undefined : true), {
    timeoutMs: 60_000,
    everyMs: 300,
  });
  if (ended === undefined)
    throw new Failure(`dockerd (process ${own.pid}) does not stop: see .local/engine/dockerd.log.`);
  rmSync(recordFile(), { force: true });
  return true;
}

function readOwnEngine(): OwnEngine | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(), "utf8")) as OwnEngine;
  } catch {
    return undefined;
  }
}
