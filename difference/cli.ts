import path from "node:path";
import { type CommandLine, numberOption, type OptionKind, readArguments, stackName } from "../cli/arguments.ts";
import { runCommand } from "../cli/command.ts";
import { Failure } from "../cli/failure.ts";
import { requireWritable, writeNamed } from "../cli/named-file.ts";
import { ROOT } from "../cli/paths.ts";
import { Progress } from "../cli/progress.ts";
import type { ImageSource } from "../images/catalogue.ts";
import { parseSetting } from "../offline/config-setting.ts";
import { secretFromEnvironment, secretsOfStack } from "../offline/secret-settings.ts";
import { contentOfStackFile } from "../offline/stack-content.ts";
import { difference } from "./compare/difference.ts";
import { type Finding, spoken } from "./compare/finding.ts";
import { textsOf } from "./compare/reads.ts";
import { record } from "./record/record.ts";
import { readInventory } from "./record/recording.ts";
import { renderMarkdown } from "./render/markdown.ts";
import { quiet, renderText } from "./render/text.ts";
import { reservations } from "./render/words.ts";

const help = `npm run difference -- BASE HEAD [options]
npm run difference -- --record FILE [options]

Compares the telemetry of two runs in the same use: what is gone, new, of another type or unit, what grew in cardinality, which traces end early,
and which panels, alerts and objectives of the stack have nothing to read any more. BASE and HEAD are recordings, inventories, or files of the
collector's file exporter. Exit code: 0 nothing breaks, 1 something does, 2 the command itself could not run.

      --json              the differences as JSON
      --markdown FILE     also the body of a comment below a pull request
      --inventory FILE    instead: the inventory of one run as JSON; names, types and counts, no value of anything

      --record FILE       runs a copy of the stack beside it, uses it as its drive says, and records what its collector delivers (two minutes).
                          The images must be there: npm run images
      --rounds N          how often it is used, default 4
      --project DIR       records the program in another checkout, such as the base's
      --images FROM       whence the images of databases are: official (default) or local
      --config KEY=VALUE  one config value of the copy; may be repeated
      --secret KEY        a secret of the copy, whose value is in the environment, as for npm run preview; may be repeated
      --port-offset N     added to every port of the copy, default 13000

  -s, --stack NAME        which stack is recorded, and whose content is looked at; default dev
  -h, --help              this text`;

const OPTIONS: Readonly<Record<string, OptionKind>> = {
  json: "flag",
  markdown: "text",
  inventory: "text",
  stack: "text",
  record: "text",
  project: "text",
  rounds: "text",
  images: "text",
  config: "list",
  secret: "list",
  "port-offset": "text",
};

/** Runs the command and gives its exit code. */
export async function differenceCommand(argv: readonly string[]): Promise<number> {
  const args = readArguments(argv, "difference", OPTIONS, true);
  const stack = stackName(args.text("stack"));
  const [out, single, markdown] = [args.text("record"), args.text("inventory"), args.text("markdown")];
  // before minutes of work
  for (const file of [out, markdown]) if (file !== undefined) requireWritable(file);
  const content = await contentOfStackFile(stack);
  const texts = textsOf(content);
  if (out !== undefined) {
    await record({ ...wanted(args, stack), stack, texts, out }, new Progress({ stream: process.stderr, total: 3 }));
    return 0;
  }
  if (single !== undefined) {
    console.log(JSON.stringify(readInventory(single, texts)));
    return 0;
  }
  const [base, head, ...others] = args.positionals;
  if (base === undefined || head === undefined || others.length > 0)
    throw new Failure("difference: name two files, the base's and the head's. See: npm run difference -- --help");
  const [before, after] = [readInventory(base, texts), readInventory(head, texts)];
  const findings = difference(before, after, content);
  if (markdown !== undefined) writeNamed(markdown, renderMarkdown(findings, { stack, base: before, head: after }));
  const compared = `Telemetry of stack ${stack}, ${base} compared with ${head}`;
  console.log(args.flag("json") ? json(findings) : renderText(findings, compared, reservations(before, after)));
  return findings.some(({ severity }) => severity === "breaks") ? 1 : 0;
}

function wanted(args: CommandLine, stack: string) {
  const secrets = args.list("secret").map((key) => secretFromEnvironment(key, process.env));
  return {
    projectDir: path.resolve(args.text("project") ?? ROOT),
    rounds: numberOption(args, "rounds", { from: 2, to: 50, otherwise: 4, whole: true }),
    portOffset: numberOption(args, "port-offset", { from: 1, to: 50_000, otherwise: 13_000, whole: true }),
    images: imageSource(args.text("images")),
    set: [...secretsOfStack(stack), ...args.list("config").map(parseSetting), ...secrets],
  };
}

function imageSource(given = "official"): ImageSource {
  if (given === "official" || given === "local") return given;
  throw new Failure(`--images "${given}" is not known: write official or local.`);
}

/** One difference as `--json` prints it. */
export interface SpokenFinding extends Omit<Finding, "sentence"> {
  readonly text: string;
}

const json = (findings: readonly Finding[]): string =>
  JSON.stringify(
    findings.map(({ sentence, ...rest }): SpokenFinding => ({ ...rest, text: spoken(sentence, quiet) })),
    undefined,
    2,
  );

if (import.meta.main) await runCommand({ name: "difference", help, failureCode: 2 }, differenceCommand);
