import { lastLines, run } from "../cli/process.ts";

/** An image of the engine. */
export interface MachineImage {
  readonly id: string;
  /** `repository@sha256:…`, where it came from a registry. */
  readonly digests: readonly string[];
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** Empty: root. */
  readonly user: string;
  /** Whether it brings a health check of its own. */
  readonly isChecked?: boolean;
  /** That check as Docker writes it: `["CMD-SHELL", "curl -f …"]`. */
  readonly check?: readonly string[];
}

/** A container that Compose made of the project. */
export interface MachineContainer {
  readonly name: string;
  readonly service: string;
  readonly hostname: string;
  readonly running: boolean;
  /** Whether it ended with exit code 0. */
  readonly ended: boolean;
}

/** What is on the engine; `undefined` in place of it all where none answers. */
export interface Machine {
  readonly images: ReadonlyMap<string, MachineImage>;
  readonly volumes: ReadonlySet<string>;
  readonly containers: readonly MachineContainer[];
}

/** Asks the engine about these images, about all volumes and about a project's containers; undefined, with the reason, where it does not answer. */
export async function askMachine(
  project: string,
  images: readonly string[],
): Promise<{ readonly machine?: Machine; readonly why: string }> {
  const volumes = await run("docker", ["volume", "ls", "--format", "{{.Name}}"], { timeoutMs: 30_000 });
  if (volumes.code !== 0) return { why: lastLines(volumes, 1) };
  const asked = await Promise.all(images.map(async (image) => [image, await imageOf(image)] as const));
  return {
    machine: {
      volumes: new Set(volumes.stdout.split("\n").filter((name) => name !== "")),
      images: new Map(asked.flatMap(([image, found]) => (found === undefined ? [] : [[image, found] as const]))),
      containers: await containersOf(project),
    },
    why: "",
  };
}

/** Gives an image another reference. Throws an Error where the engine refuses. */
export async function tagImage(from: string, to: string): Promise<void> {
  const outcome = await run("docker", ["tag", from, to], { timeoutMs: 30_000 });
  if (outcome.code !== 0)
    throw new Error(`The image ${from} could not be given the name ${to}: ${lastLines(outcome, 1)}`);
}

interface InspectedImage {
  readonly Id: string;
  readonly RepoDigests?: readonly string[] | null;
  readonly Config?: {
    readonly Env?: readonly string[] | null;
    readonly Entrypoint?: readonly string[] | null;
    readonly Cmd?: readonly string[] | null;
    readonly User?: string;
    readonly Healthcheck?: { readonly Test?: readonly string[] | null } | null;
  } | null;
}

async function imageOf(image: string): Promise<MachineImage | undefined> {
  const outcome = await run("docker", ["image", "inspect", image], { timeoutMs: 30_000 });
  if (outcome.code !== 0) return undefined;
  const [found] = JSON.parse(outcome.stdout) as readonly InspectedImage[];
  return (
    found && {
      id: found.Id,
      digests: found.RepoDigests ?? [],
      env: found.Config?.Env ?? [],
      entrypoint: found.Config?.Entrypoint ?? [],
      command: found.Config?.Cmd ?? [],
      user: found.Config?.User ?? "",
      ...(found.Config?.Healthcheck?.Test && { check: found.Config.Healthcheck.Test }),
      isChecked: (found.Config?.Healthcheck?.Test ?? ["NONE"])[0] !== "NONE",
    }
  );
}

const FORMAT = [
  "{{.Name}}",
  '{{index .Config.Labels "com.docker.compose.service"}}',
  "{{.Config.Hostname}}",
  "{{.State.Status}}",
  "{{.State.ExitCode}}",
].join("\t");

async function containersOf(project: string): Promise<readonly MachineContainer[]> {
  const label = `label=com.docker.compose.project=${project}`;
  const listed = await run("docker", ["ps", "-aq", "--filter", label], { timeoutMs: 30_000 });
  const ids = listed.stdout.split("\n").filter((id) => id !== "");
  if (ids.length === 0) return [];
  const inspected = await run("docker", ["inspect", "--format", FORMAT, ...ids], { timeoutMs: 30_000 });
  return inspected.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [name = "", service = "", hostname = "", state = "", code = ""] = line.split("\t");
      return {
        name: name.replace(/^\//, ""),
        service,
        hostname,
        running: state === "running" || state === "restarting",
        ended: state === "exited" && code === "0",
      };
    });
}
