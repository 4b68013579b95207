import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { Failure } from "../cli/failure.ts";
import { localFolder, ROOT } from "../cli/paths.ts";
import { run } from "../cli/process.ts";
import { configOf } from "../start/deploy/pulumi.ts";
import { stackFileOf, stackFolderOf } from "../start/deploy/stack.ts";
import type { Prepared } from "../start/steps.ts";
import { imageId } from "./image-id.ts";
import type { ReleaseOptions } from "./options.ts";
import { commitOfCheckout, keepProgram } from "./program.ts";
import type { Deployable, GoodRelease } from "./store.ts";

/** A release as it is about to be deployed. */
export interface Planned {
  readonly id: string;
  readonly commit: string;
  /** Commit of the whole checkout; Pulumi only. */
  readonly program?: string;
}

/** @returns the release with its id: a hash of images, configuration and program, so that the same is the same release */
export async function planned(
  stack: string,
  { deployer, settled }: Prepared,
  { settings }: Pick<ReleaseOptions, "settings">,
): Promise<Planned> {
  const commit = await commitOfCheckout();
  const hash = createHash("sha256").update(JSON.stringify(await imageIdsOf(settled.preview.plan.images)));
  if (deployer.kind === "pulumi") {
    const program = await keepProgram(stack);
    const plain = settings.map(({ path, value, secret }) => [path, secret ? "" : value]);
    const id = hash
      .update(await treeOf(program))
      .update(JSON.stringify(plain))
      .digest("hex")
      .slice(0, 12);
    return { id, commit, program };
  }
  if (deployer.kind === "stack") {
    // its configs and secrets are named after their contents
    const { stackFile } = await settled.preview.writeStack();
    return { id: hash.update(readFileSync(stackFile)).digest("hex").slice(0, 12), commit };
  }
  const { composeFile, envFile } = await settled.preview.writeCompose();
  for (const file of [composeFile, envFile]) hash.update(readFileSync(file));
  return { id: hash.digest("hex").slice(0, 12), commit };
}

const treeOf = async (commit: string): Promise<string> =>
  (await run("git", ["-C", ROOT, "rev-parse", `${commit}^{tree}`], { timeoutMs: 20_000 })).stdout.trim();

/** Id of each image by its reference. */
export const imageIds = ({ settled }: Prepared): Promise<GoodRelease["images"]> =>
  imageIdsOf(settled.preview.plan.images);

/** Id by reference, of those that are on the engine. */
async function imageIdsOf(references: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const asked = references.map(async (reference) => {
    const id = await imageId(reference);
    return id === undefined ? [] : [[reference, id] as const];
  });
  return Object.fromEntries((await Promise.all(asked)).flat());
}

/** What is needed to return to what runs now. @throws Failure, one sentence, where it cannot be read */
export function deployableNow(
  stack: string,
  { program }: Planned,
  { deployer }: Prepared,
  outputs: Outputs,
): Deployable {
  const folder = localFolder(stack);
  if (deployer.kind === "pulumi") {
    const config = configOf(stack);
    if (program !== undefined && config !== undefined) return { kind: "pulumi", program, config };
    throw new Failure(
      "The configuration that Pulumi deployed cannot be read, so there is no way back to this release.",
    );
  }
  const text = (name: string): string => readFileSync(path.join(folder, name), "utf8");
  if (deployer.kind === "stack") {
    const within = stackFolderOf(stack);
    const contents = readdirSync(within).map((name) => [name, readFileSync(path.join(within, name), "utf8")] as const);
    const file = readFileSync(stackFileOf(stack), "utf8");
    return { kind: "stack", file, contents: Object.fromEntries(contents), outputs };
  }
  const compose = text("compose.yaml");
  const services = Object.keys((parse(compose) as { readonly services?: object }).services ?? {});
  return { kind: "compose", compose, env: text("secrets.env"), services, outputs };
}

type Outputs = Readonly<Record<string, unknown>>;
