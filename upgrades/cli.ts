import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../cli/command.ts";
import { ROOT } from "../cli/paths.ts";
import { existingStack } from "../cli/stacks.ts";
import { parseArguments, sharedHelp } from "../offline/arguments.ts";
import { recorded } from "../offline/recorded.ts";
import { readChangelog } from "./changelog.ts";
import { earlier } from "./earlier.ts";
import { asJson, asText } from "./notes.ts";
import { lost, planUpgrade } from "./plan.ts";
import { readRelease, releases } from "./release.ts";

const help = `npm run upgrade-notes -- [options]

What an upgrade of a stack to this version will create, replace and delete, with reasons and what is away meanwhile, and what a
person must do. Needs no Pulumi CLI, account, network or Docker; nothing is changed.
      --from VERSION      the release that is deployed: ${releases().join(", ")} (default: the latest of them)
      --json              the same for a program
${sharedHelp}

Exit code: 0 nothing would be lost, 1 something would, 2 the program or its configuration has an error, or the command itself could not run.`;

async function main(argv: readonly string[]): Promise<number> {
  const args = parseArguments(argv, "upgrade-notes", { from: "text", json: "flag" });
  const from = args.text("from") ?? releases().at(-1) ?? "";
  const release = readRelease(from);
  const given = { stack: existingStack(args.stack), set: args.set };
  const { registrations, source } = await earlier(release, given);
  const now = await recorded({ projectDir: ROOT, ...given });
  const changes = planUpgrade(registrations, now);
  const upgrade = {
    stack: args.stack,
    from,
    to: present(),
    source,
    changes,
    lost: lost(changes, registrations),
    changelog: readChangelog(readFileSync(join(ROOT, "CHANGELOG.md"), "utf8")),
  };
  console.log(args.flag("json") ? asJson(upgrade) : asText(upgrade));
  return upgrade.lost.length > 0 ? 1 : 0;
}

const present = (): string => JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version;

await runCommand({ name: "upgrade-notes", help, failureCode: 2 }, main);
