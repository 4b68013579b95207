import * as pulumi from "@pulumi/pulumi";
import { checkDrive } from "../config/drive-file.ts";
import { factsOf } from "../config/facts.ts";
import type { Config } from "../config/load.ts";
import { loadPacks } from "../config/packs.ts";
import { type Content, contentOf } from "../dashboards/content.ts";
import type { Facts } from "../dashboards/facts.ts";
import { physicalName, type Scope } from "./docker/scope.ts";

/** What is shown of a stack, and what it follows from: `facts` with the files of its packs, as a stack output. */
export interface StackContent {
  readonly content: Content;
  readonly facts: Omit<Facts, "packs"> & { readonly packs: readonly string[] };
}

/**
 * Boards, alerts and objectives of this stack, its content packs included. The other file of a stack, its drive, is only looked at.
 * @throws pulumi.RunError naming the file or the target that is wrong
 */
export async function stackContent(config: Config, scope: Scope): Promise<StackContent> {
  try {
    await checkDrive(config.drive, pulumi.getRootDirectory());
    const packs = await loadPacks(config.content, pulumi.getRootDirectory());
    const facts = factsOf(config, packs, (service) => physicalName(scope, service));
    return { content: contentOf(facts), facts: { ...facts, packs: config.content } };
  } catch (error) {
    throw new pulumi.RunError(error instanceof Error ? error.message : String(error));
  }
}
