import path from "node:path";
import { numberOption, readArguments, stackName } from "../cli/arguments.ts";
import { runCommand } from "../cli/command.ts";
import { Failure } from "../cli/failure.ts";
import { ROOT } from "../cli/paths.ts";
import { Progress } from "../cli/progress.ts";
import { contentOfStackFile } from "../offline/stack-content.ts";
import { difference } from "./compare/difference.ts";
import { spoken } from "./compare/finding.ts";
import { textsOf } from "./compare/reads.ts";
import { record } from "./record/record.ts";
import { readInventory } from "./record/recording.ts";
import { quiet, renderText } from "./render/text.ts";

const help = `npm run difference -- BASE HEAD [options]
npm run difference -- --record FILE [options]

Compares the telemetry of two runs in the same use: what vanished, appeared, changed its type or unit, grew in cardinality, which traces end early,
and which panels, alerts and objectives of the stack have nothing to read any more. BASE and HEAD are recordings, inventories, or files of the
collector's file exporter. Exit code: 0 nothing breaks, 1 something does, 2 the command itself could not run.

      --json              the differences as JSON
      --inventory         of one file: its inventory as JSON, names and counts without any value

      --record FILE       runs a copy of the stack beside it, uses it as its drive does, and records what its collector delivers (about two minutes)
      --rounds N          how often it is used, default 4
      --project DIR       records the program of another checkout, such as that of the base
      --images FROM       official or local, whence the images of databases are; default official. All images must be there: npm run images
      --port-offset N     added to every port of the copy, default 13000

  -s, --stack NAME        whose content is looked at, and which is recorded; default dev
  -h, --help              this text`;

if (import.meta.main) {
  await runCommand({ name: "difference", help, failureCode: 2 }, async (argv) => {
    const args = readArguments(
      argv,
      "difference",
      {
        ...{ json: "flag", inventory: "flag" },
        ...{ record: "text", stack: "text", project: "text", rounds: "text", "port-offset": "text", images: "text" },
      },
      true,
    );
    const stack = stackName(args.text("stack"));
    const content = await contentOfStackFile(stack);
    const texts = textsOf(content);
    const out = args.text("record");
    if (out !== undefined) {
      const rounds = numberOption(args, "rounds", { from: 2, to: 50, otherwise: 4, whole: true });
      const portOffset = numberOption(args, "port-offset", { from: 1, to: 50_000, otherwise: 13_000, whole: true });
      const projectDir = path.resolve(args.text("project") ?? ROOT);
      const progress = new Progress({ stream: process.stderr, total: 3 });
      const images = args.text("images") ?? "official";
      if (images !== "official" && images !== "local")
        throw new Failure(`--images "${images}" is not known: write official or local.`);
      await record({ projectDir, stack, rounds, portOffset, images, texts, out }, progress);
      return 0;
    }
    const [base, head] = args.positionals;
    if (args.flag("inventory") && base !== undefined) {
      console.log(JSON.stringify(readInventory(base, texts)));
      return 0;
    }
    if (base === undefined || head === undefined || args.positionals.length > 2)
      throw new Failure("difference: name two files, the base's and the head's. See: npm run difference -- --help");
    const [before, after] = [readInventory(base, texts), readInventory(head, texts)];
    const findings = difference(before, after, content);
    console.log(
      args.flag("json")
        ? JSON.stringify(
            findings.map(({ sentence, ...rest }) => ({ ...rest, text: spoken(sentence, quiet) })),
            undefined,
            2,
          )
        : renderText(findings, `Telemetry of stack ${stack}: ${base} compared with ${head}`),
    );
    return findings.some(({ severity }) => severity === "breaks") ? 1 : 0;
  });
}
