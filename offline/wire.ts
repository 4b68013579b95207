import { readSync, writeFileSync } from "node:fs";
import type { Question } from "./answers.ts";
import type { Entry } from "./book.ts";
import type { Recorder } from "./in-process.ts";
import type { RunArgs } from "./monitor.ts";

/** The file descriptor that the two processes talk by, a JSON text a line: the order first, then what is said, and an answer to each question. */
const WIRE = 3;

/** What to run. */
export interface Order extends RunArgs {
  /** Arguments of the SDK's launcher. */
  readonly argv: readonly string[];
}

/** What the program's process says. */
export type Said = { readonly entry: Entry } | { readonly question: Question };

/** The answer to a question: a generated secret, or why there is none. */
export type Reply = { readonly secret: string } | { readonly problem: string };

/** Waits for the order; undefined where whoever was to give it has ended. */
export function readOrder(): Order | undefined {
  return receive() as Order | undefined;
}

/** Whoever started this process. */
export const recorder: Recorder = {
  tell: (entry) => say({ entry }),
  generate: (question) => {
    say({ question });
    const reply = receive() as Reply | undefined;
    if (reply !== undefined && "secret" in reply) return reply.secret;
    throw new Error(reply?.problem ?? "The process that records this program has ended.");
  },
};

function say(said: Said): void {
  try {
    writeFileSync(WIRE, `${JSON.stringify(said)}\n`);
  } catch {
    // Nobody listens any more.
    process.exit(1);
  }
}

/** One line; undefined at the end. */
function receive(): unknown {
  const chunks: Buffer[] = [];
  while (chunks.at(-1)?.at(-1) !== 0x0a) {
    const chunk = Buffer.alloc(65_536);
    const length = readSync(WIRE, chunk);
    if (length === 0) return undefined;
    chunks.push(chunk.subarray(0, length));
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}
