import { contentName, type ImageName } from "./catalogue.ts";

/** Where images built here were pushed to, and the digest of each there by its name and hash. */
export interface Pushed {
  readonly registry?: string | undefined;
  readonly digests: Readonly<Record<string, string>>;
}

/** A stack deploys from a registry in which this image, with the inputs that are checked out, is not known to be. */
export class NotPushed extends Error {
  override readonly name = "NotPushed";
}

/**
 * The image in the stack's registry, by digest; undefined where the stack has none.
 * @throws NotPushed where its digest is not known: by tag it might be another image
 */
export function pushedReference(name: ImageName, { registry, digests }: Pushed): string | undefined {
  if (registry === undefined) return undefined;
  const content = contentName(name);
  const digest = digests[content];
  if (digest !== undefined) return `${registry}/${content}@${digest}`;
  const other = Object.keys(digests).find((key) => key.startsWith(`${name}:`));
  const why = other === undefined ? "was not pushed" : `was not pushed since it changed (${other} was)`;
  throw new NotPushed(
    `ownImages.digests: ${content} ${why}, and without a digest another image could take its place. Push it with: npm run push -- ${registry} --stack <stack>`,
  );
}
