/**
 * A process that runs the Pulumi program again and again, one run after the other, with the SDKs and the program's modules loaded once: most of
 * what a recording costs is loading them. Each run evaluates the program's main file anew, on settings of its own, as the SDK's launcher
 * (`@pulumi/pulumi/cmd/run`) does in a new process. Started by `launch.ts`; messages in: LaunchArgs; out: Hosted.
 */
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { placeholderSecret } from "../../../offline/answers.ts";
import { answerInProcess } from "../../../offline/in-process.ts";
import { environmentOf, type LaunchArgs } from "../../../offline/launcher.ts";
import type { Hosted, HostedEnd } from "./launch.ts";

/** The parts of the SDK that its launcher uses and its types leave out. */
interface Internals {
  readonly settings: {
    resetOptions(
      project: string,
      stack: string,
      parallel: number,
      engine: string,
      monitor: string,
      preview: boolean,
      organization: string,
    ): void;
    waitForRPCs(): Promise<void>;
    disconnect(signal: boolean): Promise<void>;
  };
  readonly config: { setAllConfig(config: object, secretKeys: readonly string[]): void };
  readonly state: { getGlobalStore(): object; readonly LocalStore: new () => object };
  readonly stack: { runInPulumiStack(program: () => Promise<unknown>): Promise<unknown> };
}

const require = createRequire(import.meta.url);
const begin = answerInProcess(require);
const pulumi = require("@pulumi/pulumi") as typeof import("@pulumi/pulumi");
const runtime = (name: string) => require(`@pulumi/pulumi/runtime/${name}`);
const { settings, config, state, stack } = {
  settings: runtime("settings"),
  config: runtime("config"),
  state: runtime("state"),
  stack: runtime("stack"),
} as Internals;

/** What providers' modules register when they are loaded, which happens once. */
const KEPT = ["resourceModules", "resourcePackages"] as const;

/** As the SDK's launcher ends after errors that it has shown. */
const SHOWN_ERRORS = 32;

let runs = 0;

async function perform(args: LaunchArgs): Promise<number> {
  process.chdir(args.projectDir);
  for (const key of Object.keys(process.env)) delete process.env[key];
  Object.assign(process.env, environmentOf(args.env, args.projectDir), {
    PULUMI_NODEJS_ROOT_DIRECTORY: args.projectDir,
  });

  const before = state.getGlobalStore() as Record<string, unknown>;
  const store = new state.LocalStore();
  for (const name of KEPT) Object.assign(store, { [name]: before[name] });
  Object.assign(globalThis, { globalStore: store, stackResource: undefined });
  settings.resetOptions(args.project, args.stack, 16, "in-process", "in-process", args.preview, args.organization);
  begin(args, { tell: (entry) => send({ entry }), generate: placeholderSecret });
  config.setAllConfig(args.config, args.secretKeys);

  const errors = new Set<unknown>();
  const caught = (error: unknown) => void errors.add(error);
  process.on("uncaughtException", caught);
  process.on("unhandledRejection", caught);
  try {
    await stack.runInPulumiStack(async () => {
      const main = args.entrypoint === "." ? "index.ts" : args.entrypoint;
      return { ...(await import(`${pathToFileURL(resolve(args.projectDir, main)).href}?run=${runs++}`)) };
    });
  } catch (error) {
    caught(error);
  }
  await settings.waitForRPCs();
  // what nobody awaited is reported after the turn that it failed in
  await setImmediate();
  await setImmediate();
  process.off("uncaughtException", caught);
  process.off("unhandledRejection", caught);
  for (const error of errors) await show(error);
  await settings.disconnect(errors.size === 0);
  return errors.size === 0 ? 0 : SHOWN_ERRORS;
}

async function show(error: unknown): Promise<void> {
  if (pulumi.RunError.isInstance(error)) return pulumi.log.error(error.message);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return pulumi.log.error(`Running program failed with an unhandled exception:\n${text}`);
}

/** Everything that is printed meanwhile. */
async function listened(work: () => Promise<number>): Promise<HostedEnd> {
  const said = { stdout: "", stderr: "" };
  const write = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const stream of ["stdout", "stderr"] as const)
    process[stream].write = (chunk: string | Uint8Array) => {
      said[stream] += String(chunk);
      return true;
    };
  try {
    return { code: await work(), ...said };
  } catch (error) {
    return { code: 1, stdout: said.stdout, stderr: `${said.stderr}${error}` };
  } finally {
    process.stdout.write = write.stdout;
    process.stderr.write = write.stderr;
  }
}

const send = (said: Hosted) => process.send?.(said);

process.on("message", async (args: LaunchArgs) => send(await listened(() => perform(args))));
