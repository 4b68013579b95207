import type { Observation } from "../observation.ts";
import { lookAtContainers } from "./containers.ts";
import { lookAtTasks } from "./tasks.ts";

/** What the containers of a stack are: on one engine, or tasks of a swarm's services. */
export type Deployment = "containers" | "swarm";

export type RunningLook = Pick<Observation, "containers" | "updates">;

/** What runs of a stack, wherever its deployment has it. */
export async function lookAtRunning(stack: string, deployment: Deployment): Promise<RunningLook> {
  return deployment === "swarm" ? lookAtTasks(stack) : { containers: await lookAtContainers(stack), updates: [] };
}
