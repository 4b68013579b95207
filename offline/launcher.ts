import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

export interface LaunchArgs {
  readonly projectDir: string;
  /** `main` of Pulumi.yaml, else `.` */
  readonly entrypoint: string;
  readonly project: string;
  readonly stack: string;
  readonly organization: string;
  readonly preview: boolean;
  /** Address of the monitor and engine, `127.0.0.1:<port>`. */
  readonly address: string;
  /** Fully named keys (`project:key`) -> wire text. */
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
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
export type Launch = (args: LaunchArgs) => Launched;

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
export function launch(args: LaunchArgs): Launched {
  const ready = loaded?.projectDir === args.projectDir && args.env === process.env ? loaded.run : undefined;
  if (ready !== undefined) loaded = undefined;
  return (ready ?? waiting(args.projectDir, args.env))(args);
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
  const order = child.stdio[3] as Writable;
  // What is wrong with the process is said by its own error.
  order.on("error", () => undefined);
  return (args) => {
    const { config, secretKeys, entrypoint } = args;
    order.end(JSON.stringify({ args: [...flagsOf(args), entrypoint], config, secretKeys }));
    return child;
  };
}

function flagsOf(args: LaunchArgs): readonly string[] {
  return [
    `--monitor=${args.address}`,
    `--engine=${args.address}`,
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
    PULUMI_NODEJS_TYPESCRIPT: "false",
    // The gRPC client of the SDK obeys proxy settings; the engine is on this machine.
    no_grpc_proxy: "127.0.0.1",
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

/** Compiled SDK code is kept between runs where the project has its own packages. */
function compileCache(projectDir: string): Record<string, string> {
  const packages = join(projectDir, "node_modules");
  return existsSync(packages) ? { NODE_COMPILE_CACHE: join(packages, ".cache", "node-compile") } : {};
}
