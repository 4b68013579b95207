import { referenceParts } from "../config/values.ts";
import type { MachineImage } from "./machine.ts";

/** The reference a stack can use for an image, which means the same image for ever. */
export interface Pinned {
  readonly image: string;
  /** Where it is on this machine only and its tag may move: the tag that adopt gives it. */
  readonly tag?: { readonly from: string; readonly to: string };
  /** Whether it must be built or pulled first, so that it can be told which one it is. */
  readonly missing?: "build" | "pull";
}

/** Pure. `found`: the image as the engine has it. */
export function pinned(
  reference: string,
  { built, found }: { readonly built: boolean; readonly found: MachineImage | undefined },
): Pinned {
  const { repository = reference, tag, digest } = referenceParts(reference) ?? {};
  const isPinned = digest !== undefined || (tag !== undefined && tag !== "latest");
  if (found === undefined && (built || !isPinned)) return { image: reference, missing: built ? "build" : "pull" };
  if (isPinned || found === undefined) return { image: reference };
  const published = found.digests.find((each) => each.startsWith(`${repository}@`));
  if (published !== undefined) return { image: published };
  const to = `${repository}:${found.id.replace(/^sha256:/, "").slice(0, 12)}`;
  return { image: to, tag: { from: reference, to } };
}
