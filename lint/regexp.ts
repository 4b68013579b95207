import { RE2JS } from "re2js";

/** Regular expressions as the collector reads them. Pure. */

/** What both languages read alike, so that the faster one of this program can be asked: no group but (?: and (?i), plain escapes, small repeats. */
const IS_PLAIN = /^(?:[^\\({]|\\[dDsSwWbB.\-+*?()[\]{}|^$/\\"nrt]|\((?!\?)|\(\?:|\{\d{1,3}(?:,\d{0,3})?\})*$/;

/** Whether RE2, in which the collector's expressions are written, cannot read a pattern. */
export function isUnreadable(pattern: string): boolean {
  try {
    const plain = pattern.replace(/^\(\?i\)/, "");
    if (IS_PLAIN.test(plain) && new RegExp(plain, "u")) return false;
  } catch {
    // the other one says what is wrong
  }
  try {
    RE2JS.compile(pattern);
    return false;
  } catch {
    return true;
  }
}
