import { RE2JS } from "re2js";

/** Regular expressions as the collector reads them. Pure. */

/**
 * What both languages read alike, so that the faster one of this program can be asked: groups without lookaround, plain escapes, small repeats. Flags in a pattern
 * change what it matches, not whether it can be read.
 */
const IS_PLAIN =
  /^(?:[^\\({]|\\[dDsSwWbB.\-+*?()[\]{}|^$/\\"nrt]|\((?!\?)|\(\?:|\(\?<[A-Za-z_]\w*>|\{\d{1,3}(?:,\d{0,3})?\})*$/;
const FLAGS = /\(\?-?[imsU]{1,4}\)/g;

const asked = new Map<string, boolean>();

/** Whether RE2, in which the collector's expressions are written, cannot read a pattern. */
export function isUnreadable(pattern: string): boolean {
  const before = asked.get(pattern);
  if (before !== undefined) return before;
  const answer = !isReadable(pattern);
  if (asked.size > 5000) asked.clear();
  asked.set(pattern, answer);
  return answer;
}

function isReadable(pattern: string): boolean {
  try {
    const plain = pattern.replace(FLAGS, "").replaceAll("(?P<", "(?<");
    if (IS_PLAIN.test(plain) && new RegExp(plain)) return true;
  } catch {
    // the other one says what is wrong
  }
  return compiled(pattern) !== undefined;
}

/** A pattern to be asked; undefined where there is none, where it cannot be read, and where only the collector knows what stands in it. */
export const patternOf = (pattern: string): RE2JS | undefined =>
  pattern === "" || pattern.includes("${") ? undefined : compiled(pattern);

function compiled(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return undefined;
  }
}
