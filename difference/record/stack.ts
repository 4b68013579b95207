import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse, parseDocument, stringify } from "yaml";
import { Failure } from "../../cli/failure.ts";
import { LABEL, PROJECT } from "../../cli/paths.ts";
import { interruption, lastLines, run, UNINTERRUPTED } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";
import { type WrittenCompose, writeCompose } from "../../offline/compose/write.ts";
import type { ConfigSetting } from "../../offline/config-setting.ts";
import { troubledOf } from "../../start/deploy/health.ts";
import { type ComposeTool, ensureCompose } from "../../start/tools/compose.ts";

export interface CopyArgs {
  /** Folder of the project whose program makes the stack. */
  readonly projectDir: string;
  /** The stack whose file is copied. */
  readonly of: string;
  /** The copy's name, beside the stacks of people. */
  readonly stack: string;
  /** Config keys that differ from the original's. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Single values on top of them. */
  readonly set?: readonly ConfigSetting[];
  /** Whether published images that are not there are fetched. Those that this repository builds must be there. */
  readonly pull: "missing" | "never";
  /** Looks at what the program says of the copy before anything is started; throws where that will not do. */
  readonly accept?: (outputs: WrittenCompose["outputs"]) => void;
  /** Changes the configuration of a collector before it is started, while the copy's stack file is there; may give it further arguments. */
  readonly reconfigure: (config: string) => Promise<Reconfigured> | Reconfigured;
}

export interface Reconfigured {
  readonly config: string;
  readonly args?: readonly string[];
}

/** A copy of a stack that runs beside the original, without its backend. */
export interface StackCopy {
  readonly outputs: WrittenCompose["outputs"];
  /** Stops one container for some seconds. */
  readonly without: (container: string, seconds: number) => Promise<void>;
  /** How often the collector was started again: a recording needs one that ran through. */
  readonly restarts: () => Promise<number>;
  readonly remove: () => Promise<void>;
}

/** Starts a copy of a stack as `npm start` does without the Pulumi CLI. Images must be there. @throws Failure when it does not come up */
export async function startCopy(args: CopyArgs, progress: Progress): Promise<StackCopy> {
  const { projectDir, stack } = args;
  const tool = await ensureCompose(progress);
  const localDir = path.join(projectDir, ".local", stack);
  const out = path.join(localDir, "compose.yaml");
  const written = await writtenCopy(args, localDir, out);
  args.accept?.(written.outputs);
  const compose = composeOf(tool, written, out);
  // It is removed also where the command was interrupted, which ends everything else; then nobody waits for last words.
  const remove = () => {
    const seconds = interruption.aborted ? "0" : "10";
    return compose(["down", "--volumes", "--timeout", seconds], UNINTERRUPTED);
  };
  try {
    await compose(["up", "-d", "--no-build", "--pull", args.pull, "--wait", "--wait-timeout", "240"]);
  } catch (error) {
    const why = interruption.aborted ? "" : await trouble(stack);
    await remove().catch(() => undefined);
    if (why !== "") throw new Failure(`The copy of stack ${args.of} did not come up: ${why}`);
    throw args.pull === "missing" ? withImageAdvice(error) : error;
  }
  const nameOf = (container: string): string => `${PROJECT}-${stack}-${container}`;
  return {
    outputs: written.outputs,
    without: async (container, seconds) => {
      await run("docker", ["stop", nameOf(container)]);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      await run("docker", ["start", nameOf(container)]);
    },
    restarts: async () => {
      const inspect = ["inspect", nameOf("collector"), "--format", "{{.RestartCount}}"];
      const said = await run("docker", inspect);
      if (said.code !== 0) throw new Failure(`The collector of the copy cannot be asked: ${lastLines(said, 1)}`);
      return Number(said.stdout);
    },
    remove,
  };
}

/** What is to be started, as files; the copy's stack file is there only meanwhile. */
async function writtenCopy(args: CopyArgs, localDir: string, out: string): Promise<WrittenCompose> {
  const { projectDir, stack } = args;
  const file = path.join(projectDir, `Pulumi.${stack}.yaml`);
  writeFileSync(file, copiedFile(path.join(projectDir, `Pulumi.${args.of}.yaml`), args.settings));
  try {
    const written = await writeCompose({ projectDir, stack, out, localDir, set: args.set ?? [] });
    await reconfigureCollectors(out, args.reconfigure);
    return written;
  } finally {
    rmSync(file, { force: true });
  }
}

