import { inGroups } from "../../cli/engine.ts";
import { ofStack } from "../../cli/paths.ts";
import { lastLines, linesOf, run } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";

/** Of each line: name, restart policy, and the ports that it publishes once it runs. */
const FORMAT = "{{.Name}}\t{{.HostConfig.RestartPolicy.Name}}\t{{json .HostConfig.PortBindings}}";

/**
 * Starts the containers that publish ports and were stopped, before Pulumi's refresh looks at them. The provider reads no ports of a stopped
 * container and takes that for a change which only another container undoes: its id, its log and what it wrote outside volumes were lost.
 * What publishes nothing is started by the update itself.
 */
export async function startStopped(stack: string, progress: Progress): Promise<void> {
  const options = { timeoutMs: 60_000 };
  const stopped = ["ps", "-a", "-q", ...ofStack(stack), "--filter", "status=exited"];
  const ids = linesOf((await run("docker", stopped, options)).stdout);
  for (const group of inGroups(ids)) {
    if (group.length === 0) continue;
    const names = publishing((await run("docker", ["inspect", "--format", FORMAT, ...group], options)).stdout);
    if (names.length === 0) continue;
    progress.note(`${names.join(", ")}: stopped, started again`);
    const started = await run("docker", ["start", ...names], options);
    // the update then says what is wrong with it
    if (started.code !== 0) progress.log(lastLines(started, 3));
  }
}

/** Names of those that are meant to run and publish ports; a task has done its work. Pure. */
export function publishing(inspected: string): readonly string[] {
  return linesOf(inspected)
    .map((line) => line.split("\t"))
    .filter(([, restart, ports = "null"]) => restart !== "no" && Object.keys(JSON.parse(ports) ?? {}).length > 0)
    .map(([name = ""]) => name.replace(/^\//, ""));
}
