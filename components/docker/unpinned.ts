import { SPECS } from "../../images/specs.ts";

/** Environments where people rely on the application, by their usual names: `prod`, `production`, `prod-eu`, `live`. */
const RELIED_UPON = /^(prod|production|prd|live)([-_.]|$)/i;

/** What is published of the images that this program names, by tag. */
const PUBLISHED: ReadonlySet<string> = new Set(Object.values(SPECS).flatMap(({ official }) => official ?? []));

/** What a preview of production warns of: an image of this program's that is deployed by its tag. Pure. */
export function unpinnedWarning(environment: string, image: string): string | undefined {
  if (!PUBLISHED.has(image) || !RELIED_UPON.test(environment)) return undefined;
  return `images: ${image} is deployed by its tag, under which another image can be published. Pin the published images by their digests with: npm run pins, and commit images/pins.json`;
}
