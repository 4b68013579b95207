import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imageReference } from "../../images/catalogue.ts";
import { goMemLimit } from "../../pipeline/memory.ts";
import { startArguments } from "../../pipeline/start-arguments.ts";

/** The image under test: the one built from this checkout. */
export const collectorImage = process.env.COLLECTOR_IMAGE ?? imageReference("collector", "local");

/** A collector's program on this machine, linked statically, to be run in that image instead of the image's own. */
const binary = process.env.COLLECTOR_BINARY;

export interface RunningCollector {
  readonly id: string;
  /** Base address of its OTLP/HTTP receiver, on the loopback interface. */
  readonly intake: string;
  readonly health: string;
  logs(): string;
  /** Its own metrics, as it answers them now. */
  metrics(): string;
  kill(signal: "SIGKILL" | "SIGTERM"): void;
  start(): void;
  remove(): void;
}

/** A network of its own for each file, with the address under which its containers reach this machine. */
export interface Network {
  readonly name: string;
  readonly hostAddress: string;
  remove(): void;
}

export function createNetwork(): Network {
  const name = `real-collector-${randomBytes(4).toString("hex")}`;
  docker("network", "create", name);
  return {
    name,
    hostAddress: docker("network", "inspect", name, "--format", "{{(index .IPAM.Config 0).Gateway}}"),
    remove: () => void docker("network", "rm", name),
  };
}

/** What `validate` says: nothing when the configuration is accepted. */
export function validate(config: string, secrets: readonly string[]): string {
  const files = workFolder(config, secrets);
  try {
    return docker(
      "run",
      "--rm",
      "--network=none",
      ...mounts(files),
      collectorImage,
      "validate",
      "--config=/etc/otelcol/config.yaml",
    );
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export async function startCollector(
  config: string,
  network: Network,
  options: {
    readonly secrets?: readonly string[];
    /** In MiB, as `docker run --memory` takes it. Default: 256m. */
    readonly memory?: string;
    /** Further mounts, as `docker run --volume` takes them. */
    readonly volumes?: readonly string[];
    /** Folders in memory, as `docker run --tmpfs` takes them: to fill one up. */
    readonly tmpfs?: readonly string[];
  } = {},
): Promise<RunningCollector> {
  const files = workFolder(config, options.secrets ?? []);
  const { memory = "256m" } = options;
  const id = docker(
    "run",
    "--detach",
    "--pull=never",
    `--memory=${memory}`,
    // as it is deployed (components/collector)
    `--env=GOMEMLIMIT=${goMemLimit(Number.parseInt(memory, 10))}`,
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    "--publish=127.0.0.1::4318",
    "--publish=127.0.0.1::13133",
    `--network=${network.name}`,
    ...mounts(files),
    ...(options.volumes ?? []).map((volume) => `--volume=${volume}`),
    ...(options.tmpfs ?? []).map((folder) => `--tmpfs=${folder}`),
    collectorImage,
    "--config=/etc/otelcol/config.yaml",
    ...startArguments(config),
  );
  const address = (port: number) => `http://${docker("port", id, `${port}/tcp`).split("\n")[0]}`;
  const collector: RunningCollector = {
    id,
    get intake() {
      return address(4318);
    },
    get health() {
      return address(13133);
    },
    metrics: () => docker("exec", id, "wget", "-qO-", "http://127.0.0.1:8888/metrics"),
    logs: () => execFileSync("sh", ["-c", `docker logs ${id} 2>&1`], { encoding: "utf8" }),
    kill: (signal) => void docker("kill", `--signal=${signal}`, id),
    start: () => void docker("start", id),
    remove: () => void docker("rm", "--force", "--volumes", id),
  };
  try {
    await healthy(collector);
  } catch (error) {
    const said = collector.logs();
    collector.remove();
    throw new Error(`The collector did not become healthy: ${said.slice(-2000)}`, { cause: error });
  }
  return collector;
}

export async function healthy(collector: RunningCollector): Promise<void> {
  await until(async () => (await fetch(collector.health)).ok, "the collector is healthy");
}

/** Ends only what never comes: a busy machine takes minutes for what takes a quiet one seconds. */
const PATIENCE_SECONDS = 240;

/** Asks until it is so; a question that fails counts as no. */
export async function until(
  question: () => boolean | Promise<boolean>,
  what: string,
  patienceSeconds = PATIENCE_SECONDS,
): Promise<void> {
  const end = Date.now() + patienceSeconds * 1000;
  while (Date.now() < end) {
    try {
      if (await question()) return;
    } catch {
      // not yet
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`After ${patienceSeconds} s it was still not so that ${what}.`);
}

function workFolder(config: string, secrets: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "real-collector-"));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, "secrets"));
  writeFileSync(join(folder, "config.yaml"), config);
  for (const name of secrets) writeFileSync(join(folder, "secrets", name), `dummy-${name}`);
  return folder;
}

function mounts(folder: string): readonly string[] {
  return [
    `--volume=${folder}/config.yaml:/etc/otelcol/config.yaml:ro`,
    `--volume=${folder}/secrets:/run/secrets:ro`,
    "--volume=/:/hostfs:ro",
    ...(binary === undefined ? [] : [`--volume=${binary}:/otelcol:ro`]),
    "--volume=/var/lib/otelcol",
  ];
}

export function docker(...args: readonly string[]): string {
  return execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}
