import path from "node:path";
import { ROOT } from "../../cli/paths.ts";
import { run } from "../../cli/process.ts";
import { ImageBuildFailed } from "../events.ts";
import type { ImageName, RootfsBuild } from "../specs.ts";
import { reference, runStep, type Workshop, withFile, withFolder } from "./workshop.ts";

/** Makes the base image: debootstrap from this machine's Debian mirror, then `docker import`. */
export async function buildRootfs(shop: Workshop, image: ImageName, build: RootfsBuild): Promise<void> {
  requireRoot(image);
  await shop.fetching(async () => {
    await requireDebootstrap(shop, image);
    await requireEngineOfThisKind(image);
    await withFolder(async (folder) => {
      // A whole archive first: `docker import` would take half of one for an image.
      const archive = path.join(folder, "rootfs.tar");
      const script = path.join(ROOT, build.folder, "make-rootfs.sh");
      const { mirror = "", securityMirror = "" } = shop.machine;
      await withFile(archive, "w", (output) =>
        runStep(shop, {
          image,
          name: "debootstrap",
          command: "sh",
          args: [script, build.suite, mirror, securityMirror],
          options: { output, env: shop.machine.proxy },
        }),
      );
      await runStep(shop, {
        image,
        name: "import",
        command: "docker",
        args: ["import", "--change", 'CMD ["bash"]', archive, reference(shop, image)],
      });
    });
  });
}

const failed = (image: ImageName, reason: string) => new ImageBuildFailed(image, "debootstrap", reason);

function requireRoot(image: ImageName): void {
  if (process.getuid?.() === 0) return;
  throw failed(
    image,
    'Making a Debian root file system needs root: run "sudo npm run images -- --only base" once, or use "--official" where an image registry can be reached.',
  );
}

async function requireDebootstrap(shop: Workshop, image: ImageName): Promise<void> {
  if ((await run("debootstrap", ["--version"])).code === 0) return;
  if ((await run("apt-get", ["--version"])).code !== 0) {
    throw failed(
      image,
      'The program "debootstrap" is missing and this machine has no apt-get to install it: install it by hand, or use "--official".',
    );
  }
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const apt = (name: string, args: readonly string[]) =>
    runStep(shop, { image, name, command: "apt-get", args, options: { env } });
  await apt("apt-get update", ["update", "--quiet"]);
  await apt("installing debootstrap", ["install", "--yes", "--no-install-recommends", "debootstrap"]);
}

/** debootstrap makes files for this machine's processor, the engine may run on another one. */
async function requireEngineOfThisKind(image: ImageName): Promise<void> {
  const engine = (await run("docker", ["version", "--format", "{{.Server.Arch}}"])).stdout.trim();
  const here = process.arch === "x64" ? "amd64" : process.arch;
  if (engine === "" || engine === here) return;
  throw failed(
    image,
    `The engine is ${engine}, this machine ${here}: build on a machine like the engine's, or use "--official".`,
  );
}
