import { createHash } from "node:crypto";
import { dockerPrefix, ofStack } from "../../cli/paths.ts";
import { linesOf, run } from "../../cli/process.ts";
import type { ContainerLook, UpdateLook } from "../observation.ts";

/** What a swarm says of a stack's services. */
export interface SwarmLook {
  /** One a task that should run, in the words of a container. */
  readonly containers: readonly ContainerLook[];
  readonly updates: readonly UpdateLook[];
}

/** Every service of a stack on the swarm that Docker's command asks. @throws Error, one sentence, where it is no manager of one, or does not answer */
export async function lookAtTasks(stack: string): Promise<SwarmLook> {
  const ids = linesOf(await asked(["service", "ls", "--quiet", ...ofStack(stack)]));
  if (ids.length === 0) return { containers: [], updates: [] };
  const [services, tasks] = await Promise.all([
    asked(["service", "inspect", ...ids]),
    asked(["service", "ps", "--quiet", "--no-trunc", ...ids]),
  ]);
  const taskIds = [...new Set(linesOf(tasks))];
  const described = taskIds.length === 0 ? "[]" : await asked(["inspect", "--type", "task", ...taskIds]);
  return swarmIn(JSON.parse(services), JSON.parse(described), dockerPrefix(stack), Date.now());
}

async function asked(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run("docker", args, { timeoutMs: 30_000 });
  // a task of the history may be gone by the time that it is asked for
  if (code === 0 || (args[0] === "inspect" && stdout.trim().startsWith("["))) return stdout;
  throw new Error(`The swarm does not say what runs: ${linesOf(stderr).at(-1) ?? `exit code ${code}`}`);
}

/** As the engine's API describes a service; only what is read here. */
export interface Service {
  readonly ID: string;
  readonly CreatedAt?: string;
  readonly Spec: { readonly Name: string; readonly Mode?: { readonly Replicated?: { readonly Replicas?: number } } };
  readonly UpdateStatus?: { readonly State?: string; readonly StartedAt?: string; readonly Message?: string };
}

/** The same of a task. */
export interface Task {
  readonly ID: string;
  readonly ServiceID: string;
  readonly NodeID?: string;
  readonly Slot?: number;
  readonly CreatedAt: string;
  readonly DesiredState: string;
  readonly Status: {
    readonly State: string;
    readonly Timestamp: string;
    readonly Err?: string;
    readonly ContainerStatus?: { readonly ExitCode?: number };
  };
}

/** Pure. @param prefix of the services' names @param now milliseconds since 1970 */
export function swarmIn(services: readonly Service[], tasks: readonly Task[], prefix: string, now: number): SwarmLook {
  const looks = services.map((service) => {
    const name = service.Spec.Name.replace(prefix, "").replace(/^[-_]/, "");
    const own = tasks.filter(({ ServiceID }) => ServiceID === service.ID);
    return { name, service, own };
  });
  return {
    containers: looks.flatMap(({ name, service, own }) => containersOf(name, service, own, now)),
    updates: looks.flatMap(({ name, service }) => updateOf(name, service)),
  };
}

function updateOf(name: string, { UpdateStatus }: Service): readonly UpdateLook[] {
  const { State: state, StartedAt: startedAt = "", Message: message = "" } = UpdateStatus ?? {};
  return state === undefined || state === "" ? [] : [{ name, state, startedAt, message }];
}

function containersOf(name: string, service: Service, own: readonly Task[], now: number): readonly ContainerLook[] {
  // tasks of before an update were replaced, whatever became of them
  const since = Date.parse(service.UpdateStatus?.StartedAt ?? service.CreatedAt ?? "") || 0;
  const id = createHash("sha256")
    .update(JSON.stringify([service.ID, service.Spec]))
    .digest("hex");
  const places = [...Map.groupBy(own, ({ Slot, NodeID = "" }) => Slot ?? NodeID).entries()];
  return places.flatMap(([place, all], i) => {
    const sorted = all.toSorted((a, b) => Date.parse(b.CreatedAt) - Date.parse(a.CreatedAt));
    // without one that should run the place is given up: fewer replicas, a node less
    const newest = sorted.find(({ DesiredState }) => ["running", "ready"].includes(DesiredState));
    if (newest === undefined) return [];
    const ended = sorted.filter((task) => task !== newest && Date.parse(task.CreatedAt) >= since && hasFailed(task));
    const [last] = ended;
    const { State: state, Timestamp, Err = "" } = newest.Status;
    const why = Err || (state === "running" ? "" : (last?.Status.Err ?? ""));
    return [
      {
        name: places.length === 1 ? name : `${name}.${typeof place === "number" ? place : i + 1}`,
        id: `${id.slice(0, 12)}.${place}`,
        state,
        // a task runs once its health command says so
        health: "",
        restarts: ended.length,
        outOfMemory: false,
        exitCode: (newest.Status.ContainerStatus?.ExitCode || last?.Status.ContainerStatus?.ExitCode) ?? 0,
        upSeconds: state === "running" ? Math.max(0, (now - Date.parse(Timestamp)) / 1000) : 0,
        ...(why !== "" && { why }),
      },
    ];
  });
}

/** Swarm keeps five ended tasks of a place, so that no more are counted. */
const hasFailed = ({ Status }: Task): boolean => ["failed", "rejected", "orphaned"].includes(Status.State);
