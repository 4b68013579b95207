/**
 * `npm run pins`: the digests of the published images, asked of their registries and kept in pins.json. An image that is pinned is deployed by its
 * digest, so that it cannot change under its tag.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { readArguments } from "../cli/arguments.ts";
import { runCommand } from "../cli/command.ts";
import { rewriteWhole } from "../cli/whole-file.ts";
import { digestOf, referenceOf, repositoryOf } from "./registry.ts";
import { SPECS } from "./specs.ts";

const FILE = path.join(import.meta.dirname, "pins.json");

/** Digest by reference. */
export type Pins = Readonly<Record<string, string>>;

export interface Refreshed {
  readonly pins: Pins;
  /** A line for each reference. */
  readonly said: readonly string[];
  /** How many could not be asked. */
  readonly failed: number;
}

/** Asks for every reference. What cannot be asked keeps the digest it had; what is published no more in SPECS has none. */
export async function refreshed(
  references: readonly string[],
  before: Pins,
  ask: (reference: string) => Promise<string>,
): Promise<Refreshed> {
  const asked = references.toSorted().map(async (reference) => {
    const had = before[reference];
    try {
      const digest = await ask(reference);
      const what = had === undefined ? "pinned" : had === digest ? "as before" : "CHANGED under its tag";
      return { reference, digest, line: `${reference}: ${what}, ${digest}`, failed: 0 };
    } catch (error) {
      const why =
        error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error);
      return {
        reference,
        digest: had,
        line: `${reference}: not asked (${why}); ${had === undefined ? "unpinned" : "its pin stays"}`,
        failed: 1,
      };
    }
  });
  const all = await Promise.all(asked);
  return {
    pins: Object.fromEntries(
      all.flatMap(({ reference, digest }) => (digest === undefined ? [] : [[reference, digest]])),
    ),
    said: all.map(({ line }) => line),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
  };
}

const pinnedNow = (text: string): Promise<string> => {
  const reference = referenceOf(text);
  return digestOf(repositoryOf(reference), reference.tag);
};

const help = `npm run pins

Asks the registries which digests the tags of the published images have now, and keeps them in images/pins.json: from then on they are deployed by
digest. What cannot be asked keeps its pin. Exit code: 0 when all were asked, 1 when not, 2 the command itself could not run.`;

if (import.meta.main) {
  await runCommand({ name: "pins", help, failureCode: 2, endsAtOnce: true }, async (argv) => {
    readArguments(argv, "pins", {});
    const references = Object.values(SPECS).flatMap(({ official }) => official ?? []);
    const before = JSON.parse(readFileSync(FILE, "utf8")) as Pins;
    const { pins, said, failed } = await refreshed(references, before, pinnedNow);
    rewriteWhole(FILE, `${JSON.stringify(pins, undefined, 2)}\n`);
    console.log(said.join("\n"));
    console.log(`${Object.keys(pins).length} of ${references.length} pinned, ${failed} not asked.`);
    return failed === 0 ? 0 : 1;
  });
}
