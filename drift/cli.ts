import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { readArguments, stackName } from "../cli/arguments.ts";
import { runCommand } from "../cli/command.ts";
import { useEngine } from "../cli/engine.ts";
import { Failure, messageOf } from "../cli/failure.ts";
import { lastLines } from "../cli/process.ts";
import { pulumi, pulumiOnPath } from "../cli/pulumi.ts";
import { openConnection } from "../cli/ssh-connection.ts";
import { existingStack } from "../cli/stacks.ts";
import { localState } from "../start/deploy/pulumi.ts";
import { readDashboard } from "./boards/dashboard.ts";
import { loadModel, renderedBoard } from "./boards/load.ts";
import type { Model } from "./boards/model.ts";
import { boardPatch } from "./boards/patch.ts";
import { driftOf } from "./drifted.ts";
import { asJson, asMarkdown, asText, type BoardPatch, findings } from "./report.ts";

const help = `npm run drift -- [options]

What is not as it was deployed, why, and what can be done about it: containers changed by hand, boards and rules edited in a UI,
keys rotated outside. Asks Pulumi ("pulumi refresh --preview-only"), which changes neither state nor resources; of a stack that
npm start deployed by Pulumi, its own state.
  -s, --stack NAME        stack (default: dev)
      --from FILE         what "pulumi refresh --preview-only --json" or "pulumi preview --refresh --json" printed, instead of asking;
                          - is standard input
      --board FILE        a dashboard exported from Grafana: its edits as a patch of the model, and nothing else is looked at
      --json              the findings for a program; with --board the patch and its sentences
      --markdown          the findings for an issue
  -h, --help              this text

Exit code: 0 as deployed, 1 not, 2 the command itself could not run, as where Pulumi could not be asked.`;

const MINUTES = 10;

async function main(argv: readonly string[]): Promise<number> {
  const args = readArguments(argv, "drift", {
    stack: "text",
    from: "text",
    board: "text",
    json: "flag",
    markdown: "flag",
  });
  const stack = existingStack(stackName(args.text("stack")));
  const board = args.text("board");
  if (args.flag("json") && args.flag("markdown"))
    throw new Failure("drift: --json is for a program and --markdown for an issue: give one of them.");
  if (board !== undefined) return edited(stack, contentOf("--board", board), args.flag("json"));
  const from = args.text("from");
  const output =
    from === undefined ? await ask(stack) : from === "-" ? await text(process.stdin) : contentOf("--from", from);
  const drift = driftOf(output);
  const hasBoards = drift.some(({ deployed }) => typeof deployed.configJson === "string");
  const model = hasBoards ? await loadModel(stack) : undefined;
  const found = findings(drift, stack, ({ deployed, actual }) =>
    patchFor(deployed.configJson, actual.configJson, model),
  );
  const show = args.flag("json") ? asJson : args.flag("markdown") ? asMarkdown : asText;
  console.log(show(stack, found));
  return found.length > 0 ? 1 : 0;
}

function contentOf(option: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Failure(`${option}: ${file} cannot be read (${messageOf(error)}). Name a file that you can read.`);
  }
}

/** A Grafana board's edits; undefined of another vendor's, whose boards are not mapped back. */
function patchFor(deployed: unknown, actual: unknown, model: Model | undefined): BoardPatch | undefined {
  const known = typeof deployed === "string" && typeof actual === "string" && model !== undefined;
  return known ? boardPatch(deployed, actual, model) : undefined;
}

async function edited(stack: string, exported: string, json: boolean): Promise<number> {
  const patch = boardPatch(await renderedBoard(stack, readDashboard(exported)), exported, await loadModel(stack));
  const sentences = patch.edits.length === 0 ? ["The board is as the model renders it."] : patch.edits;
  console.log(
    json ? JSON.stringify(patch, null, 2) : [...sentences, ...(patch.diff ? ["", patch.diff] : [])].join("\n"),
  );
  return patch.edits.length > 0 ? 1 : 0;
}

async function ask(stack: string): Promise<string> {
  const program = pulumiOnPath();
  if (program === undefined)
    throw new Failure("There is no Pulumi CLI on PATH: install it, or give its output by --from.");
  const { flags = [], env = {} } = localState(stack) ?? {};
  const args = ["refresh", "--preview-only", "--json", "--stack", stack, "--non-interactive", ...flags];
  // a refresh asks for everything at once, and nothing runs the program, which would open it
  await openConnection((await useEngine(stack)).address);
  const outcome = await pulumi(program, args, {
    timeoutMs: MINUTES * 60_000,
    // the provider would ask that engine, whatever the state says
    env: { ...env, DOCKER_CONTEXT: undefined },
  });
  if (outcome.timedOut) throw new Failure(`Pulumi has not answered for ${MINUTES} minutes.`);
  if (outcome.code === 0 || outcome.stdout.trim().startsWith("{")) return outcome.stdout;
  throw new Failure(`Pulumi could not look: ${lastLines(outcome, 3).trim()}`);
}

await runCommand({ name: "drift", help, failureCode: 2 }, main);
