import { randomInt } from "node:crypto";
import { numberOption, readArguments } from "../../cli/arguments.ts";
import { runCommand } from "../../cli/command.ts";
import { fuzz } from "./fuzz.ts";
import { startPrograms } from "./programs.ts";

const help = `npm run fuzz -- [options]

Generates stack files - valid, nearly valid and hostile - and runs the whole program on each, without Pulumi, account or network. A refusal
must be sentences, never a stack trace. What is accepted is read by the real collector, Prometheus, vmalert, Alertmanager and Docker Compose. Needs a Docker
Engine and the images (npm run images). Exit code: 1 a finding, with the smallest stack file that shows it, 2 the command itself could not run.

      --runs N            how many stack files; default: 300, about 2 s each
      --seed N            the same files again; default: a new seed, which is printed
      --workers N         programs that run at once; default: 2
      --show              prints the sentences of every refusal
  -h, --help              this text`;

const showSentences = (sentences: readonly string[]) =>
  console.log(sentences.map((line) => `  refused: ${line}`).join("\n"));

await runCommand({ name: "fuzz", help, failureCode: 2 }, async (argv) => {
  const args = readArguments(argv, "fuzz", { runs: "text", seed: "text", workers: "text", show: "flag" });
  const whole = (name: string, to: number, otherwise: number) =>
    numberOption(args, name, { from: 1, to, otherwise, whole: true });
  const [runs, seed, workers] = [
    whole("runs", 100_000, 300),
    whole("seed", 2 ** 31, randomInt(1, 2 ** 31)),
    whole("workers", 16, 2),
  ];
  console.log(`seed ${seed}, ${runs} stack files`);
  const programs = await startPrograms();
  try {
    const { refused, accepted, findings } = await fuzz({
      runs,
      seed,
      workers,
      programs,
      report: console.log,
      ...(args.flag("show") && { refused: showSentences }),
    });
    const read = Object.entries(programs.checked).map(([name, count]) => `${name} ${count}`);
    console.log(
      `${refused} refused in sentences, ${accepted} accepted. Read by the real programs: ${read.join(", ")}.`,
    );
    for (const { kind, said, run, file } of findings)
      console.error(`\nrun ${run} of seed ${seed}: ${kind}\n${said}\n${JSON.stringify(file, undefined, 2)}`);
    console.log(findings.length === 0 ? "No finding." : `${findings.length} kinds of findings.`);
    return findings.length === 0 ? 0 : 1;
  } finally {
    programs.remove();
  }
});
