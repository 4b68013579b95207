import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Failure } from "../cli/failure.ts";
import { lastLines, run } from "../cli/process.ts";

/** A Compose project as Docker Compose itself reads it: files merged, variables filled in, short forms written out. */
export interface ComposeProject {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes?: Readonly<Record<string, ComposeVolume | null>>;
  readonly networks?: Readonly<Record<string, ComposeNetwork | null>>;
  readonly secrets?: Readonly<Record<string, ComposeFile | null>>;
  readonly configs?: Readonly<Record<string, ComposeFile | null>>;
}

/** The keys of a service that adopt looks into; every other one is listed as not taken over. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: {
    readonly context?: string;
    readonly dockerfile?: string;
    readonly dockerfile_inline?: string;
    readonly target?: string;
  };
  readonly command?: readonly string[] | null;
  readonly entrypoint?: readonly string[] | null;
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition?: string }>>;
  readonly ports?: readonly ComposePort[];
  readonly volumes?: readonly ComposeMount[];
  readonly secrets?: readonly ComposeFileMount[];
  readonly configs?: readonly ComposeFileMount[];
  readonly healthcheck?: {
    readonly test?: readonly string[];
    readonly disable?: boolean;
    readonly start_period?: string;
    readonly interval?: string;
    readonly retries?: number | string;
    readonly timeout?: string;
  };
  readonly user?: string;
  readonly working_dir?: string;
  readonly hostname?: string;
  readonly container_name?: string;
  readonly extra_hosts?: readonly string[];
  readonly networks?: Readonly<Record<string, { readonly aliases?: readonly string[] } | null>>;
  readonly restart?: string;
  readonly links?: readonly string[];
  readonly scale?: number;
  readonly mem_limit?: string;
  readonly cpus?: number | string;
  readonly shm_size?: number | string;
  readonly ulimits?: Readonly<Record<string, number | { readonly soft: number; readonly hard: number }>>;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly init?: boolean;
  readonly read_only?: boolean;
  readonly tmpfs?: string | readonly string[];
  readonly stop_grace_period?: string;
  readonly stop_signal?: string;
  readonly deploy?: {
    readonly replicas?: number;
    readonly restart_policy?: { readonly condition?: string; readonly max_attempts?: number };
    readonly resources?: {
      readonly limits?: { readonly memory?: string; readonly cpus?: string | number; readonly pids?: number };
      readonly reservations?: Readonly<Record<string, unknown>>;
    };
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

export interface ComposePort {
  readonly target: number;
  readonly published?: string;
  readonly protocol?: string;
  readonly host_ip?: string;
}

export interface ComposeMount {
  readonly type: string;
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
  readonly bind?: { readonly propagation?: string };
  readonly volume?: { readonly subpath?: string };
  readonly tmpfs?: { readonly size?: number | string; readonly mode?: number };
}

/** A file of `secrets` or `configs`, where it comes from. */
export interface ComposeFile {
  readonly file?: string;
  readonly content?: string;
  readonly environment?: string;
  readonly external?: boolean;
}

interface ComposeFileMount {
  readonly source: string;
  readonly target?: string;
}

export interface ComposeVolume {
  /** Its name on the engine. */
  readonly name?: string;
  readonly external?: boolean;
  readonly driver?: string;
  readonly driver_opts?: Readonly<Record<string, string>>;
}

export interface ComposeNetwork {
  readonly name?: string;
  readonly external?: boolean;
  /** Cut off from the outside. */
  readonly internal?: boolean;
}

/** What Docker Compose made of the files. */
export interface ReadProject {
  readonly project: ComposeProject;
  /** Services of profiles that were not asked for, with those profiles. */
  readonly inactive: Readonly<Record<string, readonly string[]>>;
  /** What Compose warned of, such as variables that are not set. */
  readonly warnings: readonly string[];
  /** What the variables hold that give secrets and configs their text. */
  readonly fileValues?: Readonly<Record<string, string>>;
}

/** A person's variables must not choose other files, another project or other profiles. */
const ENVIRONMENT = { COMPOSE_FILE: undefined, COMPOSE_PROJECT_NAME: undefined, COMPOSE_PROFILES: undefined };

