import { existsSync, fstatSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { ROOT, shown } from "../cli/paths.ts";
import type { ConfigSetting } from "./config-setting.ts";

/** Secrets for one run, from where no process list and no log shows them: the environment, a private file, standard input. */

/** `grafanaCloudToken` -> `GRAFANA_CLOUD_TOKEN`, `secrets.discord-token` -> `SECRETS_DISCORD_TOKEN` */
export const variableOf = (path: string): string =>
  path
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/_$/, "")
    .toUpperCase();

/** The secret that `--secret KEY` names. */
export function secretFromEnvironment(key: string, env: Readonly<Record<string, string | undefined>>): ConfigSetting {
  const [path = ""] = key.split("=", 1);
  const variable = variableOf(path);
  if (key.includes("="))
    throw new Error(
      `--secret ${path}: a value on the command line is in every process list and in npm's log, so take this one for known and replace it. Give the name alone, and the value in the environment as ${variable}, or use --secrets-file`,
    );
  const value = env[variable];
  if (value) return { path, value, secret: true };
  throw new Error(`--secret ${path}: ${variable} is not set in the environment. Set it there, or use --secrets-file`);
}

/** Where a stack's secrets are on this machine, for runs without the Pulumi CLI; `npm run adopt` writes it. */
export const secretsFileOf = (stack: string): string => path.join(ROOT, ".local", stack, "secrets.yaml");

/** The secrets of that file; none where there is none. */
export function secretsOfStack(stack: string): readonly ConfigSetting[] {
  const file = secretsFileOf(stack);
  return existsSync(file) ? secretsIn(file, shown(file)) : [];
}

/** The secrets of a YAML map that only its owner can read; `-` is standard input. */
export function secretsIn(file: string, name = file === "-" ? "standard input" : file): readonly ConfigSetting[] {
  let content: unknown;
  try {
    content = parse(readPrivate(file));
  } catch (error) {
    // What a YAML error shows of the text may be a secret.
    const reason = error instanceof Unreadable ? error.message : "is not YAML";
    throw new Error(`--secrets-file: ${name} ${reason}. Write a line for each: grafanaCloudToken: <value>`);
  }
  const entries = Object.entries(typeof content === "object" && content !== null ? content : {});
  const wrong = entries.find(([, value]) => typeof value !== "string" || value === "");
  if (entries.length === 0 || wrong !== undefined)
    throw new Error(
      `--secrets-file: ${wrong?.[0] ?? name} is not ${wrong ? "a text; put it in quotes" : "a map of keys and secrets"}. Write a line for each: grafanaCloudToken: <value>`,
    );
  return entries.map(([path, value]) => ({ path, value: String(value), secret: true }));
}

class Unreadable extends Error {}

function readPrivate(file: string): string {
  if (file === "-") return readFileSync(0, "utf8");
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch {
    throw new Unreadable("cannot be read");
  }
  if ((fstatSync(descriptor).mode & 0o077) !== 0)
    throw new Unreadable(`can be read by others; take that away with: chmod 600 ${file}`);
  return readFileSync(descriptor, "utf8");
}
