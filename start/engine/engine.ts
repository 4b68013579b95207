import { readFileSync } from "node:fs";
import os from "node:os";
import { Failure } from "../../cli/failure.ts";
import { interruption, run } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";
import { until } from "../../cli/time.ts";
import { diagnose, type EngineState, remedyFor, type Surroundings, VERSION_ARGS } from "./diagnosis.ts";
import { installEngine, ownEngineEnded, startEngine } from "./install.ts";

/** An engine that answers. */
export interface Engine {
  readonly version: string;
  readonly apiVersion: string;
  /** What we had to do for it. */
  readonly origin: "found" | "started" | "installed";
}

/**
 * Makes sure that a Docker Engine answers: the one that runs, else this machine's, started, else the distribution's, installed and started.
 *
 * Never touches an engine that runs, nor one that DOCKER_HOST or a context names. Throws a Failure that says what is missing.
 */
export async function ensureEngine(progress: Progress): Promise<Engine> {
  const state = await askEngine();
  if (state.kind === "running") return { ...state, origin: "found" };
  const surroundings = await lookAround();
  const remedy = remedyFor(state, surroundings);
  switch (remedy.kind) {
    case "advise":
      throw new Failure(remedy.sentence);
    case "start":
      progress.note("Docker Engine is installed but not running: starting it");
      await startEngine(progress);
      return { ...(await waitForEngine(progress)), origin: "started" };
    case "install": {
      progress.note("no Docker Engine on this machine: installing the distribution's package docker.io");
      await installEngine(progress);
      // Where systemd runs, the package has started it already.
      if ((await askEngine()).kind !== "running") await startEngine(progress);
      return { ...(await waitForEngine(progress)), origin: "installed" };
    }
    case "none":
      throw new Failure("The Docker Engine answered and then stopped answering: run the same command again.");
    default:
      return remedy satisfies never;
  }
}

/** What the engine says now; at most 20 s. */
export async function askEngine(): Promise<EngineState> {
  return diagnose(await run("docker", VERSION_ARGS, { timeoutMs: 20_000 }));
}

async function waitForEngine(progress: Progress): Promise<Extract<EngineState, { kind: "running" }>> {
  progress.doing("waiting for it to answer");
  let ended: string | undefined;
  const state = await until(
    async () => {
      ended = ownEngineEnded();
      const now = await askEngine();
      if (now.kind === "running") return now;
      return ended === undefined ? undefined : ("ended" as const);
    },
    { timeoutMs: 60_000, everyMs: 500, signal: interruption },
  );
  if (state === "ended") {
    throw new Failure(
      `The Docker Engine was started and ended at once (${ended}): mend that, or install and start an engine yourself.`,
    );
  }
  if (state === undefined) {
    throw new Failure(
      'The Docker Engine was started but does not answer within 60 s: its reason is in .local/engine/dockerd.log or in "journalctl -u docker".',
    );
  }
  return state;
}

async function lookAround(): Promise<Surroundings> {
  const context = (await run("docker", ["context", "show"], { timeoutMs: 10_000 })).stdout.trim();
  const dockerHost = process.env.DOCKER_HOST;
  return {
    ...(dockerHost ? { dockerHost } : {}),
    ...(context !== "" && context !== "default" ? { context } : {}),
    isRoot: process.getuid?.() === 0,
    user: userName(),
    hasApt: isDebianLike(),
    hasDaemon: (await run("dockerd", ["--version"], { timeoutMs: 10_000 })).code === 0,
  };
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? ""}`;
  }
}

function isDebianLike(): boolean {
  try {
    return /^(ID|ID_LIKE)=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}
