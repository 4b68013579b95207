import { type ImageName, imageReference } from "../images/catalogue.ts";

export type ImageSource = "official" | "local";

const BUILD = "build:";

/** Reference of a database's or backend's image, from where the stack takes its images. */
export const imagesFrom =
  (source: ImageSource) =>
  (name: ImageName): string =>
    imageReference(name, source);

/** What a config value means: `build:<name>` is the image built from this repository, anything else a reference as it stands. */
export const resolveImage = (value: string): string =>
  value.startsWith(BUILD) ? imageReference(value.slice(BUILD.length) as ImageName, "local") : value;

/** Version of a service for telemetry: the tag of its image, or the start of its digest. */
export function versionOf(reference: string): string {
  const digest = /@sha256:([0-9a-f]{12})/.exec(reference)?.[1];
  return digest ?? /:([^:/@]+)$/.exec(reference)?.[1] ?? "unknown";
}