/**
 * Reads Compose files with Docker Compose, so that they mean here what they mean there. Needs no Docker Engine.
 * @throws Failure with Compose's own sentence about what is wrong in them
 */
export async function readProject(
  command: readonly [string, ...string[]],
  files: readonly string[],
  {
    profiles,
    projectName,
    refused = () => "",
  }: {
    readonly profiles: readonly string[];
    readonly projectName?: string | undefined;
    /** What to do about a refusal, from all that Compose said. */
    readonly refused?: (said: string) => string;
  },
): Promise<ReadProject> {
  const [program, ...leading] = command;
  const named = [
    ...(projectName === undefined ? [] : ["--project-name", projectName]),
    ...files.flatMap((file) => ["-f", path.resolve(file)]),
  ];
  const ask = (active: readonly string[], ...more: readonly string[]) => {
    const flags = active.flatMap((profile) => ["--profile", profile]);
    return run(program, [...leading, ...flags, ...named, ...more, "config", "--format", "json"], {
      timeoutMs: 60_000,
      env: ENVIRONMENT,
    });
  };
  const config = async (...active: readonly string[]) => {
    const outcome = await ask(active);
    if (outcome.code !== 0)
      throw new Failure(
        `${files.join(", ")}: Docker Compose refuses it: ${lastLines(outcome, 1).replace(/\.+$/, "")}.${refused(outcome.stderr)}`,
      );
    return { project: unescaped(JSON.parse(outcome.stdout)) as ComposeProject, stderr: outcome.stderr };
  };
  const asked = await config(...profiles);
  // what a service lacks that nobody asked for, such as a file of variables, is no reason to refuse the others
  let unread = "";
  const all = profiles.includes("*")
    ? asked
    : await config("*").catch((error: Error) => {
        unread = `services of profiles that are not active are not read, and not listed: ${error.message}`;
        return asked;
      });
  const inactive = Object.entries(all.project.services).filter(([name]) => !(name in asked.project.services));
  const fileValues = await valuesOf(fileVariables(asked.project), (file) => ask(profiles, "-f", file));
  return {
    project: asked.project,
    ...(Object.keys(fileValues).length > 0 && { fileValues }),
    inactive: Object.fromEntries(inactive.map(([name, { profiles }]) => [name, textsOf(profiles)])),
    warnings: [...warningsOf(asked.stderr), ...(unread === "" ? [] : [unread])],
  };
}

/** Names of the variables that give a secret or a config its text. */
const fileVariables = (project: ComposeProject): readonly string[] => [
  ...new Set(
    (["secrets", "configs"] as const)
      .flatMap((section) => Object.values(project[section] ?? {}))
      .flatMap((given) => given?.environment ?? []),
  ),
];

const VALUES = "x-adopt-values";

/** What variables hold where Compose looks for them: it fills them into a file beside the others. No such file holds a value. */
async function valuesOf(
  variables: readonly string[],
  askWith: (file: string) => ReturnType<typeof run>,
): Promise<Readonly<Record<string, string>>> {
  const names = variables.filter((name) => /^[A-Za-z_]\w*$/.test(name));
  if (names.length === 0) return {};
  const folder = mkdtempSync(path.join(tmpdir(), "adopt-"));
  try {
    const file = path.join(folder, "values.json");
    const wanted = Object.fromEntries(names.map((name) => [name, `$\{${name}-}`]));
    writeFileSync(file, JSON.stringify({ [VALUES]: wanted }));
    const { code, stdout } = await askWith(file);
    if (code !== 0) return {};
    const read = unescaped(JSON.parse(stdout)) as { readonly [VALUES]?: Readonly<Record<string, string>> };
    return read[VALUES] ?? {};
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Compose writes `$$` for a dollar, so that its own output can be read again. */
function unescaped(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$$", "$");
  if (Array.isArray(value)) return value.map(unescaped);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, unescaped(child)]));
}

/** The messages of Compose's log, each once; `version` is obsolete in every second file and means nothing. */
export function warningsOf(stderr: string): readonly string[] {
  const found = [...stderr.matchAll(/level=warning msg="((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) =>
    text.replace(/\\(.)/g, "$1"),
  );
  return [...new Set(found)].filter((text) => !/`?version`? is obsolete/.test(text));
}

const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
