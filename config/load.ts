import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { hostname } from "node:os";
import * as pulumi from "@pulumi/pulumi";
import { allConfig } from "@pulumi/pulumi/runtime/index.js";
import { closest } from "fastest-levenshtein";
import type { z } from "zod";
import { OBJECTIVES } from "../dashboards/slos/index.ts";
import type { BackendKind } from "./backends.ts";
import { type PlainConfig, type PlainKey, plainKeys, SECRET_KEYS, type SecretKey } from "./schema.ts";

/** What the program works with: validated, complete, in the units its names say. */
export interface Config extends PlainConfig {
  /** Whether the engine runs on this machine. */
  readonly engineIsLocal: boolean;
  readonly project: string;
  readonly stack: string;
  /** The backend first, then those of `extraBackends`; no duplicates. */
  readonly backends: readonly BackendKind[];
  /** A secret as a secret Output, or undefined where it is not set. */
  readonly secret: (key: SecretKey) => pulumi.Output<string> | undefined;
}

const KEYS: readonly string[] = [...Object.keys(plainKeys), ...SECRET_KEYS];

/**
 * Reads and checks the stack's configuration. The only reader of it, and of the machine around the program.
 * @throws pulumi.RunError (shown without a stack trace) naming key, value, what is allowed and the command that mends it.
 */
export function loadConfig(): Config {
  const config = new pulumi.Config();
  refuseUnknownKeys(config.name);
  const plain = Object.fromEntries(
    Object.keys(plainKeys).map((key) => [key, parse(key as PlainKey, config)]),
  ) as unknown as PlainConfig;
  refuseContradictions(plain);
  return {
    ...plain,
    project: pulumi.getProject(),
    stack: pulumi.getStack(),
    backends: [...new Set([plain.backend, ...plain.extraBackends])],
    commit: plain.commit || commitHere(),
    engineIsLocal: isLocal(engineAddress(plain.dockerHost)),
    hostName: plain.hostName || hostOf(engineAddress(plain.dockerHost)),
    dockerSocketGroup: plain.dockerSocketGroup >= 0 ? plain.dockerSocketGroup : localSocketGroup(plain.dockerHost),
    secret: (key) => presentSecret(config, key),
  };
}

function presentSecret(config: pulumi.Config, key: SecretKey): pulumi.Output<string> | undefined {
  return config.get(key) ? config.requireSecret(key) : undefined;
}

function parse<K extends PlainKey>(key: K, config: pulumi.Config): z.output<(typeof plainKeys)[K]> {
  const schema: z.ZodType = plainKeys[key];
  const text = config.get(key);
  const result = schema.safeParse(text === undefined ? undefined : fromText(text, schema));
  if (result.success) return result.data as z.output<(typeof plainKeys)[K]>;
  const issue = innermost(result.error.issues[0]);
  const path = [key, ...(issue?.path ?? [])]
    .map((part, i) => (typeof part === "number" ? `[${part}]` : i ? `.${String(part)}` : part))
    .join("");
  throw new pulumi.RunError(
    `${path}: ${shown(valueAt(text, issue?.path ?? []))} is not valid. ${allowed(issue)} Set it with: ${command(key, path)}`,
  );
}

/** Of a refused union: what is wrong inside the one member that fits so far; the union itself where none fits at all. */
function innermost(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  if (issue?.code !== "invalid_union") return issue;
  const inside = issue.errors.flat().find(({ path, code }) => path.length > 0 || code === "unrecognized_keys");
  return inside ? innermost({ ...inside, path: [...issue.path, ...inside.path] }) : issue;
}

/** Pulumi hands every value over as text; objects, numbers and booleans as JSON. */
function fromText(text: string, schema: z.ZodType): unknown {
  if (schema.safeParse(text).success) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function valueAt(text: string | undefined, path: readonly PropertyKey[]): unknown {
  if (text === undefined) return undefined;
  let value: unknown = text;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  for (const part of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[part];
  return value;
}

const shown = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value)).slice(0, 80);

function allowed(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === "invalid_value") return `Allowed: ${issue.values.join(", ")}.`;
  if (issue?.code === "unrecognized_keys") return `It has the unknown key ${issue.keys.join(", ")}.`;
  if (issue?.code === "too_small") return `Allowed: at least ${issue.minimum}.`;
  if (issue?.code === "too_big") return `Allowed: at most ${issue.maximum}.`;
  return `Expected: ${(issue?.message ?? "another value").replace(/^Invalid input: expected /, "")}.`;
}

const command = (key: string, path: string): string =>
  path === key ? `pulumi config set ${key} <value>` : `pulumi config set --path '${path}' <value>`;

function refuseUnknownKeys(namespace: string): void {
  const prefix = `${namespace}:`;
  const unknown = Object.keys(allConfig())
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
    .find((key) => !KEYS.includes(key));
  if (unknown === undefined) return;
  throw new pulumi.RunError(
    `${unknown}: no such key; did you mean ${closest(unknown, KEYS)}? Remove it with: pulumi config rm ${unknown} (Pulumi.yaml lists every key)`,
  );
}

/** Rules between keys, which no single schema can hold. */
function refuseContradictions(plain: PlainConfig): void {
  const names = plain.services.map((service) => service.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice)
    throw new pulumi.RunError(
      `services: ${twice} is there twice. Each service needs a name of its own; rename one in Pulumi.${pulumi.getStack()}.yaml`,
    );
  const ids = OBJECTIVES.map(({ id }) => id);
  const unknown = Object.keys(plain.objectives).find((id) => !ids.includes(id));
  if (unknown)
    throw new pulumi.RunError(
      `objectives.${unknown}: no such objective. Allowed: ${ids.join(", ")}. Remove it with: pulumi config rm --path objectives.${unknown}`,
    );
}

/** Commit that is deployed: what GitHub or GitLab say it is, else what is checked out; empty outside a repository. */
function commitHere(): string {
  const said = process.env.GITHUB_SHA ?? process.env.CI_COMMIT_SHA;
  if (said) return said;
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
}

const engineAddress = (dockerHost: string): string =>
  dockerHost || process.env.DOCKER_HOST || "unix:///var/run/docker.sock";

const isLocal = (address: string): boolean => address.startsWith("unix://") || address.startsWith("npipe://");

const hostOf = (address: string): string => (isLocal(address) ? hostname() : new URL(address).hostname);

/** Group that may read the engine's socket. 0 where the engine is remote or its socket lies inside a virtual machine. */
function localSocketGroup(dockerHost: string): number {
  const address = engineAddress(dockerHost);
  if (!address.startsWith("unix://")) return 0;
  return statSync(address.slice("unix://".length), { throwIfNoEntry: false })?.gid ?? 0;
}
