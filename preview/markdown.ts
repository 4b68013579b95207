import { join } from "node:path";
import { makeFolder, writeNamed } from "../cli/named-file.ts";
import { stackNames } from "../cli/stacks.ts";
import type { ProgramOptions } from "../offline/arguments.ts";
import { type BaseCheckout, openBase } from "../offline/comment/base.ts";
import { previewComment } from "./comment.ts";

export interface MarkdownArgs extends ProgramOptions {
  readonly projectDir: string;
  /** Git reference to compare with. */
  readonly base: string;
  /** Folder for one file a stack, every stack with a file in the project; undefined: the one stack, to standard output. */
  readonly out?: string;
}

/** Writes the comment of one stack, or those of all. Exit code: 1 when any has an error, which is then in its comment. */
export async function previewMarkdown({ projectDir, base: ref, out, ...options }: MarkdownArgs): Promise<number> {
  // before minutes of work
  if (out !== undefined) makeFolder(out);
  const base = opened(projectDir, ref);
  const close = () => (typeof base === "string" ? undefined : base.close());
  const interrupted = () => process.exit(130);
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted).once("exit", close);
  let failed = false;
  try {
    for (const stack of out === undefined ? [options.stack] : stackNames(projectDir)) {
      const comment = await previewComment({ ...options, projectDir, stack, base, baseName: ref });
      failed ||= comment.failed;
      if (out === undefined) process.stdout.write(comment.body);
      else write(out, stack, comment.body);
    }
  } finally {
    process.removeListener("SIGINT", interrupted).removeListener("SIGTERM", interrupted);
    process.removeListener("exit", close);
    close();
  }
  return failed ? 1 : 0;
}

function opened(projectDir: string, ref: string): BaseCheckout | string {
  try {
    return openBase(projectDir, ref);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function write(folder: string, stack: string, body: string): void {
  const file = join(folder, `${stack}.md`);
  writeNamed(file, body);
  console.error(`${file} written`);
}
