import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { checkoutId, PROJECT } from "../../cli/paths.ts";
import { run } from "../../cli/process.ts";
import { type GoProgramBuild, type ImageName, PROGRAMS_FOLDER } from "../specs.ts";
import { dockerBuild, HOST_NETWORK } from "./dockerfile.ts";
import { type Meter, reference, runStep, type Workshop, withFile, withFolder, writeContext } from "./workshop.ts";

/** Modules and compiled packages outlive a build, so an interrupted one continues where it stopped. */
export const goVolumes = (shop: Pick<Workshop, "cold">): readonly string[] =>
  ["go-mod", "go-build"].map((name) => `game-scheduler-otel-${shop.cold ? "cold-" : ""}${name}`);

/**
 * Compiles the programs of the images, all in one build, into `folder/out`.
 * @param image under whose name progress and failures are reported
 */
export async function compilePrograms(
  shop: Workshop,
  image: ImageName,
  programs: readonly string[],
  folder: string,
): Promise<void> {
  const source = path.join(folder, "source");
  mkdirSync(source);
  writeContext(PROGRAMS_FOLDER, source);
  writeFileSync(path.join(folder, "ca.crt"), shop.machine.certificates);
  const sent = path.join(folder, "source.tar");
  const args = ["-cf", sent, "-C", folder, "source", "ca.crt"];
  // macOS's tar would add a file of attributes beside each.
  const options = { env: { COPYFILE_DISABLE: "1" } };
  await runStep(shop, { image, name: "packing", command: "tar", args, options });
  // The download waits for the network, so other images are made beside it; the compilation keeps every core busy.
  await runGo(shop, image, "fetching", programs, sent, folder);
  await runGo(shop, image, "compiling", programs, sent, folder);
}

/** Makes the image around programs that were compiled into `folder/out`. */
export function buildProgramImage(
  shop: Workshop,
  image: ImageName,
  build: GoProgramBuild,
  folder: string,
): Promise<void> {
  return withFolder(async (context) => {
    writeContext(build.folder, context);
    for (const program of build.programs) {
      const name = path.posix.basename(program);
      cpSync(path.join(folder, "out", name), path.join(context, "out", name));
    }
    await dockerBuild(shop, image, build.bases, context);
  });
}

/**
 * Runs build.sh in the `go` image. Source and result pass as archives on the standard streams, so that
 * the engine may be on another machine and no file changes its owner.
 */
async function runGo(
  shop: Workshop,
  image: ImageName,
  name: "fetching" | "compiling",
  programs: readonly string[],
  sent: string,
  folder: string,
): Promise<void> {
  const received = path.join(folder, "out.tar");
  // with CI, the tests of our own packages run as well
  const { CI } = process.env;
  const env = { ...shop.machine.proxy, ...shop.machine.go, ...(CI === undefined ? {} : { CI }) };
  const volumes = goVolumes(shop).map((volume, index) => `${volume}:${["/go/pkg/mod", "/go-build"][index]}`);
  // A killed build leaves its container at work; its packages are in the volume, so it is ended without a loss.
  const container = `${PROJECT}-compile-${checkoutId()}`;
  await run("docker", ["rm", "--force", container], { signal: shop.signal });
  const args = [
    ...["run", "--rm", `--name=${container}`, "--interactive", "--init", ...HOST_NETWORK],
    // A running stack comes first.
    "--cpu-shares=512",
    ...volumes.flatMap((volume) => ["--volume", volume]),
    ...Object.keys(env).flatMap((variable) => ["--env", variable]),
    ...[reference(shop, "go"), "sh", "-c", insideScript(name, programs, shop.machine.certificates !== "")],
  ];
  const meter = name === "fetching" ? modules() : packages();
  await withFile(sent, "r", (input) =>
    withFile(received, "w", (output) =>
      runStep(shop, { image, name, command: "docker", args, options: { input, output, env }, meter }),
    ),
  );
  if (name === "compiling") {
    await runStep(shop, { image, name: "unpacking", command: "tar", args: ["-xf", received, "-C", folder] });
  }
  rmSync(received);
}

/** Programs write to standard error only; standard output is the archive. */
function insideScript(phase: string, programs: readonly string[], ownCertificates: boolean): string {
  return [
    "set -e",
    "mkdir -p /build /out",
    "tar -xf - -C /build",
    ...(ownCertificates ? ["export SSL_CERT_FILE=/build/ca.crt"] : []),
    "cd /build/source",
    `sh ./build.sh ${phase} ${programs.join(" ")} >&2`,
    "tar -cf - -C / out",
  ].join("\n");
}

/** Counts the modules that Go says it downloads. */
export function modules(): Meter {
  let count = 0;
  return (line) => {
    if (line.startsWith("go: downloading ")) count += 1;
    return count === 0 ? {} : { detail: `${count} modules` };
  };
}

/**
 * Follows the compilation: build.sh says how many of all packages are to be compiled, then Go names each as it begins.
 * Packages of an earlier, interrupted build are among "all", not among those "to be compiled".
 */
export function packages(): Meter {
  let all = 0;
  let before = 0;
  let begun = 0;
  return (line) => {
    const said = /^compiling (\d+) of (\d+) packages$/.exec(line);
    if (said !== null) {
      all = Number(said[2]);
      before = all - Number(said[1]);
    } else if (all > 0 && /^[\w.-]+(\/\S+)*$/.test(line)) {
      begun = Math.min(begun + 1, all - before);
    }
    return all === 0
      ? {}
      : { detail: `${before + begun} of ${all} packages`, done: shareOfTime((before + begun) / all) };
  };
}

/**
 * Measured on 29 November 2026: which share of the compilation's time has passed when 0, 5, 10, ... 100 % of its packages have begun, other images
 * being made beside at first. The order of packages is always the same; at the end comes linking.
 */
const TIME_BY_PACKAGES = [
  0, 0.05, 0.1, 0.18, 0.26, 0.31, 0.37, 0.42, 0.47, 0.54, 0.58, 0.6, 0.62, 0.64, 0.68, 0.71, 0.74, 0.77, 0.8, 0.85,
  0.93,
];

function shareOfTime(packagesShare: number): number {
  const at = packagesShare * (TIME_BY_PACKAGES.length - 1);
  const low = TIME_BY_PACKAGES[Math.floor(at)] ?? 1;
  const high = TIME_BY_PACKAGES[Math.ceil(at)] ?? 1;
  return low + (high - low) * (at - Math.floor(at));
}
