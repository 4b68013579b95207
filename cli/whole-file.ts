import { randomBytes } from "node:crypto";
import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf } from "./failure.ts";

/**
 * Writes a file whole or not at all: a command that is killed, or a full disk, leaves the file of before.
 * @param mode permissions from its first byte on
 * @throws Error, one sentence, when it cannot be written
 */
export function writeWhole(path: string, content: string, mode: number): void {
  const temporary = join(dirname(path), `.${randomBytes(6).toString("hex")}.tmp`);
  try {
    writeFileSync(temporary, content, { mode, flag: "wx" });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new Error(
      `${path} cannot be written: ${messageOf(error)}. Check the folder's permissions and the free space.`,
    );
  }
}

/** The same for a file that a person has in the checkout: its permissions stay, and where it is a link, so does the link. */
export function rewriteWhole(path: string, content: string): void {
  const file = realpathSync(path);
  writeWhole(file, content, statSync(file).mode & 0o777);
}
