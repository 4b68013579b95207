import { errorLine, linesOf, shortened } from "./telling-line.ts";

/**
 * What a container's health command printed last, of the results that an engine keeps, oldest first, which no log of the container has: its error
 * where it printed one (a trace begins with a line that says nothing), else its first line. Undefined where it printed nothing.
 */
export function healthSaid(log: readonly { readonly Output?: string }[] | null | undefined): string | undefined {
  const output = log?.at(-1)?.Output ?? "";
  const line = errorLine(output) ?? linesOf(output)[0];
  return line === undefined ? undefined : shortened(line);
}
