import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { containerName } from "./stack.ts";

/** Programs in `misuse/` that do harm with the application's own credentials until they are asked to end. */
export type Misuse = "poison" | "deadlocks" | "redis_flood" | "two_values" | "wrong_clocks";

/**
 * Starts one in api's container. The returned function ends it, by ending its standard input, and waits until it has cleaned up.
 *
 * @throws Error from that function when the program failed: then it did no harm, and the test would wait in vain
 */
export async function misuse(name: Misuse): Promise<() => Promise<void>> {
  const program = await readFile(new URL(`misuse/${name}.py`, import.meta.url), "utf8");
  const child = spawn("docker", ["exec", "-i", containerName("api"), "python", "-c", program]);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return async () => {
    child.stdin.end();
    const code = await ended;
    if (code !== 0) throw new Error(`misuse/${name}.py ended with ${code}:\n${said.slice(-1000)}`);
  };
}
