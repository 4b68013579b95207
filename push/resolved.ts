import { Failure } from "../cli/failure.ts";
import { ROOT } from "../cli/paths.ts";
import { type ImageName, type ImageSource, imageNames, imageReference } from "../images/catalogue.ts";
import { recordProgram } from "../offline/engine.ts";
import { sentenceOf } from "../offline/sentence.ts";
import { loadStackConfig } from "../offline/stack-config.ts";

/** What a stack deploys of what this repository builds. */
export interface Resolved {
  readonly images: readonly ImageName[];
  /** Where its other images come from, and with them the bases of these. */
  readonly source: ImageSource;
}

/** Runs the stack's program on the recording engine, as if nothing were pushed yet. Encrypted values are not needed for it. */
export async function imagesOfStack(stack: string): Promise<Resolved> {
  const set = [{ path: "ownImages", value: "{}", secret: false }];
  const { config, secretKeys } = loadStackConfig({ projectDir: ROOT, stack, set, dummySecrets: true });
  const recording = await recordProgram({ projectDir: ROOT, stack, config, secretKeys, timeoutMs: 180_000 });
  const errors = recording.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Failure(errors.map(({ message }) => sentenceOf(message)).join("\n"));
  if (recording.exitCode !== 0)
    throw new Failure(`The Pulumi program ended with exit code ${recording.exitCode} and gave no reason.`);
  return {
    images: imagesIn(JSON.stringify(recording.registrations)),
    source: Object.entries(config).some(([key, value]) => key.endsWith(":images") && value === "local")
      ? "local"
      : "official",
  };
}

/** The images of this repository that a text names, whatever kind of resource they belong to. Pure. */
export const imagesIn = (text: string): readonly ImageName[] =>
  imageNames.filter((name) => text.includes(imageReference(name, "local")));
