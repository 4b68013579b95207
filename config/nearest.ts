import { distance } from "fastest-levenshtein";

/** The known word with the fewest edits, if it is near enough to be a slip of the finger, or begins with what was typed. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  const ranked = known.map((key) => ({ key, edits: distance(typed, key.toLowerCase()) }));
  const best = ranked.sort((a, b) => a.edits - b.edits)[0];
  if (best !== undefined && best.edits <= Math.max(2, word.length / 3)) return best.key;
  return known.find((key) => typed.length >= 3 && key.toLowerCase().startsWith(typed));
}
