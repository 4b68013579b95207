import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { hostname } from "node:os";
import * as pulumi from "@pulumi/pulumi";
import * as runtime from "@pulumi/pulumi/runtime/index.js";
import type { BackendKind } from "../vendors/kinds.ts";
import { parseSettings } from "./parse.ts";
import type { PlainConfig, SecretKey } from "./schema.ts";
import { settingsOf } from "./settings.ts";
import { isEngineAddress } from "./values.ts";

/** What the program works with: validated, complete, in the units its names say. */
export interface Config extends PlainConfig {
  /** Whether the engine runs on this machine. */
  readonly engineIsLocal: boolean;
  /** Path of the engine's socket on this machine; undefined where it is reached otherwise. */
  readonly engineSocket?: string | undefined;
  readonly project: string;
  readonly stack: string;
  /** The backend first, then those of `extraBackends`; no duplicates. */
  readonly backends: readonly BackendKind[];
  /** A secret as a secret Output, or undefined where it is not set. */
  readonly secret: (key: SecretKey) => pulumi.Output<string> | undefined;
  /** A service's own secrets, by the name that `{secret.<name>}` says. */
  readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
  /** Whether a value inside `services` is encrypted: then commands and variables of all of them stay secret. */
  readonly servicesAreSecret: boolean;
}

/**
 * Reads and checks the stack's configuration. The only reader of it, and of the machine around the program.
 * @throws pulumi.RunError (shown without a stack trace) with a line for everything that is wrong: key, value, what is allowed, how to mend it.
 */
export function loadConfig(): Config {
  const config = new pulumi.Config();
  const given = runtime.allConfig();
  const { plain, secretNames, problems } = parseSettings(
    settingsOf({
      project: config.name,
      stack: pulumi.getStack(),
      config: given,
      secretKeys: Object.keys(given).filter(isSecret),
    }),
  );
  if (problems.length > 0) throw new pulumi.RunError(problems.join("\n"));
  const engine = engineAddress(plain.dockerHost);
  const secrets = config.getSecretObject<Record<string, string>>("secrets");
  return {
    ...plain,
    project: pulumi.getProject(),
    stack: pulumi.getStack(),
    backends: [...new Set([plain.backend, ...plain.extraBackends])],
    commit: plain.commit || commitHere(),
    engineIsLocal: isLocal(engine),
    engineSocket: socketOf(engine),
    hostName: plain.hostName || hostOf(engine),
    dockerSocketGroup: plain.dockerSocketGroup >= 0 ? plain.dockerSocketGroup : localSocketGroup(engine),
    secret: (key) => (config.get(key) ? config.requireSecret(key) : undefined),
    secrets: Object.fromEntries(
      secretNames.map((name) => [name, pulumi.secret(pulumi.output(secrets).apply((all) => all?.[name] ?? ""))]),
    ),
    servicesAreSecret: isSecret(`${config.name}:services`),
  };
}

/** What the SDK asks itself, and its types leave out. */
const isSecret = Reflect.get(runtime, "isConfigSecret") as (key: string) => boolean;

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

/** @throws pulumi.RunError when the environment's address cannot be one; the configuration's own was judged already. */
function engineAddress(dockerHost: string): string {
  const address = dockerHost || process.env.DOCKER_HOST || "unix:///var/run/docker.sock";
  if (isEngineAddress(address)) return address;
  throw new pulumi.RunError(
    `DOCKER_HOST: ${JSON.stringify(address)} is not an engine's address. Set the variable to one such as unix:///var/run/docker.sock or tcp://host:2375, or name the engine with: pulumi config set dockerHost <address>`,
  );
}

const isLocal = (address: string): boolean => address.startsWith("unix://") || address.startsWith("npipe://");

const socketOf = (address: string): string | undefined =>
  address.startsWith("unix://") ? address.slice("unix://".length) : undefined;

const hostOf = (address: string): string =>
  isLocal(address) ? hostname() : new URL(address).hostname.replace(/^\[|\]$/g, "");

/** Group that may read the engine's socket. 0 where the engine is remote or its socket lies inside a virtual machine. */
function localSocketGroup(address: string): number {
  const socket = socketOf(address);
  return socket === undefined ? 0 : (statSync(socket, { throwIfNoEntry: false })?.gid ?? 0);
}
