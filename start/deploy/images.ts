import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Failure } from "../../cli/failure.ts";
import { localFolder } from "../../cli/paths.ts";
import { interruption, lastLines, run } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";
import { buildImages } from "../../images/build.ts";
import type { ImageSource } from "../../images/catalogue.ts";
import { type ImageName, imageNames, imageReference } from "../../images/catalogue.ts";

/** Where a stack's images come from, and why; one clause for the progress line. */
export interface SourceChoice {
  readonly source: ImageSource;
  readonly why: string;
}

const fileOf = (stack: string) => path.join(localFolder(stack), "images.json");

/** What the last run used; the first guess of the next, so that nothing is replaced just because a registry came or went. */
export function rememberedSource(stack: string): ImageSource | undefined {
  try {
    const source: unknown = JSON.parse(readFileSync(fileOf(stack), "utf8")).source;
    return source === "official" || source === "local" ? source : undefined;
  } catch {
    return undefined;
  }
}

export function rememberSource(stack: string, source: ImageSource): void {
  writeFileSync(fileOf(stack), `${JSON.stringify({ source })}\n`, { mode: 0o600 });
}

/** Official images where a registry answers for one of them within 15 s, else local ones. */
export async function askRegistry(): Promise<SourceChoice> {
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

/** Those of the references that are not on the engine. */
export async function missingImages(references: readonly string[]): Promise<readonly string[]> {
  const checks = references.map(async (reference) => {
    const found = await run("docker", ["image", "inspect", "--format", "{{.Id}}", reference], { timeoutMs: 30_000 });
    return found.code === 0 ? [] : [reference];
  });
  return (await Promise.all(checks)).flat();
}

/** Builds those that this repository builds and pulls the others. Returns how many of each. */
export async function provideImages(
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
      throw new Failure(
        `The image ${reference} could not be pulled (${lastLines(pulled, 1)}): check the registry, or run with "--images local".`,
      );
    }
  }
  if (toBuild.length > 0)
    await buildImages(toBuild, { source, report: (line) => progress.doing(line), signal: interruption });
  return { built: toBuild.length, pulled: toPull.length };
}
