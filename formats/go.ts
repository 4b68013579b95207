/** Values in the spelling that Go programs (Grafana, Docker and their providers) give back: any other is a difference at every preview. Pure. */

/** JSON as Go writes it: keys sorted, no spaces, and the characters that matter in HTML escaped. */
export function goJson(value: unknown): string {
  return JSON.stringify(sorted(JSON.parse(JSON.stringify(value)))).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Whole seconds as Go writes a duration: `0s`, `5m0s`, `1h0m0s`. */
export function goDuration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const parts = hours > 0 ? [`${hours}h`, `${minutes}m`] : minutes > 0 ? [`${minutes}m`] : [];
  return [...parts, `${seconds % 60}s`].join("");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
