/** `npm run bench:overload`: the collector in a container with its memory limit and too little processor time, and where every span and request went. */

import { numberOption, readArguments } from "../../cli/arguments.ts";
import { runCommand } from "../../cli/command.ts";
import { measure } from "./overload-trial.ts";
import { memoryMiB } from "./variants.ts";

const help = `npm run bench:overload -- [--rate 5000] [--seconds 120] [--cpus 0.3] [--only all,tail-99] [--collector <path>]

Sends so many spans a second (and logs and metrics in proportion) to the collector in a container with a memory limit of ${memoryMiB} MiB and less than one processor, and prints
the most memory it held, how often the kernel ended it, and what became of every span. Exit code 1 where it was ended, exceeded the limit, or a span is uncounted. Linux, cgroup 2.`;

async function main(argv: readonly string[]): Promise<number> {
  const options = { rate: "text", seconds: "text", cpus: "text", only: "text", collector: "text" } as const;
  const args = readArguments(argv, "bench:overload", options);
  const rate = numberOption(args, "rate", { from: 10, to: 50_000, otherwise: 5000, whole: true });
  const seconds = numberOption(args, "seconds", { from: 10, to: 3600, otherwise: 120, whole: true });
  const cpus = numberOption(args, "cpus", { from: 0.05, to: 64, otherwise: 0.3 });
  const names = (args.text("only") ?? "all,tail-99").split(",");
  let bad = 0;
  for (const name of names) {
    const one = await measure(name, { rate, seconds, cpus, binary: args.text("collector") });
    console.log(`${name}, ${rate} spans/s for ${seconds} s on ${cpus} processors`);
    for (const [what, value] of Object.entries(one)) console.log(`  ${what.padEnd(38)} ${value}`);
    if (one["ended by the kernel"] || one["spans uncounted"] !== 0 || one["most memory, MiB"] > memoryMiB) bad = 1;
  }
  return bad;
}

await runCommand({ name: "bench:overload", help }, main);
