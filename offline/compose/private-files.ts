import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A folder only its owner can enter. */
export function privateFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

/** Writes a file whole or not at all, with the given mode from its first byte on. */
export function writeWhole(path: string, content: string, mode: number): void {
  const temporary = join(dirname(path), `.${randomBytes(6).toString("hex")}.tmp`);
  try {
    writeFileSync(temporary, content, { mode, flag: "wx" });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${path} cannot be written: ${reason}. Check the folder's permissions and the free space.`);
  }
}

/** Content of a file, or undefined where there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new Error(`${path} cannot be read. It must belong to you; remove it to start anew.`);
  }
}

/** A random key that stays the same from its first use on. */
export function lastingKey(path: string): Buffer {
  const known = readIfThere(path);
  if (known !== undefined) return Buffer.from(known.trim(), "hex");
  const key = randomBytes(32);
  writeWhole(path, `${key.toString("hex")}\n`, 0o600);
  return key;
}
