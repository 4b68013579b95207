import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { list, object, text } from "../../../verify/json.ts";
import { succeed } from "./run.ts";
import { composedFile, containerName, localDir, stack } from "./stack.ts";

/** What `docker inspect` says of a container, as far as the tests look at it. */
export interface ContainerFacts {
  /** Short name. */
  readonly name: string;
  readonly id: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly running: boolean;
  readonly user: string;
  readonly privileged: boolean;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly securityOpt: readonly string[];
  /** Memory limit in MiB; 0: none. */
  readonly memoryMiB: number;
  /** `<host ip>:<host port>` of every published port. */
  readonly published: readonly string[];
  /** `<source>:<destination>:<mode>`; anonymous volumes by destination only. */
  readonly mounts: readonly string[];
  readonly networks: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const prefix = containerName("");
/** By label: the names of a stack whose name begins with ours begin with its prefix too. */
const ofStack = ["--filter", `label=com.github.game-scheduler-otel.stack=${stack}`];

/** The stack's containers, running or not, by name. */
export async function containers(): Promise<readonly ContainerFacts[]> {
  const ids = (await docker("ps", "-aq", "--no-trunc", ...ofStack)).split("\n").filter(Boolean);
  if (ids.length === 0) return [];
  const inspected = list(JSON.parse(await docker("inspect", ...ids)));
  return inspected.map(factsOf).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** What must be the same whichever tool deployed a container; environment by name only, since passwords differ. */
export function deployedAs(facts: ContainerFacts) {
  const { name, image, command, user, privileged, capAdd, capDrop, securityOpt, memoryMiB, published, networks } =
    facts;
  return {
    name,
    image,
    command,
    user,
    privileged,
    capAdd,
    capDrop,
    securityOpt,
    memoryMiB,
    published,
    networks,
    environment: Object.keys(facts.environment).sort(),
    // Configuration and secret files: Pulumi puts them into the container, Compose mounts them from .local.
    mounts: facts.mounts.filter((mount) => !mount.startsWith(localDir)),
  };
}

/** Keeps what Compose deployed, for the comparison with what Pulumi deploys. */
export async function rememberComposed(all: readonly ContainerFacts[]): Promise<void> {
  await writeFile(composedFile, JSON.stringify(all.map(deployedAs)), { mode: 0o600 });
}

/** Volumes and networks of the stack. */
export async function leftovers(): Promise<readonly string[]> {
  const volumes = await docker("volume", "ls", "-q", ...ofStack);
  const networks = await docker("network", "ls", "--format", "{{.Name}}", ...ofStack);
  return [...volumes.split("\n"), ...networks.split("\n")].filter(Boolean).sort();
}

/** Memory in use, in MiB, by short name. */
export async function memoryInUse(): Promise<Readonly<Record<string, number>>> {
  const names = (await containers()).filter(({ running }) => running).map(({ name }) => containerName(name));
  const rows = (await docker("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}", ...names)).split("\n");
  return Object.fromEntries(
    rows.filter(Boolean).map((row) => {
      const [, name = "", amount = "0", unit = "MiB"] = /^(\S+) ([\d.]+)([KMG]iB|B)/.exec(row) ?? [];
      const factor = { B: 1 / 1048576, KiB: 1 / 1024, MiB: 1, GiB: 1024 }[unit] ?? 1;
      return [name.slice(prefix.length), Math.round(Number(amount) * factor)];
    }),
  );
}

/** Everything a container wrote to its log. */
export async function logsOf(name: string): Promise<string> {
  return (await succeed("docker", ["logs", containerName(name)])).all;
}

export async function stopContainers(...names: readonly string[]): Promise<void> {
  await docker("stop", ...names.map(containerName));
}

export async function startContainers(...names: readonly string[]): Promise<void> {
  await docker("start", ...names.map(containerName));
}

/**
 * Kills the container's first process with SIGKILL, as the kernel's out-of-memory killer does, so that the engine restarts it. Where
 * we may not signal it (not root), the engine kills and starts it.
 */
export async function killContainer(name: string): Promise<void> {
  const pid = Number(await docker("inspect", "--format", "{{.State.Pid}}", containerName(name)));
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    await docker("kill", "--signal", "KILL", containerName(name));
    await docker("start", containerName(name));
  }
}

/** Runs one statement in the application's database. */
export async function sql(statement: string): Promise<string> {
  return docker("exec", containerName("postgres"), "psql", "-U", "postgres", "-d", "game_scheduler", "-tAc", statement);
}

/** Waits until the address answers with a status below 400. */
export async function untilAnswers(url: string, seconds = 240): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const status = await fetch(url, { signal: AbortSignal.timeout(2000) }).then(
      (response) => response.status,
      () => 599,
    );
    if (status < 400) return;
    if (Date.now() > deadline) throw new Error(`${url} did not become ready in ${seconds} s (last status ${status}).`);
    await sleep(250);
  }
}

async function docker(...args: readonly string[]): Promise<string> {
  return (await succeed("docker", args)).stdout.trim();
}

function factsOf(inspected: unknown): ContainerFacts {
  const all = object(inspected);
  const config = object(all.Config);
  const host = object(all.HostConfig);
  const settings = object(all.NetworkSettings);
  return {
    name: text(all.Name).slice(prefix.length + 1),
    id: text(all.Id),
    image: text(all.Image),
    command: list(config.Cmd).map(text),
    running: object(all.State).Running === true,
    user: text(config.User),
    privileged: host.Privileged === true,
    capAdd: list(host.CapAdd).map(text),
    capDrop: list(host.CapDrop).map(text),
    securityOpt: list(host.SecurityOpt).map(text),
    memoryMiB: Number(text(host.Memory)) / 1048576,
    published: Object.values(object(settings.Ports)).flatMap((bindings) =>
      list(bindings).map((binding) => `${text(object(binding).HostIp)}:${text(object(binding).HostPort)}`),
    ),
    mounts: list(all.Mounts)
      .map(object)
      .map(({ Type, Name, Source, Destination, RW }) => {
        const source = Type === "volume" ? text(Name) : text(Source);
        return `${/^[0-9a-f]{64}$/.test(source) ? "anonymous" : source}:${text(Destination)}:${RW === true ? "rw" : "ro"}`;
      })
      .sort(),
    networks: Object.keys(object(settings.Networks)).sort(),
    environment: Object.fromEntries(
      list(config.Env).map((entry) => {
        const [key = "", ...value] = text(entry).split("=");
        return [key, value.join("=")];
      }),
    ),
  };
}
