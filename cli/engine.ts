import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { Failure } from "./failure.ts";
import { localFolder, PROJECT, ROOT } from "./paths.ts";
import { run } from "./process.ts";
import { writeWhole } from "./whole-file.ts";

/** The Docker Engine that the commands of a stack talk to. */
export interface StackEngine {
  /** As Docker writes it: `unix:///var/run/docker.sock`, `ssh://user@host`, `tcp://host:2376`. */
  readonly address: string;
  /** Whether it runs on another machine: published ports are then on the 127.0.0.1 of that one. */
  readonly isRemote: boolean;
}

/** What a command of Docker's reads to find its engine; variables that are not set are absent. */
type Way = Readonly<Partial<Record<(typeof VARIABLES)[number], string>>>;
const VARIABLES = ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"] as const;

interface Remembered extends Pick<StackEngine, "address"> {
  readonly way: Way;
}

/**
 * Makes every Docker command of this process, and of what it starts, talk to the engine that `wanted` or the stack's file names; where neither does,
 * to the one that `npm start` deployed the stack to; else to the one that Docker itself would choose.
 * @param wanted the config key `dockerHost`, where a person gave it for this run
 */
export async function useEngine(stack: string, wanted = ""): Promise<StackEngine> {
  const named = wanted || addressInStackFile(stack);
  const way = named === "" ? remembered(stack)?.way : { DOCKER_HOST: named };
  if (way !== undefined) take(way);
  return engineInUse();
}

/**
 * The same for a command that deploys: it does not follow the stack to where it was, since that may not be what is meant now.
 * @throws Failure when the stack runs on another engine
 */
export async function useEngineToDeploy(stack: string, wanted = ""): Promise<StackEngine> {
  const named = wanted || addressInStackFile(stack);
  if (named !== "") take({ DOCKER_HOST: named });
  const engine = await engineInUse();
  const before = remembered(stack);
  if (before !== undefined && before.address !== engine.address) {
    const onStack = stack === "dev" ? "" : ` -- --stack ${stack}`;
    throw new Failure(
      `Stack ${stack} runs on the engine at ${before.address}, and this command would deploy it to ${engine.address}: run "npm stop${onStack}" first, which asks ${before.address}; or set DOCKER_HOST=${before.address}.`,
    );
  }
  return engine;
}

/** Before anything is deployed, so that `npm stop` finds it. */
export function rememberEngine(stack: string, { address }: StackEngine): void {
  const given = VARIABLES.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  // The context that is current now may not be later.
  const context = process.env.DOCKER_HOST || currentContext === undefined ? {} : { DOCKER_CONTEXT: currentContext };
  const way: Way = { ...Object.fromEntries(given), ...context };
  writeWhole(fileOf(stack), `${JSON.stringify({ address, way } satisfies Remembered)}\n`, 0o600);
}

const fileOf = (stack: string): string => path.join(localFolder(stack), "engine.json");

function remembered(stack: string): Remembered | undefined {
  try {
    // not localFolder: a stack that does not exist gets none
    return JSON.parse(readFileSync(path.join(ROOT, ".local", stack, "engine.json"), "utf8")) as Remembered;
  } catch {
    return undefined;
  }
}

/** Over ssh every call of the engine is a session of its own, and an sshd refuses more than ten that have not logged in yet. */
const SESSIONS = 4;
/** Pulumi's are all within one connection (ssh-connection.ts), of which an sshd allows ten; the program has two of its own. */
const SHARED_SESSIONS = 8;
let atOnce = Number.POSITIVE_INFINITY;

/** The names in groups that one command of Docker's may be given, which makes a call for each at once: all of them, but few over ssh. */
export function inGroups(names: readonly string[]): readonly (readonly string[])[] {
  if (names.length <= atOnce) return [names];
  return [names.slice(0, atOnce), ...inGroups(names.slice(atOnce))];
}

/** Name of Docker's current context, where it was asked and is not the default one. */
let currentContext: string | undefined;

function take(way: Way): void {
  for (const name of ["DOCKER_HOST", "DOCKER_CONTEXT"] as const) delete process.env[name];
  Object.assign(process.env, way);
}

/** The engine that Docker's commands of this process talk to. */
export async function engineInUse(): Promise<StackEngine> {
  const address = process.env.DOCKER_HOST || (await addressOfContext());
  if (address.startsWith("ssh:")) {
    atOnce = SESSIONS;
    process.env.COMPOSE_PARALLEL_LIMIT ??= String(SESSIONS);
    process.env.PULUMI_PARALLEL ??= String(SHARED_SESSIONS);
  }
  return { address, isRemote: isRemote(address) };
}

async function addressOfContext(): Promise<string> {
  const said = await run("docker", ["context", "inspect", "--format", "{{.Name}} {{.Endpoints.docker.Host}}"], {
    timeoutMs: 10_000,
  });
  const [name, address = ""] = said.stdout.trim().split(" ");
  // A context that does not exist is said by the command that asks the engine.
  if (said.code !== 0 || address === "") return LOCAL;
  currentContext = name === "default" ? undefined : name;
  return address;
}

const LOCAL = "unix:///var/run/docker.sock";
const isRemote = (address: string): boolean => !/^(unix|npipe):/.test(address);

/** Empty where the stack's file does not say, or cannot be read: other commands say so better. */
function addressInStackFile(stack: string): string {
  try {
    const { config } = parse(readFileSync(path.join(ROOT, `Pulumi.${stack}.yaml`), "utf8"));
    const address: unknown = config[`${PROJECT}:dockerHost`];
    return typeof address === "string" ? address : "";
  } catch {
    return "";
  }
}
