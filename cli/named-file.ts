import { accessSync, constants, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Failure, messageOf } from "./failure.ts";

/** Files and folders whose names a person typed: what cannot be made or written is one sentence that names it. */

/**
 * Makes a folder, and those above it that are absent. Not by Node's `recursive`: where a file system refuses with ENOENT what has a folder above it,
 * as /proc does, that one tries for ever.
 * @throws Failure when it cannot be made
 */
export function makeFolder(folder: string, mode = 0o777): void {
  const absent: string[] = [];
  for (let at = resolve(folder); !isThere(at); at = dirname(at)) absent.unshift(at);
  try {
    for (const each of absent) makeOne(each, mode);
  } catch (error) {
    throw new Failure(`The folder ${folder} cannot be made: ${messageOf(error)}. Name one below a folder of yours.`);
  }
  if (!statSync(folder).isDirectory())
    throw new Failure(`The folder ${folder} cannot be made: a file has that name. Name another one.`);
}

/** Another process may have made it meanwhile. */
function makeOne(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (!isThere(folder)) throw error;
  }
}

/** Also false where a file is in the place of a folder above it: making the folder then says so. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // not to be looked at, as in a folder of another user's
    return dirname(path) === path;
  }
}

/**
 * For work that takes minutes and writes a file at its end: says at its begin that it cannot. Leaves an existing file as it is, and none where there was
 * none; makes the folder.
 * @throws Failure
 */
export function requireWritable(file: string): void {
  makeFolder(dirname(file));
  saying(file, () => {
    if (isThere(file)) {
      if (statSync(file).isDirectory()) throw new Error("it is a folder");
      accessSync(file, constants.W_OK);
      return;
    }
    writeFileSync(file, "", { flag: "wx" });
    rmSync(file);
  });
}

/** Also to what is no file, such as /dev/stdout. Makes the folder. @throws Failure */
export function writeNamed(file: string, content: string): void {
  makeFolder(dirname(file));
  saying(file, () => writeFileSync(file, content));
}

function saying(file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new Failure(`${file} cannot be written: ${messageOf(error)}. Name a file in a folder of yours.`);
  }
}
