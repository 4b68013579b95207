const LONGEST = 200;

/**
 * What a container's health command printed last, of the results that an engine keeps, oldest first: its first line, which no log of the container has.
 * Undefined where it printed nothing.
 */
export function healthSaid(log: readonly { readonly Output?: string }[] | null | undefined): string | undefined {
  const line = (log?.at(-1)?.Output ?? "").split("\n").find((text) => text.trim() !== "");
  return line?.trim().slice(0, LONGEST);
}
