import { resolve } from "node:path";
import { Interrupted } from "../cli/failure.ts";
import { interruption } from "../cli/process.ts";
import { type GenerateSecret, placeholderSecret } from "./answers.ts";
import { Book } from "./book.ts";
import { type Launch, type Launched, launch } from "./launcher.ts";
import { readProjectFile } from "./project-file.ts";
import type { Recording } from "./registration.ts";

export type { Diagnostic, Recording, Registration } from "./registration.ts";

export interface RecordArgs {
  /** Folder of Pulumi.yaml. */
  readonly projectDir: string;
  readonly stack: string;
  /** Wire texts by key; a key without a namespace belongs to the project (`backend` = `game-scheduler-otel:backend`). */
  readonly config?: Readonly<Record<string, string>>;
  /** Which of the keys hold secrets. */
  readonly secretKeys?: readonly string[];
  /** True: what a provider computes is unknown, as in `pulumi preview`. Default: true. */
  readonly preview?: boolean;
  /** Text of generated passwords. Default: recognisable placeholders. */
  readonly generate?: GenerateSecret;
  /** Default: this process's environment without Pulumi's and the test runner's variables. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Starts the program. Default: `launch`, in a process of its own. */
  readonly launch?: Launch;
  /** A program that runs longer is ended and reported. Default: 120 000. */
  readonly timeoutMs?: number;
}

/**
 * Runs the untouched Pulumi program of `projectDir` without the Pulumi CLI, providers, network or account, and records what it
 * registers. This is our engine, not Pulumi's: providers' checks, defaults and diffs do not happen.
 *
 * Never throws for a fault of the program: that is in `diagnostics` and `exitCode`.
 * @throws Interrupted on Ctrl-C, which ends the program
 */
export async function recordProgram(args: RecordArgs): Promise<Recording> {
  const projectDir = resolve(args.projectDir);
  const project = readProjectFile(projectDir);
  const preview = args.preview ?? true;
  const run = { project: project.name, stack: args.stack, organization: "organization", preview };
  const config = Object.fromEntries(
    Object.entries(args.config ?? {}).map(([key, value]) => [qualified(project.name, key), value]),
  );
  const secretKeys = (args.secretKeys ?? []).map((key) => qualified(project.name, key));
  const book = new Book();
  for (const key of secretKeys) book.hide(config[key] ?? "");
  const child = (args.launch ?? launch)(
    { ...run, projectDir, config, secretKeys, entrypoint: project.main, env: args.env ?? process.env },
    { tell: (entry) => book.copy(entry), generate: args.generate ?? placeholderSecret },
  );
  const exitCode = await finish(child, book, args.timeoutMs ?? 120_000);
  return book.close({ ...run, exitCode });
}

function qualified(project: string, key: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

/** Waits for the program, however it ends; it outlives neither this process nor Ctrl-C. */
async function finish(child: Launched, book: Book, timeoutMs: number): Promise<number> {
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const said = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    said.stdout += chunk;
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    said.stderr += chunk;
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, timeoutMs);
  if (interruption.aborted) kill();
  interruption.addEventListener("abort", kill, { once: true });
  const code = await new Promise<number>((done, fail) => {
    child.once("error", fail);
    child.once("close", (status) => done(status ?? 1));
  }).finally(() => {
    clearTimeout(timer);
    interruption.removeEventListener("abort", kill);
    process.removeListener("exit", kill);
  });
  if (interruption.aborted) throw new Interrupted("The recording of the program was interrupted.");

  for (const line of lines(said.stdout)) book.addDiagnostic({ severity: "info", message: line, urn: "" });
  if (late) {
    const message = `The program did not end within ${timeoutMs / 1000} s. Look for a promise or a server that keeps it alive.`;
    book.addDiagnostic({ severity: "error", message, urn: "" });
  } else if (code !== 0 && !book.hasErrors()) {
    const message = said.stderr.trim() || `The program ended with exit code ${code} and said nothing.`;
    book.addDiagnostic({ severity: "error", message, urn: "" });
  } else {
    for (const line of lines(said.stderr)) book.addDiagnostic({ severity: "info", message: line, urn: "" });
  }
  return code === 0 && book.hasErrors() ? 1 : code;
}

function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}
