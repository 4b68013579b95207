import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Duplex, Readable } from "node:stream";
import type { Question } from "./answers.ts";
import type { Recorder } from "./in-process.ts";
import type { RunArgs } from "./monitor.ts";
import type { Order, Reply, Said } from "./wire.ts";

export interface LaunchArgs extends RunArgs {
  readonly projectDir: string;
  /** `main` of Pulumi.yaml, else `.` */
  readonly entrypoint: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A program that runs: a process, or what stands for one. */
export interface Launched {
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  once(event: "error", listener: (error: Error) => void): unknown;
  once(event: "close", listener: (code: number | null) => void): unknown;
  kill(signal: "SIGKILL"): boolean;
}

/** Starts the program with these arguments. */
export type Launch = (args: LaunchArgs, recorder: Recorder) => Launched;

/** The process that `preload` has started, until a program is run in it. */
let loaded: { readonly projectDir: string; readonly run: Launch } | undefined;

/**
 * Starts the process of the next `launch` for this project: it loads the SDK, a third of a second, while the configuration is read. Without a
 * `launch` it ends with this process.
 */
export function preload(projectDir: string): void {
  loaded = { projectDir, run: waiting(projectDir, process.env) };
}

/** Starts the program as the Pulumi language host does: the SDK's own launcher, in a process of its own. */
export function launch(args: LaunchArgs, recorder: Recorder): Launched {
  const ready = loaded?.projectDir === args.projectDir && args.env === process.env ? loaded.run : undefined;
  if (ready !== undefined) loaded = undefined;
  return (ready ?? waiting(args.projectDir, args.env))(args, recorder);
}

function waiting(projectDir: string, env: LaunchArgs["env"]): Launch {
  const parts = `--require=${join(import.meta.dirname, "sdk-parts.cjs")}`;
  // A larger young generation: what one recording makes is collected once instead of ten times.
  const memory = "--max-semi-space-size=64";
  const child = spawn(nodeOf(projectDir), [memory, parts, launcherOf(projectDir)], {
    cwd: projectDir,
    env: environmentOf(env, projectDir),
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const wire = child.stdio[3] as Duplex;
  // What is wrong with the process is said by its own error.
  wire.on("error", () => undefined);
  const write = (line: Order | Reply) => wire.write(`${JSON.stringify(line)}\n`);
  return (args, recorder) => {
    const { project, stack, organization, preview, config, secretKeys } = args;
    const argv = [...flagsOf(args), args.entrypoint];
    onLines(wire, (line) => {
      const said = JSON.parse(line) as Said;
      if ("entry" in said) recorder.tell(said.entry);
      else write(replyOf(recorder, said.question));
    });
    write({ project, stack, organization, preview, config, secretKeys, argv });
    return child;
  };
}

function replyOf({ generate }: Recorder, question: Question): Reply {
  try {
    return { secret: generate(question) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function onLines(stream: Readable, take: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  });
}

function flagsOf(args: LaunchArgs): readonly string[] {
  return [
    // The launcher insists on addresses; see in-process.ts.
    "--monitor=in-process",
    "--engine=in-process",
    `--project=${args.project}`,
    `--stack=${args.stack}`,
    `--organization=${args.organization}`,
    `--pwd=${args.projectDir}`,
    `--root-directory=${args.projectDir}`,
    "--parallel=16",
    ...(args.preview ? ["--dry-run"] : []),
  ];
}

/** The environment that the program runs in, its configuration aside. */
export function environmentOf(
  env: LaunchArgs["env"],
  projectDir: string,
): Readonly<Record<string, string | undefined>> {
  return {
    ...inherited(env),
    // the program then asks about no containers
    RECORDED_PROGRAM: "true",
    PULUMI_NODEJS_TYPESCRIPT: "false",
    ...compileCache(projectDir),
  };
}

/** The project's own Node (a dev dependency), which can strip types; else the one running now. */
function nodeOf(projectDir: string): string {
  const own = join(projectDir, "node_modules", ".bin", "node");
  return existsSync(own) ? own : process.execPath;
}

function launcherOf(projectDir: string): string {
  const fromProject = createRequire(join(projectDir, "package.json"));
  try {
    return fromProject.resolve("@pulumi/pulumi/cmd/run");
  } catch {
    throw new Error(`${projectDir}: @pulumi/pulumi is not installed there. Run: npm ci`);
  }
}

/** What belongs to an outer Pulumi run or to a test runner must not steer this one. */
function inherited(env: LaunchArgs["env"]): Record<string, string | undefined> {
  const foreign = /^(PULUMI_|VITEST|NODE_OPTIONS$|NODE_ENV$|NODE_V8_COVERAGE$|TEST$)/;
  return Object.fromEntries(Object.entries(env).filter(([key]) => !foreign.test(key)));
}

/**
 * Compiled code is kept between runs where the project has its own packages: not beside that of other processes, which are started with other
 * options, since the engine takes no code that was compiled under others and both would write it anew each time.
 */
function compileCache(projectDir: string): Record<string, string> {
  const packages = join(projectDir, "node_modules");
  return existsSync(packages) ? { NODE_COMPILE_CACHE: join(packages, ".cache", "node-compile-program") } : {};
}
