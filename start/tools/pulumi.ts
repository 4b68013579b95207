import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../../cli/paths.ts";
import { lastLines, run } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";

/** A Pulumi CLI that can run this program here: it answers and has the provider plugins. */
export interface PulumiTool {
  readonly program: string;
  readonly version: string;
  readonly origin: string;
}

/** Either the tool, or one clause saying why there is none. */
export type PulumiSearch = { readonly tool: PulumiTool } | { readonly why: string };

const OWN_BIN = path.join(ROOT, "node_modules", ".bin");

/** The CLI on PATH, else the one the npm package `pulumi` brings (it downloads it at its first run). `packages`: providers the program uses. */
export async function findPulumi(packages: readonly string[], progress: Progress): Promise<PulumiSearch> {
  const found = (await onPath()) ?? (await fromNpm(progress));
  if ("why" in found) return found;
  for (const name of packages.filter((each) => each !== "pulumi")) {
    const missing = await missingPlugin(found.tool, name, progress);
    if (missing !== "") return { why: missing };
  }
  return found;
}

async function onPath(): Promise<PulumiSearch | undefined> {
  const folders = (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => folder !== "" && folder !== OWN_BIN);
  const program = folders.map((folder) => path.join(folder, "pulumi")).find((file) => existsSync(file));
  if (program === undefined) return undefined;
  const version = await versionOf(program, 20_000);
  return version === undefined
    ? { why: `${program} does not answer to "pulumi version"` }
    : { tool: { program, version, origin: "on PATH" } };
}

async function fromNpm(progress: Progress): Promise<PulumiSearch> {
  const program = path.join(OWN_BIN, "pulumi");
  if (!existsSync(program)) return { why: "no Pulumi CLI on PATH" };
  progress.doing("asking the npm package pulumi for its CLI");
  const version = await versionOf(program, 180_000);
  return version === undefined
    ? { why: "no Pulumi CLI on PATH, and the one of the npm package pulumi cannot be downloaded" }
    : { tool: { program, version, origin: "from the npm package pulumi" } };
}

async function versionOf(program: string, timeoutMs: number): Promise<string | undefined> {
  const outcome = await run(program, ["version"], { timeoutMs, env: QUIET });
  return outcome.code === 0 ? outcome.stdout.trim() : undefined;
}

/** Keeps the CLI from asking the network for news. */
export const QUIET = { PULUMI_SKIP_UPDATE_CHECK: "true" } as const;

/** Why a provider's plugin is not to be had, or "" when it is there. */
async function missingPlugin(tool: PulumiTool, name: string, progress: Progress): Promise<string> {
  const wanted = pluginOf(name);
  if (wanted === undefined) return "";
  const listed = await run(tool.program, ["plugin", "ls", "--json"], { timeoutMs: 30_000, env: QUIET });
  if (hasPlugin(listed.stdout, wanted) || onPathAs(`pulumi-resource-${wanted.name}`)) return "";
  progress.doing(`installing Pulumi's plugin ${wanted.name} ${wanted.version}`);
  const installed = await run(tool.program, ["plugin", "install", "resource", wanted.name, wanted.version], {
    timeoutMs: 180_000,
    env: QUIET,
  });
  if (installed.code === 0) return "";
  progress.log(lastLines(installed, 3));
  return `Pulumi's plugin ${wanted.name} ${wanted.version} cannot be downloaded`;
}

/** Whether the CLI finds the plugin as an ambient one: an executable on PATH, which `plugin ls` does not list. */
export const onPathAs = (file: string): boolean =>
  (process.env.PATH ?? "").split(path.delimiter).some((folder) => folder !== "" && existsSync(path.join(folder, file)));

interface Plugin {
  readonly name: string;
  readonly version: string;
}

/** Which plugin the installed SDK of a provider asks for. */
function pluginOf(name: string): Plugin | undefined {
  const file = path.join(ROOT, "node_modules", "@pulumi", name, "package.json");
  if (!existsSync(file)) return undefined;
  const { pulumi, version } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly version: string;
    readonly pulumi?: { readonly name?: string; readonly version?: string };
  };
  return { name: pulumi?.name ?? name, version: (pulumi?.version ?? version).replace(/^v/, "") };
}

/** Reads `pulumi plugin ls --json`. */
export function hasPlugin(listing: string, wanted: Plugin): boolean {
  try {
    const plugins = JSON.parse(listing) as readonly Partial<Plugin>[];
    return plugins.some(({ name, version }) => name === wanted.name && version?.replace(/^v/, "") === wanted.version);
  } catch {
    return false;
  }
}
