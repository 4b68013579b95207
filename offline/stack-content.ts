import { readFileSync } from "node:fs";
import { Failure } from "../cli/failure.ts";
import { dockerPrefix, ROOT } from "../cli/paths.ts";
import { factsOf } from "../config/facts.ts";
import { loadPacks } from "../config/packs.ts";
import { parseSettings } from "../config/parse.ts";
import { settingsOf } from "../config/settings.ts";
import { type Content, contentOf } from "../dashboards/content.ts";
import type { Facts } from "../dashboards/facts.ts";
import { loadStackConfig } from "./stack-config.ts";

/**
 * Boards, alerts and objectives as a stack's file describes them, for commands that run without the program.
 * @throws Error, one sentence, when the file, a pack or a target is wrong
 */
export async function contentOfStackFile(stack: string): Promise<Content> {
  const { plain, problems } = parseSettings(
    settingsOf(loadStackConfig({ projectDir: ROOT, stack, dummySecrets: true })),
  );
  if (problems.length > 0) throw new Failure(problems.join("\n"));
  const packs = await loadPacks(plain.content, ROOT);
  return contentOf(factsOf(plain, packs, (service) => `${dockerPrefix(stack)}-${service}`));
}

/** The same of a running stack, by the outputs that `npm start` stored; undefined where the file has none. */
export async function contentOfOutputs(file: string): Promise<Content | undefined> {
  // Earlier versions of this program stored no namespace and no expected rates.
  let facts: (Omit<Facts, keyof Defaults | "packs"> & Partial<Defaults> & { packs: readonly string[] }) | undefined;
  try {
    facts = JSON.parse(readFileSync(file, "utf8")).facts;
  } catch {
    return undefined;
  }
  return facts && contentOf({ ...DEFAULTS, ...facts, packs: await loadPacks(facts.packs, ROOT) });
}

type Defaults = Pick<Facts, "namespace" | "expected">;
const DEFAULTS: Defaults = { namespace: "app", expected: { spans: 100, points: 100, records: 100 } };
