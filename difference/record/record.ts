import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure, Interrupted } from "../../cli/failure.ts";
import { interruption, run, unlessInterrupted } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";
import type { ImageSource } from "../../images/catalogue.ts";
import type { ConfigSetting } from "../../offline/config-setting.ts";
import { loadDrive } from "../../verify/drive.ts";
import { object, text } from "../../verify/json.ts";
import type { RunFacts } from "../inventory/model.ts";
import { startIntake } from "./intake.ts";
import { bridgeAddress, type CopyArgs, inJson, type StackCopy, startCopy } from "./stack.ts";
import { useIt } from "./use.ts";

export interface RecordArgs {
  /** Folder of the project whose program makes the stack. */
  readonly projectDir: string;
  readonly stack: string;
  /** How often the application is used. */
  readonly rounds: number;
  /** Config values for this run, as `--config` gives them. */
  readonly set: readonly ConfigSetting[];
  /** Where the images of databases come from. */
  readonly images: ImageSource;
  /** Added to every published port. */
  readonly portOffset: number;
  /** Texts that the content looks for in log records. */
  readonly texts: readonly string[];
  /** Keeps the raw requests, one a line, where they are wanted. */
  readonly out: string;
}

/** Between two points of a metric. */
const METRICS_SECONDS = 15;
/** What exporters and the collector still hold when the last use has ended. */
const FLUSH_MS = (METRICS_SECONDS + 2) * 1000;

/**
 * Runs a copy of a stack whose collector delivers here, uses the application, and writes what arrived as OTLP in JSON, one request a line,
 * behind a line that says what was done. All spans are kept, whatever the stack samples.
 * @param start starts the copy
 * @throws Interrupted on Ctrl-C, at once; the copy is removed first
 */
export async function record(args: RecordArgs, progress: Progress, start: typeof startCopy = startCopy): Promise<void> {
  const address = await bridgeAddress();
  const port = 4318 + args.portOffset;
  const requests: string[] = [];
  const close = await startIntake(address, port, (_, body) => {
    requests.push(body);
    return true;
  });
  try {
    const stack = await progress.step(
      `Start a copy of stack ${args.stack}, delivering to the recorder`,
      () => start(copyArgs(args, `http://${address}:${port}`), progress),
      () => "running",
    );
    try {
      const facts = await useCopy(stack, args, progress);
      write(args.out, [JSON.stringify({ recording: facts }), ...requests]);
    } finally {
      await progress.step(
        "Remove it",
        () => stack.remove(),
        () => "removed",
      );
    }
  } finally {
    await close();
  }
  if (interruption.aborted) throw new Interrupted();
}

/** A copy that delivers everything to `endpoint`, and to nobody else. */
function copyArgs(args: RecordArgs, endpoint: string): CopyArgs {
  const { projectDir, stack, set, images, portOffset } = args;
  return {
    projectDir,
    of: stack,
    set,
    stack: `${stack}-recorded`,
    settings: {
      backend: "otlp",
      extraBackends: [],
      otlp: { endpoint },
      sampling: { mode: "all" },
      // whatever the stack has, so that a recording does not wait for it
      metrics: { interval: METRICS_SECONDS },
      images,
      portOffset,
    },
    pull: images === "official" ? "missing" : "never",
    accept: (outputs) => driveOf(outputs, stack),
    reconfigure: (config) => ({ config: inJson(config) }),
  };
}

/** Uses a copy until everything that it made of it is delivered; what was done. @throws Failure where its collector did not run through */
async function useCopy(stack: StackCopy, args: RecordArgs, progress: Progress): Promise<RunFacts> {
  const published = Object.fromEntries(
    Object.entries(object(stack.outputs.published)).map(([name, url]) => [name, text(url)]),
  );
  const file = driveOf(stack.outputs, args.stack);
  const drive = await loadDrive(file, args.projectDir);
  const rounds = await progress.step(
    `Use it ${args.rounds} times`,
    () => useIt(drive, args.rounds, published),
    (marks) => `${Math.round(((marks.at(-1) ?? 0) - (marks[0] ?? 0)) / 1000)} s of use`,
  );
  await unlessInterrupted(sleep(FLUSH_MS));
  if ((await stack.restarts()) > 0)
    throw new Failure("The collector was started again meanwhile: record on a calmer machine.");
  const commit = await commitOf(args.projectDir);
  return {
    stack: args.stack,
    ...(commit !== undefined && { commit }),
    drive: createHash("sha256")
      .update(readFileSync(path.join(args.projectDir, file)))
      .digest("hex")
      .slice(0, 12),
    rounds,
    texts: args.texts,
  };
}

/** File that says how the application is used. @throws Failure where the stack names none */
export function driveOf({ drive }: StackCopy["outputs"], stack: string): string {
  const file = text(drive);
  if (file === "" || file === "none")
    throw new Failure(
      `Stack ${stack} does not say how its application is used: set the config key drive (docs/your-services.md).`,
    );
  return file;
}

async function commitOf(folder: string): Promise<string | undefined> {
  const { code, stdout } = await run("git", ["-C", folder, "rev-parse", "--short=12", "HEAD"]);
  return code === 0 ? stdout.trim() : undefined;
}

function write(file: string, lines: readonly string[]): void {
  const out = openSync(file, "w", 0o600);
  try {
    for (const line of lines) writeSync(out, `${line}\n`);
  } finally {
    closeSync(out);
  }
}
