/**
 * Something a person can mend. Printed as it is, without a stack trace.
 *
 * The message is one sentence: what is wrong, where, what is allowed, what to do.
 */
export class Failure extends Error {
  override readonly name = "Failure";
}

/** Work was ended by Ctrl-C or by a signal; not an error of anybody's. Without a message its command says that it was interrupted. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** The first line of whatever was thrown. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split("\n")[0] ?? "";
}
