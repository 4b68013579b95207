import { parseArgs } from "node:util";
import { type BuildResult, buildImages } from "./build.ts";
import { type ImageName, type ImageSource, imageNames, isImageName, ownImages } from "./catalogue.ts";

const usage = `npm run images -- [--only a,b] [--official]
  Makes the container images of the dev stack from package registries. Images that exist are left alone.
  --only a,b   these images and what they start from; default: all
  --official   start from published images (needs an image registry); default then: only what nobody publishes
`;

/** What a person asked for, or the sentence that says why it cannot be. */
export function readArguments(
  args: readonly string[],
): { readonly names: readonly ImageName[]; readonly source: ImageSource } | { readonly refusal: string } {
  let values: { readonly only?: string | undefined; readonly official?: boolean | undefined };
  try {
    ({ values } = parseArgs({ args: [...args], options: { only: { type: "string" }, official: { type: "boolean" } } }));
  } catch (error) {
    return { refusal: `${error instanceof Error ? error.message : String(error)}\n${usage}` };
  }
  const source = values.official ? "official" : "local";
  if (values.only === undefined) return { names: source === "official" ? ownImages : imageNames, source };
  const asked = values.only.split(",").map((name) => name.trim());
  const unknown = asked.find((name) => !isImageName(name));
  if (unknown !== undefined) {
    return { refusal: `--only names "${unknown}", which is no image: use ${imageNames.join(", ")}.` };
  }
  return { names: asked.filter(isImageName), source };
}

/** The command `npm run images`. Sets the exit code: 0 made, 1 failed, 2 asked wrongly, 130 interrupted. */
export async function main(args: readonly string[]): Promise<void> {
  const request = readArguments(args);
  if ("refusal" in request) {
    process.stderr.write(`${request.refusal}\n`);
    process.exitCode = 2;
    return;
  }
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => interrupted.abort());
  try {
    const report = (line: string) => process.stderr.write(`${line}\n`);
    const results = await buildImages(request.names, { source: request.source, report, signal: interrupted.signal });
    process.stdout.write(`${results.map(resultLine).join("\n")}\n`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      interrupted.signal.aborted
        ? "Interrupted: run the same command again, it goes on where it stopped.\n"
        : `${message}\n`,
    );
    process.exitCode = interrupted.signal.aborted ? 130 : 1;
  }
}

function resultLine(result: BuildResult): string {
  return `${result.outcome.padEnd(8)} ${result.seconds.toFixed(0).padStart(5)} s  ${result.reference}`;
}

if (import.meta.main) await main(process.argv.slice(2));
