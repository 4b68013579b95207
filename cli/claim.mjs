// A file that one process at a time may have, by names that can be given once: the locks of stacks and the turn to install packages.
// Plain JavaScript in the dialect of Node 14: it also runs before the project's Node exists.
import { createHash, randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/**
 * Claims a file, whole or not at all, also that of a holder who is dead. Of several who find the same dead holder one gets the file: who
 * takes it over claims the dead one's grave first, a file named after what the holder had written, and so only one removes what he has
 * looked at. One who died at that has a grave himself.
 *
 * @param {string} file
 * @param {string} text who claims; never the same for two claims
 * @param {(text: string, file: string) => boolean} isAlive whether a holder, by what he wrote into the file, still has it
 * @returns {string | undefined} undefined: the file is ours until we remove it; else what its holder wrote, or who is taking it over
 */
export function claim(file, text, isAlive) {
  const mine = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  writeFileSync(mine, text, { mode: 0o600 });
  try {
    for (;;) {
      if (linked(mine, file)) return undefined;
      const held = readIfPresent(file);
      if (held === undefined) continue; // let go just now
      if (isAlive(held, file)) return held;
      const grave = `${file}.${createHash("sha256").update(held).digest("hex").slice(0, 12)}`;
      const other = claim(grave, text, isAlive);
      if (other !== undefined) return other;
      try {
        // whoever had the grave before us may have given the file away
        if (readIfPresent(file) !== held) continue;
        renameSync(mine, file);
        return undefined;
      } finally {
        rmSync(grave, { force: true });
      }
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

function linked(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  }
}

function readIfPresent(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  }
}
