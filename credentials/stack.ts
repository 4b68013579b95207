import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pulumi, pulumiOnPath } from "../cli/pulumi.ts";
import { backendsOf } from "../config/backends.ts";
import { parseSettings } from "../config/parse.ts";
import { settingsOf } from "../config/settings.ts";
import { variableOf } from "../offline/secret-settings.ts";
import { loadStackConfig } from "../offline/stack-config.ts";
import type { BackendKind } from "../vendors/kinds.ts";
import type { Known } from "./known.ts";

export interface StackArgs {
  readonly projectDir: string;
  readonly stack: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of the collector's secret files, where a deployment made some. */
  readonly secretsDir?: string;
}

/** What one stack says about its backends, and the secrets that can be read here. */
export async function readStack({ projectDir, stack, env, secretsDir }: StackArgs): Promise<{
  readonly backends: readonly BackendKind[];
  readonly known: Known;
}> {
  const { project, config, secretKeys, unreadable } = loadStackConfig({ projectDir, stack });
  const { plain: settings, problems } = parseSettings(settingsOf({ project, stack, config, secretKeys }));
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const decrypted = unreadable.length > 0 ? await fromPulumi(projectDir, stack, project) : {};
  return {
    backends: backendsOf(settings),
    known: {
      settings,
      secret: (key) => env[variableOf(key)] || decrypted[key] || undefined,
      minted: (name) => secretFile(secretsDir, name),
    },
  };
}

/** Encrypted values, by the Pulumi CLI where there is one that can decrypt them; else none. */
async function fromPulumi(cwd: string, stack: string, project: string): Promise<Readonly<Record<string, string>>> {
  const program = pulumiOnPath();
  if (program === undefined) return {};
  const { code, stdout } = await pulumi(program, ["config", "--show-secrets", "--json", "--stack", stack], { cwd });
  if (code !== 0) return {};
  const entries = Object.entries(JSON.parse(stdout) as Record<string, { value?: string }>);
  return Object.fromEntries(entries.map(([key, { value = "" }]) => [key.replace(`${project}:`, ""), value]));
}

function secretFile(folder: string | undefined, name: string): string | undefined {
  if (folder === undefined) return undefined;
  const path = join(folder, name);
  // The collector's files have every $ doubled.
  return existsSync(path) ? readFileSync(path, "utf8").trim().replaceAll("$$", "$") : undefined;
}
