import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { imageReference } from "../catalogue.ts";
import type { ImageName, LocalBuild } from "../specs.ts";
import { dockerBuild, HOST_NETWORK } from "./dockerfile.ts";
import { runStep, type Workshop, withFolder, writeContext } from "./workshop.ts";

/** Modules and compiled packages outlive a build, so an interrupted one continues where it stopped. */
const VOLUMES = ["game-scheduler-otel-go-mod:/go/pkg/mod", "game-scheduler-otel-go-build:/go-build"];

/** Makes the image of a Go program: its modules, the compilation, then an image around the result. */
export async function buildGoProgram(
  shop: Workshop,
  image: ImageName,
  build: LocalBuild & { readonly kind: "go-program" },
): Promise<void> {
  await withFolder(async (folder) => {
    const source = path.join(folder, "source");
    mkdirSync(source);
    writeContext(build.folder, source);
    await shop.fetching(() => runGo(shop, image, "fetch", source, folder, (lines) => `${lines} modules`));
    await shop.compiling(() => runGo(shop, image, "compile", source, folder, (lines) => `${lines} packages`));
    await dockerBuild(shop, image, build.bases, source);
  });
}

const STEP_NAMES = { fetch: "fetching", compile: "compiling" } as const;

/**
 * Runs build.sh in the `go` image. Source and result pass as archives on the standard streams, so that
 * the engine may be on another machine and no file changes its owner.
 */
async function runGo(
  shop: Workshop,
  image: ImageName,
  phase: keyof typeof STEP_NAMES,
  source: string,
  folder: string,
  detail: (lines: number) => string,
): Promise<void> {
  const name = STEP_NAMES[phase];
  const sent = path.join(folder, "source.tar");
  const received = path.join(folder, "out.tar");
  const env = { ...shop.machine.proxy, ...shop.machine.go };
  writeCertificates(shop, folder);
  await runStep(shop, { image, name: "packing", command: "tar", args: packArguments(sent, folder) });
  const input = openSync(sent, "r");
  const output = openSync(received, "w", 0o600);
  try {
    await runStep(shop, {
      image,
      name,
      command: "docker",
      args: [
        "run",
        "--rm",
        "--interactive",
        "--init",
        ...HOST_NETWORK,
        // A running stack comes first.
        "--cpu-shares=512",
        ...VOLUMES.flatMap((volume) => ["--volume", volume]),
        ...Object.keys(env).flatMap((variable) => ["--env", variable]),
        imageReference("go", "local"),
        "sh",
        "-c",
        insideScript(phase, shop.machine.certificates !== ""),
      ],
      options: { input, output, env },
      detail,
    });
  } finally {
    closeSync(input);
    closeSync(output);
  }
  if (phase === "compile") {
    await runStep(shop, { image, name: "unpacking", command: "tar", args: ["-xf", received, "-C", source] });
  }
  rmSync(received);
}

function packArguments(archive: string, folder: string): readonly string[] {
  return ["-cf", archive, "-C", folder, "source", "ca.crt"];
}

function writeCertificates(shop: Workshop, folder: string): void {
  writeFileSync(path.join(folder, "ca.crt"), shop.machine.certificates);
}

/** Programs write to standard error only; standard output is the archive. */
function insideScript(phase: string, ownCertificates: boolean): string {
  return [
    "set -e",
    "mkdir -p /build /out",
    "tar -xf - -C /build",
    ...(ownCertificates ? ["export SSL_CERT_FILE=/build/ca.crt"] : []),
    "cd /build/source",
    `sh ./build.sh ${phase} >&2`,
    "tar -cf - -C / out",
  ].join("\n");
}
