import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as runtime from "@pulumi/pulumi/runtime/index.js";
import type { EngineDisk } from "../pipeline/queue-room.ts";
import type { BackendKind } from "../vendors/kinds.ts";
import { backendsOf } from "./backends.ts";
import {
  certificatesNamed,
  contextEngine,
  engineAddress,
  engineDisk,
  hostOf,
  isLocal,
  isLoggedIn,
  refuseContextBeside,
  socketGroup,
  socketOnEngine,
} from "./engine.ts";
import { parseSettings } from "./parse.ts";
import type { PlainConfig, SecretKey } from "./schema.ts";
import { settingsOf } from "./settings.ts";

/** What the program works with: validated, complete, in the units its names say. */
export interface Config extends PlainConfig {
  /** Whether the engine runs on this machine. */
  readonly engineIsLocal: boolean;
  /** How the program asks the engine itself; undefined where it cannot. */
  readonly engine?: { readonly address: string; readonly certificates?: string | undefined } | undefined;
  /** Folder of the certificates of the engine that Docker's context names; empty where the provider finds them itself, or needs none. */
  readonly dockerCertificates: string;
  /** Registries of the stack to which this machine is logged in, by host. */
  readonly registryLogins: readonly string[];
  /** Path of the engine's socket where its containers run, which is a virtual machine on macOS and Windows. */
  readonly socketOnEngine: string;
  /** Disk of the engine's volumes; undefined where it cannot be seen from here. */
  readonly engineDisk?: EngineDisk | undefined;
  /** What this run of the program is for. Of a recording (offline/) no engine knows anything, and only `up` makes containers. Default: recording. */
  readonly run?: "recording" | "preview" | "up";
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
  if (plain.drive !== "none" && !existsSync(resolve(pulumi.getRootDirectory(), plain.drive)))
    throw new pulumi.RunError(
      `drive: ${plain.drive} does not exist. Name a file relative to the project, or none: pulumi config set drive none`,
    );
  const explicit = plain.dockerHost || process.env.DOCKER_HOST;
  const run = process.env.RECORDED_PROGRAM ? "recording" : runtime.isDryRun() ? "preview" : "up";
  if (run !== "recording") refuseContextBeside(explicit ?? "");
  const context = explicit ? undefined : contextEngine();
  const named = explicit || context?.address || "";
  const engine = engineAddress(named);
  const certificates = context?.certificates ?? (engine.startsWith("tcp://") ? certificatesNamed() : undefined);
  const secrets = config.getSecretObject<Record<string, string>>("secrets");
  return {
    ...plain,
    run,
    project: pulumi.getProject(),
    stack: pulumi.getStack(),
    backends: backendsOf(plain),
    commit: plain.commit || commitHere(),
    // The provider knows DOCKER_HOST, and no contexts.
    dockerHost: plain.dockerHost || (process.env.DOCKER_HOST ? "" : named),
    engineIsLocal: isLocal(engine),
    engine: engine.startsWith("npipe://") ? undefined : { address: engine, certificates },
    dockerCertificates: context?.certificates ?? "",
    registryLogins: [plain.ownImages.registry?.split("/")[0] ?? ""].filter((registry) => isLoggedIn(registry)),
    socketOnEngine: socketOnEngine(engine, process.platform),
    engineDisk: engineDisk(engine, process.platform),
    hostName: plain.hostName || hostOf(engine),
    dockerSocketGroup: plain.dockerSocketGroup >= 0 ? plain.dockerSocketGroup : socketGroup(engine),
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
