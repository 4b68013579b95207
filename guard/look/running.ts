import { servicesCalled } from "../../start/deploy/stack.ts";
import type { ContainerLook, Observation } from "../observation.ts";
import { lookAtContainers } from "./containers.ts";
import { lookAtTasks } from "./tasks.ts";

/** What the containers of a stack are: on one engine, or tasks of a swarm's services. */
export type Deployment = "containers" | "swarm";

export type RunningLook = Pick<Observation, "containers" | "updates">;

/** Where the engine does not say what runs, and something else decides already. */
export const UNSEEN: RunningLook = { containers: [], updates: [] };

/** What runs of a stack, wherever its deployment has it. @throws Error, one sentence, where the engine or the swarm does not say it */
export async function lookAtRunning(stack: string, deployment: Deployment): Promise<RunningLook> {
  return deployment === "swarm" ? lookAtTasks(stack) : { containers: await lookAtContainers(stack), updates: [] };
}

/** Arguments of Docker's commands, of which one prints the log of a container, or of the service of a task. */
export const logsOf = (
  stack: string,
  deployment: Deployment,
  { name, id }: Pick<ContainerLook, "name" | "id">,
): readonly (readonly string[])[] =>
  deployment === "swarm"
    ? servicesCalled(stack, name.replace(/\.\d+$/, "")).map((service) => ["service", "logs", "--raw", service])
    : [["logs", id]];
