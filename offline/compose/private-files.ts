import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { writeWhole } from "../../cli/whole-file.ts";

/** A folder only its owner can enter. */
export function privateFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
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
