import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { type BackendKind, backendKeys } from "../config/backends.ts";
import { plainKeys } from "../config/schema.ts";
import { loadStackConfig } from "../offline/stack-config.ts";
import { type Known, variable } from "./known.ts";

export interface StackArgs {
  readonly projectDir: string;
  readonly stack: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of the collector's secret files, where a deployment made some. */
  readonly secretsDir?: string;
}

/** What one stack says about its backends, and the secrets that can be read here. */
export function readStack({ projectDir, stack, env, secretsDir }: StackArgs): {
  readonly backends: readonly BackendKind[];
  readonly known: Known;
} {
  const { project, config, secretKeys, unreadable } = loadStackConfig({ projectDir, stack });
  const value = <S extends z.ZodType>(key: string, schema: S): z.output<S> =>
    schema.parse(parsed(config[`${project}:${key}`]));
  const settings = Object.fromEntries(
    Object.entries({ namespace: plainKeys.namespace, ...backendKeys }).map(([key, schema]) => [
      key,
      value(key, schema),
    ]),
  ) as unknown as Known["settings"];
  const decrypted = unreadable.length > 0 ? fromPulumi(projectDir, stack, project) : {};
  const plain = (key: string): string | undefined =>
    secretKeys.includes(`${project}:${key}`) && !unreadable.includes(`${project}:${key}`)
      ? config[`${project}:${key}`]
      : undefined;
  return {
    backends: [...new Set([value("backend", plainKeys.backend), ...value("extraBackends", plainKeys.extraBackends)])],
    known: {
      settings,
      secret: (key) => env[variable(key)] || plain(key) || decrypted[key] || undefined,
      minted: (name) => secretFile(secretsDir, name),
    },
  };
}

function parsed(text: string | undefined): unknown {
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Encrypted values, by the Pulumi CLI where there is one that can decrypt them; else none. */
function fromPulumi(cwd: string, stack: string, project: string): Readonly<Record<string, string>> {
  const { status, stdout } = spawnSync("pulumi", ["config", "--show-secrets", "--json", "--stack", stack], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  if (status !== 0) return {};
  const entries = Object.entries(JSON.parse(stdout) as Record<string, { value?: string }>);
  return Object.fromEntries(entries.map(([key, { value = "" }]) => [key.replace(`${project}:`, ""), value]));
}

function secretFile(folder: string | undefined, name: string): string | undefined {
  if (folder === undefined) return undefined;
  const path = join(folder, name);
  // The collector's files have every $ doubled.
  return existsSync(path) ? readFileSync(path, "utf8").trim().replaceAll("$$", "$") : undefined;
}
