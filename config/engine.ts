import { createHash } from "node:crypto";
import { readFileSync, statfsSync, statSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { EngineDisk } from "../pipeline/queue-room.ts";
import { dockerFolder, dockerHomeFolder } from "./docker-folder.ts";
import { isEngineAddress } from "./values.ts";

const SOCKET = "/var/run/docker.sock";

/** An engine that Docker's current context names. */
export interface ContextEngine {
  /** Empty for the default context, or where none can be read. */
  readonly address: string;
  /** Folder of its certificates, where it has any. */
  readonly certificates?: string | undefined;
}

/**
 * The context that `npm start` means. Under Docker's own name of it the provider would take it first, and looks for contexts in the home folder alone.
 */
const GIVEN = "PROGRAM_DOCKER_CONTEXT";

/** @throws pulumi.RunError when there is no such context */
export function contextEngine(
  env: Readonly<Record<string, string | undefined>> = process.env,
  read: (file: string) => string = (file) => readFileSync(file, "utf8"),
): ContextEngine {
  const folder = dockerFolder(env);
  const name = env[GIVEN] || env.DOCKER_CONTEXT || currentContext(read, folder) || "default";
  if (name === "default") return { address: "" };
  const id = createHash("sha256").update(name).digest("hex");
  const certificates = path.join(folder, "contexts", "tls", id, "docker");
  try {
    const { Endpoints } = JSON.parse(read(path.join(folder, "contexts", "meta", id, "meta.json")));
    return {
      address: Endpoints?.docker?.Host ?? "",
      ...(isReadable(read, path.join(certificates, "cert.pem")) && { certificates }),
    };
  } catch {
    throw new pulumi.RunError(
      `DOCKER_CONTEXT: there is no context ${JSON.stringify(name)}. Name one of those that docker context ls prints, or the engine itself with: pulumi config set dockerHost <address>`,
    );
  }
}

/**
 * The provider takes DOCKER_CONTEXT before any address, where Docker's own command takes DOCKER_HOST first, and finds it in the home folder alone.
 * @param address that the configuration or DOCKER_HOST gives
 * @throws pulumi.RunError where both are set: it would deploy to the context's engine; and where it would find no such context
 */
export function refuseContextBeside(
  address: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): void {
  if (!env.DOCKER_CONTEXT) return;
  const isSet = `DOCKER_CONTEXT: it is set to ${JSON.stringify(env.DOCKER_CONTEXT)}`;
  if (address !== "")
    throw new pulumi.RunError(
      `${isSet}, and Pulumi's Docker provider would deploy there and not to ${address}, which dockerHost or DOCKER_HOST names. Unset one of them: unset DOCKER_CONTEXT`,
    );
  const home = dockerHomeFolder();
  if (path.resolve(dockerFolder(env)) !== home)
    throw new pulumi.RunError(
      `${isSet}, and Pulumi's Docker provider looks for contexts in ${home} and not in ${env.DOCKER_CONFIG}, which DOCKER_CONFIG names. Run: unset DOCKER_CONTEXT; docker context use ${env.DOCKER_CONTEXT}`,
    );
}

function currentContext(read: (file: string) => string, folder: string): string {
  try {
    return JSON.parse(read(path.join(folder, "config.json"))).currentContext ?? "";
  } catch {
    return "";
  }
}

function isReadable(read: (file: string) => string, file: string): boolean {
  try {
    return read(file) !== "";
  } catch {
    return false;
  }
}

/**
 * Whether `docker login` of this machine knows the registry. The provider reads its password, which is stored in no Pulumi state.
 * @param registry its host, with its port where it has one
 */
export function isLoggedIn(
  registry: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
  read: (file: string) => string = (file) => readFileSync(file, "utf8"),
): boolean {
  try {
    const { auths = {}, credHelpers = {} } = JSON.parse(read(path.join(dockerFolder(env), "config.json")));
    return Object.hasOwn(auths, registry) || Object.hasOwn(credHelpers, registry);
  } catch {
    return false;
  }
}

/** Folder of the certificates that Docker's variables name; undefined where they name none. */
export function certificatesNamed(env: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  if (env.DOCKER_CERT_PATH) return env.DOCKER_CERT_PATH;
  return env.DOCKER_TLS_VERIFY ? dockerFolder(env) : undefined;
}

/** @throws pulumi.RunError when the environment's address cannot be one; the configuration's own was judged already. */
export function engineAddress(named: string): string {
  const address = named || `unix://${SOCKET}`;
  if (isEngineAddress(address)) return address;
  throw new pulumi.RunError(
    `DOCKER_HOST: ${JSON.stringify(address)} is not an engine's address. Set the variable to one such as unix:///var/run/docker.sock or tcp://host:2375, or name the engine with: pulumi config set dockerHost <address>`,
  );
}

/** Whether the address is that of an engine on this machine. */
export const isLocal = (address: string): boolean => address.startsWith("unix://") || address.startsWith("npipe://");

/** Path of the socket; undefined of an address without one. */
export const socketOf = (address: string): string | undefined =>
  address.startsWith("unix://") ? address.slice("unix://".length) : undefined;

/** Name of the machine that the engine runs on. */
export const hostOf = (address: string): string =>
  isLocal(address) ? hostname() : new URL(address).hostname.replace(/^\[|\]$/g, "");

/** Sockets of engines in a virtual machine: Docker Desktop, Colima and Lima, OrbStack, Rancher Desktop, Podman's machine. */
const OF_A_MACHINE = /\/\.(docker\/(desktop|run)|colima|lima|orbstack|rd)\/|\/podman-machine/;

/**
 * Where a container of that engine finds its socket. A rootless engine and Podman have theirs at the address itself; one in a virtual machine, or on
 * another host, has it at the usual place there.
 */
export function socketOnEngine(address: string, platform: NodeJS.Platform): string {
  const socket = socketOf(address);
  return socket === undefined || platform !== "linux" || OF_A_MACHINE.test(socket) ? SOCKET : socket;
}

/**
 * Group that may read the engine's socket, as its containers see it. 0 where the engine is remote or in a virtual machine, and where it is rootless:
 * whoever owns its socket is root in its containers.
 */
export function socketGroup(address: string): number {
  const socket = socketOf(address);
  const found = socket === undefined ? undefined : statSync(socket, { throwIfNoEntry: false });
  return found === undefined || found.uid !== 0 ? 0 : found.gid;
}

/** Where an engine keeps its volumes by default. */
const DATA = "/var/lib/docker";
/** Where it is configured to keep them elsewhere. */
const SETTINGS = "/etc/docker/daemon.json";

/** The disk of an engine on this machine; undefined where it cannot be seen from here. */
export function engineDisk(
  address: string,
  platform: NodeJS.Platform,
  read: (file: string) => string = (file) => readFileSync(file, "utf8"),
): EngineDisk | undefined {
  if (platform !== "linux" || socketOf(address) !== SOCKET) return undefined;
  const folder = dataFolder(read);
  try {
    const { blocks, bavail, bsize } = statfsSync(folder);
    return { path: folder, totalBytes: blocks * bsize, freeBytes: bavail * bsize };
  } catch {
    return undefined;
  }
}

/** Another disk than that of `/var/lib/docker` would be held against the queues, and refuse what fits or pass what does not. */
function dataFolder(read: (file: string) => string): string {
  try {
    const { "data-root": folder } = JSON.parse(read(SETTINGS));
    return typeof folder === "string" && folder !== "" ? folder : DATA;
  } catch {
    return DATA;
  }
}
