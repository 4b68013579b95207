import { run } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";
import type { ImageSource } from "../../images/catalogue.ts";
import { askRegistry, missingImages, provideImages, rememberedSource, rememberSource } from "../deploy/images.ts";
import type { StartOptions } from "../options.ts";
import type { Plan } from "./plan.ts";
import { requireFreePorts } from "./ports.ts";
import { type Preview, previewProgram } from "./program.ts";
import { COLD_LOCAL_BUILD_GB, PULL_GB, requireRoom, roomOf, WARM_GB } from "./room.ts";

/** Where the images come from, and the plan that results. */
export interface SettledImages {
  readonly source: ImageSource;
  readonly plan: Plan;
  readonly missing: readonly string[];
  readonly portOffset: number;
  /** Builds and pulls what is missing. */
  readonly provide: () => Promise<void>;
  readonly summary: string;
}

/** Decides between official and local images: what was asked for, what is here already, else what a registry answers. */
export async function settleImages(options: StartOptions, local: Preview, progress: Progress): Promise<SettledImages> {
  const settle = async (source: ImageSource, why: string): Promise<SettledImages> => {
    const preview =
      source === (options.images ?? "local") ? local : await previewProgram(options.stack, options.settings, source);
    const missing = await missingImages(preview.plan.images);
    return {
      source,
      plan: preview.plan,
      missing,
      portOffset: preview.portOffset,
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

/** Refuses before anything is created: ports that are taken, too little disk or memory. */
export async function checkGround(settled: SettledImages, progress: Progress): Promise<void> {
  await requireFreePorts(settled.plan.containers, settled.portOffset);
  const root = await run("docker", ["info", "--format", "{{.DockerRootDir}}"], { timeoutMs: 20_000 });
  const room = roomOf(root.stdout.trim());
  if (room === undefined) {
    progress.log("the engine is on another machine: its disk and memory are not checked");
    return;
  }
  const memoryMiB = settled.plan.containers.reduce((sum, container) => sum + container.memory, 0);
  requireRoom({ diskGb: diskNeeded(settled), memoryMiB }, room);
}

function diskNeeded({ missing, source }: SettledImages): number {
  if (missing.length === 0) return WARM_GB;
  return source === "local" ? COLD_LOCAL_BUILD_GB : PULL_GB;
}
