/** Reads the words that a container runs. Pure. */

/** Whether a word is the script of a shell before it: `bash -ec '…'`. */
export const isScript = (words: readonly string[], i: number): boolean =>
  /^-[a-z]*c$/.test(words[i - 1] ?? "") && words.slice(0, i - 1).some((word) => /(^|\/)(ba|da|a|z|k)?sh$/.test(word));

/** What follows an option; where a shell runs the words, with the variable or file that it reads in place of their names. */
export function optionOf(
  words: readonly string[],
  flag: string,
  {
    variable,
    read,
  }: {
    readonly variable: (name: string) => string | undefined;
    /** The text of a file that the container finds. */
    readonly read: (path: string) => string | undefined;
  },
): string | undefined {
  const [, , ...parts] =
    new RegExp(String.raw`(^|\s)${flag}[=\s]+(?:"([^"]*)"|'([^']*)'|(\$\([^)]*\)|\S+))`).exec(words.join(" ")) ?? [];
  const text = parts.find((part) => part !== undefined);
  // an option in its place: there is none, such as of a variable that is empty
  if (text === undefined || text.startsWith("--")) return undefined;
  if (!words.some((_, i) => isScript(words, i))) return words[words.indexOf(flag) + 1] ?? text;
  const [, name, otherwise] = /^\$\{?(\w+)(?::?-([^}]*))?\}?$/.exec(text) ?? [];
  if (name !== undefined) return variable(name) || otherwise || text;
  const [, file] = /^\$\(\s*(?:cat\s+|<\s*)["']?([^\s"')]+)["']?\s*\)$/.exec(text) ?? [];
  return (file && read(file)?.trim()) || text;
}
