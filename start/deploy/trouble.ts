import { run } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";
import { stackFilter } from "./remove.ts";

/** One line of `docker ps --format "{{.Names}}\t{{.State}}\t{{.Status}}"`. */
interface ContainerState {
  readonly name: string;
  readonly state: string;
  readonly status: string;
}

/** A sentence about the containers that do not run or are not healthy; "" when all are well. The log gets their last words. */
export async function troubledContainers(stack: string, progress: Progress): Promise<string> {
  const format = "{{.Names}}\t{{.State}}\t{{.Status}}";
  const listed = await run("docker", ["ps", "-a", ...stackFilter(stack), "--format", format], { timeoutMs: 30_000 });
  const troubled = troubledOf(listed.stdout);
  for (const { name } of troubled) {
    const logs = await run("docker", ["logs", "--tail", "30", name], { timeoutMs: 30_000 });
    progress.log(`--- last lines of ${name} ---\n${logs.stdout}${logs.stderr}`);
  }
  return troubleSentence(troubled);
}

export function troubledOf(listing: string): readonly ContainerState[] {
  return (
    listing
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.split("\t"))
      .map(([name = "", state = "", status = ""]) => ({ name, state, status }))
      .filter(({ state, status }) => state !== "running" || /unhealthy|health: starting/.test(status))
      // A finished one-shot container did its work.
      .filter(({ state, status }) => !(state === "exited" && status.startsWith("Exited (0)")))
  );
}

export function troubleSentence(troubled: readonly ContainerState[]): string {
  const [first] = troubled;
  if (first === undefined) return "";
  const list = troubled.map(({ name, status }) => `${name} (${status.toLowerCase()})`).join(", ");
  return `Not every container came up: ${list}; see why with "docker logs ${first.name}", mend it and run "npm start" again.`;
}
