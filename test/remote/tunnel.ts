import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "../../cli/paths.ts";
import type { Env } from "./frame.ts";

/** Whether `npm run tunnel` makes a stack's addresses answer here for as long as it runs, and no longer. @returns "" or what did not hold */
export async function tunnelled(stack: string, env: Env): Promise<string> {
  const outputs = JSON.parse(readFileSync(path.join(ROOT, ".local", stack, "outputs.json"), "utf8"));
  const health = String(outputs.collectorHealth);
  if ((await statusOf(health)) !== undefined) return `${health} answers without a tunnel`;
  const args = [path.join(ROOT, "start", "bootstrap.mjs"), "tunnel", "--stack", stack];
  const tunnel = spawn(process.execPath, args, { cwd: ROOT, env: { ...process.env, ...env } });
  let said = "";
  for (const stream of [tunnel.stdout, tunnel.stderr])
    stream.on("data", (text) => {
      said += text;
    });
  const ended = new Promise<number | null>((resolve) => tunnel.once("close", resolve));
  for (let tries = 0; tries < 240 && !said.includes("Reachable until Ctrl-C") && tunnel.exitCode === null; tries += 1)
    await sleep(250);
  const statuses = await Promise.all([health, ...Object.values<string>(outputs.published)].map(statusOf));
  tunnel.kill("SIGINT");
  await ended;
  if (statuses.some((status) => status === undefined)) return `${said}\nanswers: ${statuses.join(", ")}`;
  return (await statusOf(health)) === undefined ? "" : `${health} still answers`;
}

/** Undefined: nothing answers. */
const statusOf = (url: string): Promise<number | undefined> =>
  fetch(url, { redirect: "manual", signal: AbortSignal.timeout(10_000) }).then(
    ({ status }) => status,
    () => undefined,
  );
