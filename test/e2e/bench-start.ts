/** `npm run bench:start`: what a warm start, a preview and a stop take, against `docker compose` with the same file in the same run. */

import { existsSync } from "node:fs";
import path from "node:path";
import { numberOption, readArguments, stackName } from "../../cli/arguments.ts";
import { runCommand } from "../../cli/command.ts";
import { Failure } from "../../cli/failure.ts";
import { dockerPrefix, localFolder } from "../../cli/paths.ts";
import { Progress } from "../../cli/progress.ts";
import { ensureCompose } from "../../start/tools/compose.ts";
import { run } from "./support/run.ts";

const help = `npm run bench:start -- [--stack dev] [--rounds 3]

Brings the stack up, then measures in turn, and prints medians in seconds: npm start with nothing changed, with and without its proof;
docker compose up -d --wait of the same file; npm run preview; at the end npm stop, and docker compose down of the same containers.
The stack is stopped afterwards; its data stays.`;

async function main(argv: readonly string[]): Promise<number> {
  const args = readArguments(argv, "bench:start", { stack: "text", rounds: "text" });
  const stack = stackName(args.text("stack"));
  const rounds = numberOption(args, "rounds", { from: 1, to: 20, otherwise: 3, whole: true });
  const npm = (command: string, ...flags: string[]) =>
    timed("npm", ["run", command, "--silent", "--", "--stack", stack, ...flags]);
  const tool = await ensureCompose(new Progress({ stream: process.stderr, total: 1 }));
  const folder = localFolder(stack);
  const project = ["--project-name", dockerPrefix(stack), "--env-file", path.join(folder, "secrets.env")];
  const compose = (...rest: string[]) => {
    const [program, ...leading] = tool.command;
    return timed(program, [...leading, ...project, "-f", path.join(folder, "compose.yaml"), ...rest]);
  };

  await npm("start", "--deploy", "compose");
  if (!existsSync(path.join(folder, "compose.yaml")))
    throw new Failure("The stack was not deployed by Docker Compose.");
  const [start, bare, up, preview]: number[][] = [[], [], [], []];
  for (let round = 0; round < rounds; round += 1) {
    up?.push(await compose("up", "-d", "--wait"));
    bare?.push(await npm("start", "--no-verify"));
    start?.push(await npm("start"));
    preview?.push(await npm("preview"));
  }
  const down = await compose("down");
  await npm("start");
  const stop = await npm("stop");
  const peer = median(up);
  console.log(
    [
      line("docker compose up -d --wait", peer),
      line("npm start -- --no-verify", median(bare), peer),
      line("npm start, telemetry proven", median(start), peer),
      line("npm run preview", median(preview)),
      line("docker compose down", down),
      line("npm stop", stop, down),
    ].join("\n"),
  );
  return 0;
}

const line = (what: string, seconds: number, peer?: number) =>
  `${what.padEnd(30)}${seconds.toFixed(1).padStart(6)} s${peer === undefined ? "" : `  ${(seconds / peer).toFixed(1)} x`}`;

async function timed(program: string, args: readonly string[]): Promise<number> {
  const outcome = await run(program, args, { timeoutSeconds: 1800 });
  if (outcome.code !== 0) throw new Failure(`${program} ${args.join(" ")} failed: ${outcome.all.trim().slice(-500)}`);
  return outcome.seconds;
}

function median(numbers: readonly number[] = []): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

await runCommand({ name: "bench:start", help }, main);
