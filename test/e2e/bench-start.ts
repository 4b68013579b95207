/** `npm run bench:start`: what a warm start, a preview and a stop take, against `docker compose` with the same file in the same run. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { numberOption, readArguments } from "../../cli/arguments.ts";
import { runCommand } from "../../cli/command.ts";
import { Failure } from "../../cli/failure.ts";
import { dockerPrefix } from "../../cli/paths.ts";
import { Progress } from "../../cli/progress.ts";
import { ensureCompose } from "../../start/tools/compose.ts";
import { succeed } from "./support/run.ts";
import { configureStack, forgetStack, localDir, npmStop, stack } from "./support/stack.ts";

const help = `npm run bench:start -- [--rounds 3]

Brings a stack of its own up, then measures in turn, and prints medians in seconds: npm start with nothing changed, with and without its proof;
docker compose up -d --wait of the same file; npm run preview, and its time on the processors; at the end npm stop, and docker compose down of the
same containers. The stack is removed afterwards, with its data.`;

/** Seconds of one run. */
interface Time {
  readonly wall: number;
  /** Of all processes, user and system. */
  readonly processor: number;
}

async function main(argv: readonly string[]): Promise<number> {
  const args = readArguments(argv, "bench:start", { rounds: "text" });
  const rounds = numberOption(args, "rounds", { from: 1, to: 20, otherwise: 3, whole: true });
  const npm = (command: string, ...flags: string[]) =>
    timed("npm", "run", command, "--silent", "--", "--stack", stack, ...flags);
  const tool = await ensureCompose(new Progress({ stream: process.stderr, total: 1 }));
  const file = join(localDir, "compose.yaml");
  const project = ["--project-name", dockerPrefix(stack), "--env-file", join(localDir, "secrets.env"), "-f", file];
  const compose = (...rest: string[]) => timed(...tool.command, ...project, ...rest);

  await configureStack();
  try {
    await npm("start", "--deploy", "compose");
    if (!existsSync(file)) throw new Failure("The stack was not deployed by Docker Compose.");
    const times = { up: [] as Time[], bare: [] as Time[], start: [] as Time[], preview: [] as Time[] };
    for (let round = 0; round < rounds; round += 1) {
      times.up.push(await compose("up", "-d", "--wait"));
      times.bare.push(await npm("start", "--no-verify"));
      times.start.push(await npm("start"));
      times.preview.push(await npm("preview"));
    }
    const down = await compose("down");
    await npm("start");
    const stop = await npm("stop");
    const peer = median(times.up);
    const rows = [
      row("docker compose up -d --wait", peer),
      row("npm start -- --no-verify", median(times.bare), peer),
      row("npm start, telemetry proven", median(times.start), peer),
      row("npm run preview", median(times.preview)),
      row("docker compose down", down),
      row("npm stop", stop, down),
    ];
    console.log([`${"".padEnd(30)}  wall    CPU`, ...rows].join("\n"));
    return 0;
  } finally {
    await npmStop("--volumes");
    await forgetStack();
  }
}

function row(what: string, { wall, processor }: Time, peer?: Time): string {
  const ratio = peer === undefined ? "" : `  ${(wall / peer.wall).toFixed(1)} x`;
  return `${what.padEnd(30)}${wall.toFixed(1).padStart(6)} s${processor.toFixed(1).padStart(6)} s${ratio}`;
}

async function timed(...command: readonly string[]): Promise<Time> {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@"';
  const { all } = await succeed("bash", ["-c", script, "bash", ...command], { timeoutSeconds: 1800 });
  const [wall = 0, user = 0, system = 0] = (all.trim().split("\n").at(-1) ?? "").split(" ").map(Number);
  return { wall, processor: user + system };
}

function median(times: readonly Time[]): Time {
  const middle = times.toSorted((a, b) => a.wall - b.wall)[Math.floor(times.length / 2)];
  return middle ?? { wall: 0, processor: 0 };
}

await runCommand({ name: "bench:start", help }, main);
