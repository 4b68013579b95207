import { Failure } from "../../cli/failure.ts";
import { dockerPrefix, PROJECT } from "../../cli/paths.ts";
import { lastLines, linesOf, run } from "../../cli/process.ts";
import { resourcesOnEngine } from "../../start/deploy/owner.ts";
import type { ContainerLook } from "../observation.ts";

/** Every container of a stack as it is now, deployed by any tool. @throws Failure, one sentence, where the engine does not say it in time */
export async function lookAtContainers(stack: string): Promise<readonly ContainerLook[]> {
  const all = await resourcesOnEngine(["container"]);
  const containers = all.filter((one) => one.project === PROJECT && one.stack === stack).map(({ name }) => name);
  if (containers.length === 0) return [];
  const format = "{{.Name}}\t{{.Id}}\t{{.RestartCount}}\t{{.HostConfig.RestartPolicy.Name}}\t{{json .State}}";
  const asked = await run("docker", ["inspect", "--type", "container", "--format", format, ...containers], {
    timeoutMs: 30_000,
  });
  const now = Date.now();
  const lines = linesOf(asked.stdout);
  // one that was removed meanwhile is missing among the others
  if (asked.code !== 0 && lines.length === 0)
    throw new Failure(`The engine does not say what runs: ${asked.timedOut ? "no answer" : lastLines(asked, 1)}.`);
  const looks = lines.map((line) => containerIn(line, dockerPrefix(stack), now));
  return Promise.all(
    looks.map(async (look) =>
      mayLackMemory(look) && (await lostProcesses(look, now)) ? { ...look, outOfMemory: true } : look,
    ),
  );
}

/** A server whose workers the kernel ends runs on itself, and is found by its health alone. */
const mayLackMemory = ({ state, health, outOfMemory }: ContainerLook): boolean =>
  state === "running" && health === "unhealthy" && !outOfMemory;

/** Whether the kernel ended processes of a running container for its memory. The engine tells it as events, of which it keeps the last 256. */
async function lostProcesses({ id, upSeconds }: ContainerLook, now: number): Promise<boolean> {
  const seconds = (ago: number): string => String(Math.floor(now / 1000 - ago));
  const { code, stdout } = await run(
    "docker",
    [
      "events",
      "--since",
      seconds(upSeconds),
      "--until",
      seconds(-1),
      "--filter",
      "event=oom",
      "--filter",
      `container=${id}`,
    ],
    { timeoutMs: 10_000 },
  );
  return code === 0 && stdout.trim() !== "";
}

/** Reads a line of `docker inspect` in that format. @param now milliseconds since 1970 */
export function containerIn(line: string, prefix: string, now: number): ContainerLook {
  const [name = "", id = "", restarts = "0", policy = "", json = "{}"] = line.split("\t");
  const state = JSON.parse(json) as {
    readonly Status?: string;
    readonly ExitCode?: number;
    readonly OOMKilled?: boolean;
    readonly StartedAt?: string;
    readonly Health?: { readonly Status?: string };
  };
  const isDone = policy === "no" && state.Status === "exited" && state.ExitCode === 0;
  const started = Date.parse(state.StartedAt ?? "");
  return {
    name: name.replace(/^\//, "").replace(`${prefix}-`, ""),
    id,
    state: isDone ? "done" : (state.Status ?? ""),
    health: state.Health?.Status ?? "",
    restarts: Number(restarts),
    outOfMemory: state.OOMKilled === true,
    exitCode: state.ExitCode ?? 0,
    upSeconds: Number.isNaN(started) ? 0 : Math.max(0, (now - started) / 1000),
  };
}

/** The one of them that a deployment need not be waited for any longer: the engine has started it again and again. */
export function crashing(now: readonly ContainerLook[], before: readonly ContainerLook[]): ContainerLook | undefined {
  return now.find((look) => {
    const was = before.find(({ id }) => id === look.id);
    return look.restarts - (was?.restarts ?? 0) >= 3;
  });
}
