import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/load.ts";
import { OWN_COLLECTOR } from "../config/schema.ts";
import type { ServiceConfig } from "../config/services.ts";
import {
  type ImageName,
  type ImageSource,
  imageNames,
  imageReference,
  isImageName,
  isLocalReference,
} from "../images/catalogue.ts";
import { NotPushed, pushedReference } from "../images/pushed.ts";
import { ALLOY } from "../pipeline/alloy.ts";

const BUILD = "build:";

/** The part of the configuration that says where the images are that this repository builds. */
export type FromHere = Pick<Config, "ownImages">;

/** Reference of a database's or backend's image, from where the stack takes its images. */
export const imagesFrom =
  (config: FromHere & Pick<Config, "images">) =>
  (name: ImageName): string =>
    referenceOf(config, name, config.images);

/**
 * What a config value means: `build:<name>` is the image built from this repository, anything else a reference as it stands.
 * @throws pulumi.RunError when this repository builds no image of that name, or it was not pushed to the stack's registry
 */
export function resolveImage(config: FromHere, value: string): string {
  if (!value.startsWith(BUILD)) return value;
  const name = value.slice(BUILD.length);
  if (isImageName(name)) return referenceOf(config, name, "local");
  throw new pulumi.RunError(
    `image: "${value}" is not built by this repository. Allowed after ${BUILD}: ${imageNames.join(", ")}; anything else is taken as a reference`,
  );
}

function referenceOf({ ownImages }: FromHere, name: ImageName, source: ImageSource): string {
  try {
    const reference = imageReference(name, source);
    return isLocalReference(reference) ? (pushedReference(name, ownImages) ?? reference) : reference;
  } catch (error) {
    if (error instanceof NotPushed) throw new pulumi.RunError(error.message);
    throw new pulumi.RunError(`images: ${source} cannot give the image ${name}. ${(error as Error).message}`);
  }
}

/** The collector's image, or Alloy's where that is the engine and no other image is named. */
export const collectorImage = (
  config: FromHere & { readonly collector: Pick<Config["collector"], "engine" | "image"> },
): string => {
  const { engine, image } = config.collector;
  return engine === "alloy" && image === OWN_COLLECTOR ? ALLOY.image : resolveImage(config, image);
};

/** What telemetry has in service.version: what the configuration says, else what the image's reference says. */
export const serviceVersion = (
  config: FromHere,
  { version, image }: Pick<ServiceConfig, "version" | "image">,
): string => version ?? versionOf(resolveImage(config, image));

/** The tag of an image, or the start of its digest. */
export function versionOf(reference: string): string {
  const digest = /@sha256:([0-9a-f]{12})/.exec(reference)?.[1];
  return digest ?? /:([^:/@]+)$/.exec(reference)?.[1] ?? "unknown";
}
