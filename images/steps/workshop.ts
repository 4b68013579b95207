import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Limit } from "../../cli/limited.ts";
import { lastLines, type Outcome, type RunOptions, run } from "../../cli/process.ts";
import { type ImageSource, imageReference } from "../catalogue.ts";
import { type BuildEvent, describe, ImageBuildFailed, type Report } from "../events.ts";
import type { Forecast } from "../forecast.ts";
import { inputFiles } from "../inputs.ts";
import type { MachineSettings } from "../machine.ts";
import type { ImageName } from "../specs.ts";

/** What every step needs: the machine, its queue, where to report, and when to stop. */
export interface Workshop {
  readonly machine: MachineSettings;
  /** Where the images that others start from come from. */
  readonly bases: ImageSource;
  /** A measurement: nothing that exists is used, neither images nor caches, under names of its own. */
  readonly cold: boolean;
  /** Work that waits for the network most of the time. */
  readonly fetching: Limit;
  readonly forecast: Forecast;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** The name under which the engine has one of our images. */
export const reference = (shop: Pick<Workshop, "cold">, image: ImageName): string =>
  shop.cold ? imageReference(image, "local").replace("-otel/", "-otel-cold/") : imageReference(image, "local");

/** Reads the lines of a step, one by one, and says how far it is: in words, and as a share of its time from 0 to 1. */
export type Meter = (line: string) => { readonly detail?: string; readonly done?: number };

/** Something to be done for an image, by running a command. */
export interface Step {
  readonly image: ImageName;
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly options?: Omit<RunOptions, "signal" | "onLine">;
  readonly meter?: Meter;
}

const PROGRESS_SECONDS = 10;

/** Runs a step, reports its progress, and throws ImageBuildFailed with its last lines when it fails. */
export async function runStep(shop: Workshop, step: Step): Promise<Outcome> {
  shop.signal.throwIfAborted();
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let at: ReturnType<Meter> = {};
  shop.forecast.begin(step.image, step.name);
  const report = () => {
    const detail = at.detail === undefined ? {} : { detail: at.detail };
    const event: BuildEvent = { image: step.image, step: step.name, seconds: seconds(), ...detail };
    shop.report(`${describe(event)} (${shop.forecast.sentence()})`, event);
  };
  report();
  const timer = setInterval(report, PROGRESS_SECONDS * 1000);
  try {
    const finished = await run(step.command, step.args, {
      ...step.options,
      signal: shop.signal,
      onLine: (line) => {
        at = step.meter?.(line) ?? at;
        shop.forecast.at(step.image, step.name, at.done);
      },
    });
    shop.signal.throwIfAborted();
    if (finished.code !== 0) throw new ImageBuildFailed(step.image, step.name, lastLines(finished, 12));
    shop.forecast.end(step.image, step.name);
    return finished;
  } finally {
    clearInterval(timer);
  }
}

/** An open file, readable by its owner only, for the length of a task. */
export async function withFile<T>(
  file: string,
  flags: "r" | "w",
  task: (descriptor: number) => Promise<T>,
): Promise<T> {
  const descriptor = openSync(file, flags, 0o600);
  try {
    return await task(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A private folder for the length of a task. */
export async function withFolder<T>(task: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), "game-scheduler-otel-image-"));
  try {
    return await task(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Copies exactly the hashed files of a build context, and no others, with permissions that do not depend on the checkout's umask. */
export function writeContext(source: string, target: string, beside: readonly string[] = []): void {
  for (const { name, content } of inputFiles(source, beside)) {
    const file = path.join(target, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, isScript(content) ? 0o755 : 0o644);
  }
}

function isScript(content: Uint8Array): boolean {
  return content[0] === 0x23 && content[1] === 0x21;
}
