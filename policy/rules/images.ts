/** Images that are the same tomorrow. */
import { containersOf, knownText, REMOTE_IMAGE } from "../containers.ts";
import type { Rule } from "../rule.ts";

/** Tags that their project moves. */
const MOVING = /^(latest|stable|edge|nightly|main|master|dev|develop|rolling|unstable|canary|current|next|lts)$/i;

/** What is wrong with a reference; undefined where it means one image for ever, or as good as. */
function problemOf(reference: string): string | undefined {
  if (/@sha256:[0-9a-f]{64}$/.test(reference) || /^sha256:[0-9a-f]{64}$/.test(reference)) return undefined;
  const tag = /:([^:/@]+)$/.exec(reference)?.[1];
  if (tag === undefined) return "has no tag, which means latest";
  return MOVING.test(tag) ? `has the tag ${tag}, which is moved` : undefined;
}

export const pinnedImage: Rule = {
  id: "pinned-image",
  severity: "warning",
  explain:
    "A tag that moves is another program at the next pull, on one machine and not on the other, and a rollback brings nothing back. Allowed: a digest, a version's tag, or a local image named by the hash of its content.",
  needs: "resource",
  *find(stack) {
    const fix = "write a version's tag, or append the digest: @sha256:…";
    for (const resource of stack.judged) {
      if (resource.type !== REMOTE_IMAGE) continue;
      const problem = problemOf(knownText(resource.inputs.name) ?? "sha256:".padEnd(71, "0"));
      if (problem !== undefined) yield { resource, at: "name", message: `${resource.inputs.name} ${problem}`, fix };
    }
    for (const { resource, inputs } of containersOf(stack)) {
      const image = knownText(inputs.image);
      const problem = image === undefined ? undefined : problemOf(image);
      if (problem !== undefined) yield { resource, at: "image", message: `${image} ${problem}`, fix };
    }
  },
};
