import { mkdirSync, rmSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { writeWhole } from "../../cli/whole-file.ts";
import type { PropertyValue } from "../properties.ts";
import { maskSecrets, unwrap } from "../secrets.ts";
import { sentenceOf } from "../sentence.ts";
import { privateFolder } from "./private-files.ts";
import { stackFile } from "./stack-file.ts";
import type { RecordedCompose, WriteComposeArgs } from "./write.ts";

export interface WrittenStack {
  readonly stackFile: string;
  /** Folder of the contents of configs and secrets. */
  readonly folder: string;
  /** Docker's name of the stack. */
  readonly name: string;
  readonly services: readonly string[];
  readonly images: readonly string[];
  /** Outputs of the stack, secret ones in plain text: never printed, and stored for this person alone. */
  readonly outputs: Readonly<Record<string, PropertyValue>>;
  readonly warnings: readonly string[];
}

/**
 * Writes a stack file without any secret, private files with the contents of configs and secrets, and the outputs that `verify` reads.
 * @throws Error, one sentence, for what a stack file cannot say: what was written before then stays
 */
export function writeStack(
  { recording, keep }: RecordedCompose,
  { projectDir, stack, out, localDir }: Pick<WriteComposeArgs, "projectDir" | "stack" | "out" | "localDir">,
): WrittenStack {
  const local = privateFolder(localDir ?? join(resolve(projectDir), ".local", stack));
  const folder = join(local, "swarm");
  const path = resolve(out ?? join(projectDir, "stack.yaml"));
  const near = relative(dirname(path), folder);
  const { yaml, files, services, images } = stackFile(recording, near.startsWith(".") ? near : `./${near}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  keep();
  writeWhole(join(local, "outputs.json"), `${JSON.stringify(maskSecrets(recording.outputs), null, 2)}\n`, 0o600);
  for (const [name, { content }] of files) writeWhole(join(folder, name), content, 0o600);
  writeWhole(path, yaml, 0o644);
  const warnings = recording.diagnostics.filter((d) => d.severity === "warning").map((d) => sentenceOf(d.message));
  const outputs = unwrap(recording.outputs) as WrittenStack["outputs"];
  return {
    stackFile: path,
    folder,
    name: `${recording.project}-${recording.stack}`,
    services,
    images,
    outputs,
    warnings,
  };
}

/** The command that deploys a written stack, with paths as seen from `from`. */
export function deployCommand({ stackFile: path, name }: WrittenStack, from: string): string {
  const near = relative(from, path);
  return `docker stack deploy --prune --resolve-image never -c ${near.startsWith("..") ? path : near} ${name}`;
}
