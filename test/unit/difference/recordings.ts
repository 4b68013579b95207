/** `npm run test:difference:runs -- FILE FILE …`: what the comparison says of recordings that were made just now, where the tests beside this have older ones. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { readArguments } from "../../../cli/arguments.ts";
import { runCommand } from "../../../cli/command.ts";
import { Failure } from "../../../cli/failure.ts";
import { difference } from "../../../difference/compare/difference.ts";
import { type Finding, spoken } from "../../../difference/compare/finding.ts";
import { textsOf } from "../../../difference/compare/reads.ts";
import { takeInventory } from "../../../difference/inventory/inventory.ts";
import type { Inventory } from "../../../difference/inventory/model.ts";
import { inventoryOf } from "../../../difference/record/recording.ts";
import { contentOfStackFile } from "../../../offline/stack-content.ts";
import type { Json } from "../../../verify/json.ts";
import { MUTATIONS, type Mutation } from "./mutations.ts";
import { Telemetry } from "./telemetry.ts";

const help = `npm run test:difference:runs -- FILE FILE [FILE ...]

Compares recordings of the example, all of the same code, with each other both ways: nothing may be said. Then does to the spans, metrics and records of the
second what each mutation of test/unit/difference/mutations.ts does, and compares with the first: each must be said, in the words that are expected of it.
Record them with: npm run difference -- --record FILE
Exit code: 0 where all of it holds.`;

const text = ({ severity, sentence }: Finding): string => `${severity}: ${spoken(sentence, (name) => name)}`;

/** How often something was seen differs from run to run. */
const withoutCounts = (said: string): string => said.replaceAll(/\d+/g, "N");

const content = await contentOfStackFile("dev");

async function main(argv: readonly string[]): Promise<number> {
  const files = readArguments(argv, "test:difference:runs", {}, true).positionals;
  const [first, second] = files;
  if (first === undefined || second === undefined)
    throw new Failure(
      "test:difference:runs: name two recordings at least. See: npm run test:difference:runs -- --help",
    );
  const inventories = files.map((file) => inventoryOf(readFileSync(file, "utf8"), file, textsOf(content)));
  const loud = ofPairs(files, inventories);
  const missed = MUTATIONS.filter((mutation) => !isCaught(mutation, inventories[0], second));
  console.log(`${MUTATIONS.length} mutations of ${path.basename(second)}: ${MUTATIONS.length - missed.length} caught.`);
  return loud + missed.length === 0 ? 0 : 1;
}

/** @returns how many comparisons say something */
function ofPairs(files: readonly string[], inventories: readonly Inventory[]): number {
  const pairs = inventories.flatMap((base, i) =>
    inventories.flatMap((head, j) => (i === j ? [] : [{ base, head, i, j }])),
  );
  const loud = pairs.filter(({ base, head, i, j }) => {
    const said = difference(base, head, content).map(text);
    if (said.length > 0) console.log([`${files[i]} and ${files[j]}:`, ...said].join("\n  "));
    return said.length > 0;
  });
  console.log(`${pairs.length} comparisons of runs of the same code: ${pairs.length - loud.length} silent.`);
  return loud.length;
}

function isCaught({ what, mutate, says, byChance }: Mutation, base: Inventory | undefined, file: string): boolean {
  const [{ recording }, ...requests] = readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const run = new Telemetry(requests);
  mutate(run);
  if (base === undefined) return false;
  const said = difference(base, takeInventory(run.requests as readonly Json[], recording), content).map(text);
  const lacking = says.map(withoutCounts).filter((each) => !said.map(withoutCounts).includes(each));
  const caught = byChance === true ? said.length > 0 : lacking.length === 0;
  const more = said.length - (says.length - lacking.length);
  console.log(
    `${caught ? "caught" : "MISSED"}: ${what}${more > 0 && byChance !== true ? ` (and ${more} more said)` : ""}`,
  );
  if (!caught)
    console.log([...lacking.map((each) => `  not said: ${each}`), ...said.map((each) => `  said: ${each}`)].join("\n"));
  return caught;
}

await runCommand({ name: "test:difference:runs", help }, main);
