import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../cli/failure.ts";
import { interruption, run } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";
import type { ImageSource } from "../../images/catalogue.ts";
import type { ConfigSetting } from "../../offline/config-setting.ts";
import { appAt, type Drive, driveApp, loadDrive } from "../../verify/drive.ts";
import { object, text } from "../../verify/json.ts";
import type { RunFacts } from "../inventory/model.ts";
import { startIntake } from "./intake.ts";
import { bridgeAddress, inJson, type StackCopy, startCopy } from "./stack.ts";

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

/** Light traffic beside the drive. */
const REQUESTS_PER_SECOND = 2;
/** A runner that is busy is no difference. */
const PATIENCE_SECONDS = 120;
/** A shorter use is followed by light traffic alone, so that what happens on a schedule happens in each. */
const ROUND_MS = 12_000;
/** Between two points of a metric. */
const METRICS_SECONDS = 15;
/** What exporters and the collector still hold when the last use has ended. */
const FLUSH_MS = (METRICS_SECONDS + 2) * 1000;

/**
 * Runs a copy of a stack whose collector delivers here, uses the application, and writes what arrived as OTLP in JSON, one request a line,
 * behind a line that says what was done. All spans are kept, whatever the stack samples.
 */
export async function record(args: RecordArgs, progress: Progress): Promise<void> {
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
      () =>
        startCopy(
          {
            projectDir: args.projectDir,
            of: args.stack,
            set: args.set,
            stack: `${args.stack}-recorded`,
            settings: {
              backend: "otlp",
              extraBackends: [],
              otlp: { endpoint: `http://${address}:${port}` },
              sampling: { mode: "all" },
              // whatever the stack has, so that a recording does not wait for it
              metrics: { interval: METRICS_SECONDS },
              images: args.images,
              portOffset: args.portOffset,
            },
            pull: args.images === "official" ? "missing" : "never",
            accept: (outputs) => driveOf(outputs, args.stack),
            reconfigure: (config) => ({ config: inJson(config) }),
          },
          progress,
        ),
      () => "running",
    );
    try {
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
      await sleep(FLUSH_MS);
      if ((await stack.restarts()) > 0)
        throw new Failure("The collector was started again meanwhile: record on a calmer machine.");
      const commit = await commitOf(args.projectDir);
      const facts: RunFacts = {
        stack: args.stack,
        ...(commit !== undefined && { commit }),
        drive: createHash("sha256")
          .update(readFileSync(path.join(args.projectDir, file)))
          .digest("hex")
          .slice(0, 12),
        rounds,
        texts: args.texts,
      };
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

/** Uses it again and again, with light traffic beside; when each use began, and when the last ended. */
async function useIt(
  drive: Drive,
  rounds: number,
  published: Readonly<Record<string, string>>,
): Promise<readonly number[]> {
  const marks: number[] = [];
  const stop = new AbortController();
  const light = (async () => {
    // the last request is waited for: one that is cut off is an answer of its own (499)
    const app = appAt({ published });
    for (let turn = 0; !stop.signal.aborted; turn += 1) {
      await drive.light(app, turn).catch(() => undefined);
      await sleep(1000 / REQUESTS_PER_SECOND);
    }
  })();
  try {
    for (let round = 0; round < rounds; round += 1) {
      marks.push(Date.now());
      const use = () => driveApp(drive, { published, signal: interruption, patienceSeconds: PATIENCE_SECONDS });
      // the light traffic beside may spoil a step: a list that it had cached a moment before
      await use().catch((error: unknown) => (interruption.aborted ? Promise.reject(error) : use()));
      await sleep(Math.max(0, (marks.at(-1) ?? 0) + ROUND_MS - Date.now()));
    }
    marks.push(Date.now());
  } finally {
    stop.abort();
    await light;
  }
  return marks;
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