/** Docker Compose with the project that was written. */
function composeOf(tool: ComposeTool, { project, envFile }: WrittenCompose, composeFile: string) {
  const [program, ...leading] = tool.command;
  const flags = ["--project-name", project, "--env-file", envFile, "-f", composeFile];
  const env = { COMPOSE_PROJECT_NAME: undefined, COMPOSE_FILE: undefined };
  return async (command: readonly string[], signal?: AbortSignal): Promise<void> => {
    const options = { timeoutMs: 300_000, env, ...(signal && { signal }) };
    const outcome = await run(program, [...leading, ...flags, ...command], options);
    if (outcome.code !== 0) throw new Failure(`Docker Compose failed (${command[0]}): ${lastLines(outcome, 3)}`);
  };
}

/** Says what helps where an image cannot be had from a registry. */
export function withImageAdvice(error: unknown): unknown {
  if (!(error instanceof Failure) || !/\b(pull|manifest|registry|no such host|dial tcp|denied)\b/i.test(error.message))
    return error;
  return new Failure(
    `${error.message.replace(/[\s.]+$/, "")}. Where no registry is reached: npm run images, then add --images local.`,
  );
}

/** Which containers do not run as they should, and what each said last; empty where all do. */
async function trouble(stack: string): Promise<string> {
  const options = { timeoutMs: 30_000, signal: UNINTERRUPTED };
  const filter = ["--filter", `label=${LABEL}.stack=${stack}`];
  const format = "{{.Names}}\t{{.State}}\t{{.Status}}";
  const listed = await run("docker", ["ps", "-a", ...filter, "--format", format], options);
  const all = troubledOf(listed.stdout).map(async ({ name, status }) => {
    const said = lastLines(await run("docker", ["logs", "--tail", "3", name], options), 1);
    return `${name} (${status.toLowerCase()})${said === "" ? "" : `, whose last line is: ${said}`}`;
  });
  return (await Promise.all(all)).join("; ");
}

/** Where containers of any network reach this machine: the engine's own bridge. */
export async function bridgeAddress(): Promise<string> {
  const format = "{{range .IPAM.Config}}{{.Gateway}} {{.Subnet}}{{end}}";
  const { stdout } = await run("docker", ["network", "inspect", "bridge", "--format", format]);
  return addressOf(stdout) ?? "172.17.0.1";
}

/** An engine that has never been restarted names no gateway for its first bridge (20.10): it is the first address of the network. Pure. */
export function addressOf(inspected: string): string | undefined {
  const address = /^\s*(\d+(?:\.\d+){3})\s/.exec(inspected)?.[1];
  return address ?? /\b(\d+(?:\.\d+){2}\.)0\/\d+/.exec(inspected)?.[1]?.concat("1");
}

function copiedFile(original: string, settings: CopyArgs["settings"]): string {
  const document = parseDocument(readFileSync(original, "utf8"));
  for (const [key, value] of Object.entries(settings)) document.setIn(["config", `${PROJECT}:${key}`], value);
  return document.toString();
}

/** Exporters that send what a person can read. Nothing else of what they do changes. */
export function inJson(config: string): string {
  const parsed = parse(config) as { exporters?: Record<string, Record<string, unknown>> };
  const exporters = Object.entries(parsed.exporters ?? {}).map(([id, settings]) =>
    id.startsWith("otlp_http") || id.startsWith("otlphttp") ? [id, { ...settings, encoding: "json" }] : [id, settings],
  );
  return stringify({ ...parsed, exporters: Object.fromEntries(exporters) }, { lineWidth: 0 });
}

/** Compose reads `$` itself, so each is doubled in its file. */
async function reconfigureCollectors(composeFile: string, reconfigure: CopyArgs["reconfigure"]): Promise<void> {
  const project = parse(readFileSync(composeFile, "utf8")) as {
    configs: Record<string, { content?: string }>;
    services: Record<string, { command?: readonly string[] }>;
  };
  const collectors = Object.entries(project.configs).filter(([, { content }]) => content?.includes("memory_limiter"));
  if (collectors.length === 0) throw new Failure("The Compose project has no configuration of a collector.");
  for (const [id, { content = "" }] of collectors) {
    const { config, args = [] } = await reconfigure(content.replaceAll("$$", "$"));
    project.configs[id] = { content: config.replaceAll("$", "$$$$") };
    const { collector } = project.services;
    if (collector !== undefined && args.length > 0)
      collector.command = [...new Set([...(collector.command ?? []), ...args])];
  }
  writeFileSync(composeFile, stringify(project, { lineWidth: 0 }));
}
