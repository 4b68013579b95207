import { markerOf } from "../marker.ts";

/** A remark below a pull or merge request. */
export interface Remark {
  readonly id: number;
  readonly body: string;
  /** Whether the current author wrote it: comments of others are never edited. */
  readonly mine: boolean;
}

/** The remarks below one pull or merge request. */
export interface Thread {
  /** For messages: `pull request 12 of owner/name`. */
  readonly name: string;
  readonly list: () => Promise<readonly Remark[]>;
  readonly create: (body: string) => Promise<void>;
  readonly edit: (id: number, body: string) => Promise<void>;
}

export type Outcome = "created" | "edited" | "unchanged";

/**
 * Makes the body the one remark with its marker: edits the one that is there, else adds it.
 * @throws Error, one sentence, for a body without a marker
 */
export async function keepOne(thread: Thread, body: string): Promise<Outcome> {
  const marker = markerOf(body);
  if (marker === undefined) throw new Error("A comment must begin with the marker that npm run preview writes.");
  const found = (await thread.list()).find((remark) => remark.mine && markerOf(remark.body) === marker);
  if (found === undefined) {
    await thread.create(body);
    return "created";
  }
  if (sameText(found.body, body)) return "unchanged";
  await thread.edit(found.id, body);
  return "edited";
}

/** Forges store line ends and the end of a text in their own way. */
function sameText(a: string, b: string): boolean {
  const canonical = (text: string) => text.replaceAll("\r\n", "\n").trimEnd();
  return canonical(a) === canonical(b);
}
