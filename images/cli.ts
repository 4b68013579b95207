import { type CommandLine, readArguments } from "../cli/arguments.ts";
import { runCommand } from "../cli/command.ts";
import { Failure, Interrupted } from "../cli/failure.ts";
import { interruption } from "../cli/process.ts";
import { type BuildResult, buildImages } from "./build.ts";
import { type ImageName, type ImageSource, imageNames, isImageName, ownImages } from "./catalogue.ts";
import type { Took } from "./forecast.ts";

const help = `npm run images -- [options]

Makes the container images of the dev stack from package registries. Images that exist are left alone.

      --only a,b          these images and what they start from; default: all
      --official          start from published images (needs an image registry); default then: the collector and what nobody publishes
      --cold              measures: makes all of them anew with empty caches, beside those that exist, says what took how long, removes them
      --json              [{ image, reference, outcome, seconds }] on standard output; outcome: built, present, pulled
  -h, --help              this text

Exit code: 0 all are there, 1 one could not be made, or the command itself could not run.`;

/** Which images to make, and from where. Throws a Failure for a name that is no image. */
export function wantedImages(args: CommandLine): {
  readonly names: readonly ImageName[];
  readonly source: ImageSource;
} {
  const source = args.flag("official") ? "official" : "local";
  const only = args.text("only");
  if (only === undefined) return { names: source === "official" ? ownImages : imageNames, source };
  const asked = only.split(",").map((name) => name.trim());
  const unknown = asked.find((name) => !isImageName(name));
  if (unknown === undefined) return { names: asked.filter(isImageName), source };
  throw new Failure(`--only names "${unknown}", which is no image: use ${imageNames.join(", ")}.`);
}

function resultLine(result: BuildResult): string {
  return `${result.outcome.padEnd(8)} ${result.seconds.toFixed(0).padStart(5)} s  ${result.reference}`;
}

const tookLine = ({ name, from, to }: Took): string =>
  `${[from, to, to - from].map((seconds) => `${seconds.toFixed(0).padStart(5)} s`).join("  ")}  ${name}`;

/** Says what took how long where that is measured; beside the JSON of `--json`, which stands alone on standard output. */
export function reportOfTook(args: CommandLine, aside: (line: string) => void): (took: readonly Took[]) => void {
  const say = args.flag("json") ? aside : (line: string) => console.log(line);
  return (took) => {
    if (args.flag("cold")) say(`${took.map(tookLine).join("\n")}\n`);
  };
}

if (import.meta.main) {
  await runCommand({ name: "images", help }, async (argv) => {
    const args = readArguments(argv, "images", { only: "text", official: "flag", cold: "flag", json: "flag" });
    const { names, source } = wantedImages(args);
    const report = (line: string) => process.stderr.write(`${line}\n`);
    try {
      const cold = args.flag("cold");
      const onTook = reportOfTook(args, report);
      const results = await buildImages(names, { source, report, signal: interruption, cold, onTook });
      console.log(args.flag("json") ? JSON.stringify(results, undefined, 2) : results.map(resultLine).join("\n"));
      return 0;
    } catch (error) {
      if (!interruption.aborted) throw error;
      throw new Interrupted("Interrupted: run the same command again, it continues where it stopped.");
    }
  });
}
