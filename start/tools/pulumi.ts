import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../../cli/paths.ts";
import { lastLines } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";
import { onPath, pulumi, pulumiOnPath } from "../../cli/pulumi.ts";

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
  const found = (await installed()) ?? (await fromNpm(progress));
  if ("why" in found) return found;
  for (const name of packages.filter((each) => each !== "pulumi")) {
    const missing = await missingPlugin(found.tool, name, progress);
    if (missing !== "") return { why: missing };
  }
  return found;
}

async function installed(): Promise<PulumiSearch | undefined> {
  const program = pulumiOnPath();
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
  const outcome = await pulumi(program, ["version"], { timeoutMs });
  return outcome.code === 0 ? outcome.stdout.trim() : undefined;
}

/** Why a provider's plugin cannot be had, or "" where it is installed. */
async function missingPlugin(tool: PulumiTool, name: string, progress: Progress): Promise<string> {
  const wanted = pluginOf(name);
  if (wanted === undefined) return "";
  const listed = await pulumi(tool.program, ["plugin", "ls", "--json"]);
  if (hasPlugin(listed.stdout, wanted) || onPath(`pulumi-resource-${wanted.name}`) !== undefined) return "";
  progress.doing(`installing Pulumi's plugin ${wanted.name} ${wanted.version}`);
  const installing = ["plugin", "install", "resource", wanted.name, wanted.version];
  const outcome = await pulumi(tool.program, installing, { timeoutMs: 180_000 });
  if (outcome.code === 0) return "";
  progress.log(lastLines(outcome, 3));
  return `Pulumi's plugin ${wanted.name} ${wanted.version} cannot be downloaded`;
}

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
