import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/load.ts";
import { OWN_COLLECTOR } from "../config/schema.ts";
import type { ServiceConfig } from "../config/services.ts";
import { type ImageName, type ImageSource, imageNames, imageReference, isImageName } from "../images/catalogue.ts";
import { ALLOY } from "../pipeline/alloy.ts";

const BUILD = "build:";

/** Reference of a database's or backend's image, from where the stack takes its images. */
export const imagesFrom =
  (source: ImageSource) =>
  (name: ImageName): string => {
    try {
      return imageReference(name, source);
    } catch (error) {
      throw new pulumi.RunError(`images: ${source} cannot give the image ${name}. ${(error as Error).message}`);
    }
  };

/**
 * What a config value means: `build:<name>` is the image built from this repository, anything else a reference as it stands.
 * @throws pulumi.RunError when this repository builds no image of that name.
 */
export function resolveImage(value: string): string {
  if (!value.startsWith(BUILD)) return value;
  const name = value.slice(BUILD.length);
  if (isImageName(name)) return imagesFrom("local")(name);
  throw new pulumi.RunError(
    `image: "${value}" is not built by this repository. Allowed after ${BUILD}: ${imageNames.join(", ")}; anything else is taken as a reference`,
  );
}

/** The collector's image, or Alloy's where that is the engine and no other image is named. */
export const collectorImage = ({ engine, image }: Pick<Config["collector"], "engine" | "image">): string =>
  engine === "alloy" && image === OWN_COLLECTOR ? ALLOY.image : resolveImage(image);

/** What telemetry has in service.version: what the configuration says, else what the image's reference says. */
export const serviceVersion = ({ version, image }: Pick<ServiceConfig, "version" | "image">): string =>
  version ?? versionOf(resolveImage(image));

/** The tag of an image, or the start of its digest. */
export function versionOf(reference: string): string {
  const digest = /@sha256:([0-9a-f]{12})/.exec(reference)?.[1];
  return digest ?? /:([^:/@]+)$/.exec(reference)?.[1] ?? "unknown";
}
