import { ofStack } from "../../cli/paths.ts";
import { run } from "../../cli/process.ts";
import { lastWords } from "./health.ts";

/** What ran for less than this at a look, and was restarted before, will end again. */
const RAN_MS = 60_000;

/**
 * A sentence about containers that end and are started again, ends included: Docker calls one without a health check "running" in between, so a
 * deployment waits for none of them. "" where there is none.
 */
export async function crashLoops(stack: string, now = Date.now()): Promise<string> {
  const listed = await run("docker", ["ps", "-aq", ...ofStack(stack)], { timeoutMs: 30_000 });
  const ids = listed.stdout.split("\n").filter((id) => id !== "");
  if (ids.length === 0) return "";
  const format = "{{.Name}}\t{{.RestartCount}}\t{{.State.Restarting}}\t{{.State.StartedAt}}";
  const asked = await run("docker", ["inspect", "--format", format, ...ids], { timeoutMs: 30_000 });
  const [first, ...others] = loopsIn(asked.stdout, now);
  if (first === undefined) return "";
  const words = await lastWords(first.name);
  const also = others.length === 0 ? "" : `; so do ${others.map(({ name }) => name).join(", ")}`;
  return `${first.name} ends and is started again and again, ${first.times} times so far${also}${words === undefined ? "" : `. ${words}`}; see why with "docker logs ${first.name}".`;
}

/** @param inspected a line for each container, as `crashLoops` asks for it */
export const loopsIn = (inspected: string, now: number): readonly { readonly name: string; readonly times: number }[] =>
  inspected
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\t"))
    .filter(
      ([, times, restarting, started = ""]) =>
        Number(times) >= 2 && (restarting === "true" || now - Date.parse(started) < RAN_MS),
    )
    .map(([name = "", times]) => ({ name: name.replace(/^\//, ""), times: Number(times) }));
