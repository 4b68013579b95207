import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Limit } from "../../cli/limited.ts";
import { lastLines, type Outcome, type RunOptions, run } from "../../cli/process.ts";
import type { ImageSource } from "../catalogue.ts";
import { type BuildEvent, describe, ImageBuildFailed, type Report } from "../events.ts";
import { inputFiles } from "../inputs.ts";
import type { MachineSettings } from "../machine.ts";
import type { ImageName } from "../specs.ts";

/** What every step needs: the machine, its queues, where to report, and when to stop. */
export interface Workshop {
  readonly machine: MachineSettings;
  /** Where the images that others start from come from. */
  readonly bases: ImageSource;
  /** Work that keeps every core busy: one at a time. */
  readonly compiling: Limit;
  /** Work that waits for the network most of the time. */
  readonly fetching: Limit;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Something to be done for an image, by running a command. */
export interface Step {
  readonly image: ImageName;
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly options?: Omit<RunOptions, "signal" | "onLine">;
  /** Turns the lines so far into how far it is; default: nothing. */
  readonly detail?: (lines: number) => string;
}

const PROGRESS_SECONDS = 10;

/** Runs a step, reports its progress, and throws ImageBuildFailed with its last lines when it fails. */
export async function runStep(shop: Workshop, step: Step): Promise<Outcome> {
  shop.signal.throwIfAborted();
  const started = performance.now();
  let lines = 0;
  const report = () => {
    const event: BuildEvent = {
      image: step.image,
      step: step.name,
      seconds: (performance.now() - started) / 1000,
      ...(step.detail === undefined || lines === 0 ? {} : { detail: step.detail(lines) }),
    };
    shop.report(describe(event), event);
  };
  report();
  const timer = setInterval(report, PROGRESS_SECONDS * 1000);
  try {
    const finished = await run(step.command, step.args, {
      ...step.options,
      signal: shop.signal,
      onLine: () => {
        lines += 1;
      },
    });
    shop.signal.throwIfAborted();
    if (finished.code !== 0) throw new ImageBuildFailed(step.image, step.name, lastLines(finished, 12));
    return finished;
  } finally {
    clearInterval(timer);
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
export function writeContext(source: string, target: string): void {
  for (const { name, content } of inputFiles(source)) {
    const file = path.join(target, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, isScript(content) ? 0o755 : 0o644);
  }
}

function isScript(content: Uint8Array): boolean {
  return content[0] === 0x23 && content[1] === 0x21;
}
