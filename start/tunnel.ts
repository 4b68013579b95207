/** `npm run tunnel`: the published ports of a stack on a remote engine, on this machine's 127.0.0.1 for as long as it runs. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { readArguments, stackName } from "../cli/arguments.ts";
import { runCommand } from "../cli/command.ts";
import { useEngine } from "../cli/engine.ts";
import { Failure } from "../cli/failure.ts";
import { announceTunnel, forwardPorts, loopbackPorts, tunnelRuns } from "../cli/forward.ts";
import { notRunning } from "../cli/not-running.ts";
import { ROOT } from "../cli/paths.ts";
import { interruption } from "../cli/process.ts";
import { pulumiOutputs } from "../cli/pulumi.ts";
import { existingStack } from "../cli/stacks.ts";
import { outputsFile } from "../verify/outputs.ts";
import { openable } from "./report/result.ts";

const help = `npm run tunnel -- [--stack dev]

Makes the pages and ports of a stack on a remote engine (ssh:// or tcp://) reachable at the addresses that npm start printed, until Ctrl-C.
It goes through Docker's own API: whoever may use the engine may use it, and no port is opened on any other machine.
Exit code: 0 ended by Ctrl-C, or the engine is on this machine, 1 the command itself could not run.`;

async function main(argv: readonly string[]): Promise<number> {
  const stack = existingStack(stackName(readArguments(argv, "tunnel", { stack: "text" }).text("stack")));
  const engine = await useEngine(stack);
  if (!engine.isRemote) {
    console.log(
      `The engine of stack ${stack} is on this machine (${engine.address}): its ports are reachable as they are.`,
    );
    return 0;
  }
  if (tunnelRuns(stack)) throw new Failure(`Another "npm run tunnel" forwards the ports of stack ${stack} already.`);
  const outputs = await outputsOf(stack);
  const forwarding = await forwardPorts(stack, loopbackPorts(outputs));
  const forget = announceTunnel(stack);
  for (const [name, url] of Object.entries(openable(outputs))) console.log(`  ${name}  ${url}`);
  console.log(`Reachable until Ctrl-C, through ${engine.address}.`);
  await new Promise<void>((resolve) => {
    const held = setInterval(() => undefined, 60_000);
    const end = () => {
      clearInterval(held);
      resolve();
    };
    if (interruption.aborted) end();
    interruption.addEventListener("abort", end, { once: true });
  });
  forget();
  await forwarding.close();
  return 0;
}

async function outputsOf(stack: string): Promise<Parameters<typeof openable>[0]> {
  const file = path.join(ROOT, outputsFile(stack));
  const text = existsSync(file) ? readFileSync(file, "utf8") : await pulumiOutputs(stack);
  if (text === undefined) throw notRunning(outputsFile(stack));
  return JSON.parse(text);
}

await runCommand({ name: "tunnel", help }, main);
