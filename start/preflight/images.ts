import { Failure } from "../../cli/failure.ts";
import { interruption, lastLines, run } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";
import { buildImages } from "../../images/build.ts";
import { type ImageName, type ImageSource, imageNames, imageReference } from "../../images/catalogue.ts";
import type { ConfigSetting } from "../../offline/config-setting.ts";
import { rememberedSource, rememberSource } from "../deploy/state.ts";
import { type Preview, previewProgram } from "./program.ts";

/** Where a stack's images come from, and why; one clause for the progress line. */
interface SourceChoice {
  readonly source: ImageSource;
  readonly why: string;
}

/** Official images where a registry answers for one of them within 15 s, else local ones. */
async function askRegistry(): Promise<SourceChoice> {
  const asked = imageReference("redis", "official");
  const answer = await run("docker", ["manifest", "inspect", asked], {
    timeoutMs: 15_000,
    // Docker 20.10's command line calls this experimental.
    env: { DOCKER_CLI_EXPERIMENTAL: "enabled" },
  });
  if (answer.code === 0) return { source: "official", why: "the image registry answers" };
  return {
    source: "local",
    why: answer.timedOut ? "no image registry answered within 15 s" : "no image registry can be reached",
  };
}

/** Those of the references that are not on the engine: asked one by one only when not all are. */
async function missingImages(references: readonly string[]): Promise<readonly string[]> {
  const inspect = (...names: readonly string[]) =>
    run("docker", ["image", "inspect", "--format", "{{.Id}}", ...names], { timeoutMs: 30_000 });
  if ((await inspect(...references)).code === 0) return [];
  const checks = references.map(async (reference) => ((await inspect(reference)).code === 0 ? [] : [reference]));
  return (await Promise.all(checks)).flat();
}

/** Builds those that this repository builds and pulls the others. Returns how many of each. */
async function provideImages(
  missing: readonly string[],
  source: ImageSource,
  progress: Progress,
): Promise<{ readonly built: number; readonly pulled: number }> {
  const ours = new Map(imageNames.map((name) => [imageReference(name, "local"), name] as const));
  const toBuild = missing.flatMap((reference): ImageName[] => {
    const name = ours.get(reference);
    return name === undefined ? [] : [name];
  });
  const toPull = missing.filter((reference) => !ours.has(reference));
  for (const reference of toPull) {
    progress.doing(`pulling ${reference}`);
    const pulled = await run("docker", ["pull", reference], {
      onLine: (line) => progress.doing(`${reference}: ${line}`),
      timeoutMs: 1_200_000,
    });
    if (pulled.code !== 0) {
      throw new Failure(`The image ${reference} could not be pulled (${lastLines(pulled, 1)}): ${mend(reference)}.`);
    }
  }
  if (toBuild.length > 0)
    await buildImages(toBuild, { source, report: (line) => progress.doing(line), signal: interruption });
  return { built: toBuild.length, pulled: toPull.length };
}

/** What can be built here instead, or what else keeps an image from being pulled. */
const mend = (reference: string): string =>
  imageNames.some((name) => imageReference(name, "official") === reference)
    ? 'check the registry, or run with "--images local"'
    : "check its name, build it on this engine, or log in to its registry with docker login";

/** Where the images come from, and the plan that results. */
export interface SettledImages {
  readonly source: ImageSource;
  readonly preview: Preview;
  readonly missing: readonly string[];
  /** Builds and pulls what is missing. */
  readonly provide: () => Promise<void>;
  readonly summary: string;
}

/** The part of the options of `npm start` that decides about images. */
export interface WantedImages {
  readonly stack: string;
  readonly settings: readonly ConfigSetting[];
  readonly images?: ImageSource;
}

/** The source that is tried first: what was asked for, else what it was before, since that is mostly so again. */
export const firstSource = ({ images, stack }: WantedImages): ImageSource =>
  images ?? rememberedSource(stack) ?? "local";

/** Decides between official and local images: what was asked for, what exists already, else whether a registry answers. `guess`: the preview with `firstSource`. */
export async function settleImages(options: WantedImages, guess: Preview, progress: Progress): Promise<SettledImages> {
  const first = firstSource(options);
  const settle = async (source: ImageSource, why: string): Promise<SettledImages> => {
    const preview = source === first ? guess : await previewProgram(options.stack, options.settings, source);
    const missing = await missingImages(preview.plan.images);
    return {
      source,
      preview,
      missing,
      summary: `${preview.plan.images.length} ${source} (${why})`,
      provide: async () => {
        rememberSource(options.stack, source);
        if (missing.length > 0) await provideImages(missing, source, progress);
      },
    };
  };
  if (options.images !== undefined) return settle(options.images, "as asked");
  const before = rememberedSource(options.stack);
  if (before !== undefined) {
    const settled = await settle(before, "as before");
    if (settled.missing.length === 0) return settled;
  }
  const { source, why } = await askRegistry();
  progress.note(`${why}: ${source} images`);
  return settle(source, why);
}
