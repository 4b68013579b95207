import { writeFileSync } from "node:fs";
import path from "node:path";
import { imageReference } from "../catalogue.ts";
import type { DockerfileBuild, ImageName } from "../specs.ts";
import { reference, runStep, type Workshop, withFolder, writeContext } from "./workshop.ts";

/** Makes an image by `docker build` from a copy of its folder. */
export function buildDockerfile(shop: Workshop, image: ImageName, build: DockerfileBuild): Promise<void> {
  return shop.fetching(() =>
    withFolder(async (context) => {
      writeContext(build.folder, context, build.beside);
      // Optional for the Dockerfile, and in no layer of the result: it is copied in an earlier stage.
      if (build.installs !== undefined && shop.machine.certificates !== "") {
        writeFileSync(path.join(context, "ca.crt"), shop.machine.certificates);
      }
      await dockerBuild(
        shop,
        image,
        build.bases,
        context,
        build.installs === undefined ? {} : shop.machine[build.installs],
      );
    }),
  );
}

/** The network as this machine sees it: its resolver, and a proxy or mirror that listens on localhost only. */
export const HOST_NETWORK = ["--network", "host"] as const;

/** `docker build`, tagged only when everything succeeded. Values of the machine travel by environment, not as arguments. */
export async function dockerBuild(
  shop: Workshop,
  image: ImageName,
  bases: Readonly<Record<string, ImageName>>,
  context: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const env = { ...shop.machine.proxy, ...settings };
  // A base that is published is used as it is where images are official; the reference of the result does not depend on that.
  const start = (base: ImageName) =>
    shop.bases === "official" ? imageReference(base, "official") : reference(shop, base);
  const starts = Object.entries(bases).map(([argument, base]) => `${argument}=${start(base)}`);
  const buildArguments = [...starts, ...Object.keys(env)].flatMap((argument) => ["--build-arg", argument]);
  await runStep(shop, {
    image,
    name: "building",
    command: "docker",
    args: [
      "build",
      "--force-rm",
      ...(shop.cold ? ["--no-cache"] : []),
      ...HOST_NETWORK,
      ...buildArguments,
      "--tag",
      reference(shop, image),
      context,
    ],
    options: { env },
  });
}
