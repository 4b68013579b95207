import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import { engineInUse } from "../../cli/engine.ts";
import { Failure, messageOf } from "../../cli/failure.ts";
import { localFolder, PROJECT, ROOT } from "../../cli/paths.ts";
import { lastLines, type Outcome, type RunOptions } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";
import { pulumi } from "../../cli/pulumi.ts";
import { openConnection } from "../../cli/ssh-connection.ts";
import { writeWhole } from "../../cli/whole-file.ts";
import { applySetting, type ConfigSetting } from "../../offline/config-setting.ts";
import { readProjectFile } from "../../offline/project-file.ts";
import { isList, isMap, type PropertyMap } from "../../offline/properties.ts";
import type { PulumiTool } from "../tools/pulumi.ts";
import { troubledContainers } from "./health.ts";
import { type AskPulumi, putInPlaceAgain } from "./put-in-place.ts";
import { removeStrays } from "./remove.ts";
import { startStopped } from "./stopped.ts";

const UP_TIMEOUT_MS = 1_800_000;
/** In a file of Pulumi's state: something is to be deleted by the next `up`. */
const TO_BE_DELETED = /"delete":\s*true/;
const LEFT_OVER =
  /currently locked|pending operations|already in use|already exists|conflicts with an existing object/i;

/** Where a stack's files are. */
export interface StackPlace {
  /** Private folder of the stack. */
  readonly folder: string;
  /** The committed configuration; only ever read. */
  readonly committed: string;
}

export function placeOf(stack: string): StackPlace {
  return { folder: localFolder(stack), committed: path.join(ROOT, `Pulumi.${stack}.yaml`) };
}

const STATE = "pulumi-state";

/** What Pulumi knows of a stack, generated passwords included; absent when it never deployed it here. */
export function pulumiStateFile({ folder }: StackPlace, stack: string): string {
  return path.join(folder, STATE, ".pulumi", "stacks", PROJECT, `${stack}.json`);
}

interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly outputs?: { readonly name?: string };
}

/** What holds no data. */
const REMOVED_TYPES: ReadonlySet<string> = new Set([
  "docker:index/container:Container",
  "docker:index/network:Network",
  "docker:index/service:Service",
  "docker:index/serviceConfig:ServiceConfig",
  "docker:index/secret:Secret",
]);

const configFile = ({ folder }: StackPlace, stack: string) =>
  path.join(folder, "pulumi-project", `Pulumi.${stack}.yaml`);

/** The configuration of the last `up`; what is secret in it is encrypted. Undefined when there was none. */
export function configOf(stack: string): string | undefined {
  const file = configFile(placeOf(stack), stack);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Flags and environment with which the CLI finds a stack that `npm start` deployed by Pulumi; undefined where it did not. */
export function localState(stack: string) {
  const place = placeOf(stack);
  if (!existsSync(pulumiStateFile(place, stack))) return undefined;
  return {
    flags: ["--config-file", configFile(place, stack)],
    env: {
      PULUMI_BACKEND_URL: `file://${path.join(place.folder, STATE)}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: path.join(place.folder, "pulumi-passphrase"),
      // The CLI prefers this one; a person may have set it for other stacks.
      PULUMI_CONFIG_PASSPHRASE: undefined,
    },
  };
}

/** One stack on a file backend inside .local, so that a person's own Pulumi login, stacks and config files stay as they are. */
export class LocalStack {
  readonly #tool: PulumiTool;
  readonly #stack: string;
  readonly #progress: Progress;
  readonly #place: StackPlace;
  readonly #config: string;

  constructor(tool: PulumiTool, stack: string, progress: Progress, place: StackPlace = placeOf(stack)) {
    this.#tool = tool;
    this.#stack = stack;
    this.#progress = progress;
    this.#place = place;
    this.#config = configFile(place, stack);
  }

  /** Whether this stack was ever deployed by Pulumi. */
  get exists(): boolean {
    return existsSync(pulumiStateFile(this.#place, this.#stack));
  }

  get #state(): string {
    return path.join(this.#place.folder, STATE);
  }

  /** `pulumi up`; repairs drift and what an interrupted run left behind. Returns the stack's outputs with their secrets: what asks a backend is one. */
  async up(settings: readonly ConfigSetting[]): Promise<Readonly<Record<string, unknown>>> {
    await this.#prepare(settings);
    return this.#up();
  }

  /** `pulumi up` of an earlier program, in a folder of its own, with the configuration and of the commit that it had. */
  async upAgain(folder: string, config: string, commit: string): Promise<Readonly<Record<string, unknown>>> {
    await this.#create();
    writeWhole(this.#config, config, 0o600);
    // the program says with it what is deployed
    const env = { ...this.#env(), ...(commit !== "" && { GITHUB_SHA: commit }), ...contextAsBefore(folder) };
    return this.#up({ cwd: folder, env });
  }

  async #up(place: Pick<RunOptions, "cwd" | "env"> = {}): Promise<Readonly<Record<string, unknown>>> {
    const args = ["up", "--yes", "--skip-preview", "--refresh"];
    await this.#putInPlaceAgain(place);
    await startStopped(this.#stack, this.#progress);
    let outcome = await this.#pulumi(args, UP_TIMEOUT_MS, place);
    // We hold the stack's own lock, so a lock, a pending creation or a container that the state does not know is left over from a run that was killed.
    if (outcome.code !== 0 && LEFT_OVER.test(outcome.stdout + outcome.stderr)) {
      this.#progress.note("clearing what an interrupted pulumi up left behind");
      await this.#clear();
      await removeStrays(this.#stack, await this.#names());
      await this.#putInPlaceAgain(place);
      outcome = await this.#pulumi(args, UP_TIMEOUT_MS, place);
    }
    if (outcome.code !== 0) {
      // the provider names no container that does not become healthy
      const troubled = await troubledContainers(this.#stack, this.#progress);
      const why = troubled === "" ? "" : ` ${troubled}`;
      throw new Failure(`"pulumi up" failed: ${reasonOf(outcome)} (all of it is in the log).${why}`);
    }
    const outputs = await this.#must(["stack", "output", "--json", "--show-secrets", "--stack", this.#stack], 60_000);
    return JSON.parse(outputs.stdout) as Record<string, unknown>;
  }

  /**
   * Removes containers and networks. Volumes stay, and with them the generated passwords that are written into the databases' data;
   * `withVolumes` removes everything.
   */
  async destroy(withVolumes: boolean): Promise<void> {
    await this.#clear();
    if (withVolumes) {
      await this.#must(["state", "unprotect", "--all", "--yes"], 120_000);
      await this.#must(["destroy", "--yes", "--skip-preview"], 600_000);
      return;
    }
    const targets = (await this.#resources()).filter(({ type }) => REMOVED_TYPES.has(type)).map(({ urn }) => urn);
    if (targets.length === 0) return;
    const flags = targets.flatMap((urn) => ["--target", urn]);
    await this.#must(["destroy", "--yes", "--skip-preview", "--target-dependents", ...flags], 600_000);
  }

  async #prepare(settings: readonly ConfigSetting[]): Promise<void> {
    await this.#create();
    const committed = readFileSync(this.#place.committed, "utf8");
    writeWhole(this.#config, withSalt(committed, saltOf(readFileSync(this.#config, "utf8"))), 0o600);
    for (const setting of settings) {
      const { path: key, value, secret } = setting;
      const structured = secret ? undefined : withStructure(readFileSync(this.#config, "utf8"), setting);
      if (structured !== undefined) {
        writeWhole(this.#config, structured, 0o600);
        continue;
      }
      // The value goes by standard input: every user of the machine can read a process's arguments.
      await this.#must(["config", "set", "--path", secret ? "--secret" : "--plaintext", key], 60_000, value);
    }
  }

  /** `stack init` writes the new encryption salt beside Pulumi.yaml: in a folder of its own it does not touch the committed file. */
  async #create(): Promise<void> {
    if (this.exists && existsSync(this.#config)) return;
    const cwd = path.dirname(this.#config);
    mkdirSync(cwd, { recursive: true, mode: 0o700 });
    writeWhole(path.join(cwd, "Pulumi.yaml"), `name: ${PROJECT}\nruntime: nodejs\n`, 0o644);
    const created = await this.#pulumi(["stack", "init", this.#stack, "--no-select"], 60_000, { cwd });
    if (created.code !== 0)
      throw new Failure(`Pulumi could not create the stack "${this.#stack}": ${reasonOf(created)}.`);
  }

  /** Configs and secrets that an `up` replaced before it failed take their places again where this program asks for them: their names exist. */
  async #putInPlaceAgain(place: Pick<RunOptions, "cwd" | "env">): Promise<void> {
    // hardly ever: no command of the CLI for that
    if (!TO_BE_DELETED.test(readFileSync(pulumiStateFile(this.#place, this.#stack), "utf8"))) return;
    const ask: AskPulumi = (args, { timeoutMs = 0, input }) => {
      const where = args[0] === "preview" ? { env: this.#env(), ...place } : {};
      return this.#pulumi(args, timeoutMs, { ...where, ...(input !== undefined && { input }) });
    };
    try {
      const put = await putInPlaceAgain(this.#stack, ask);
      if (put) this.#progress.note("what a pulumi up replaced before it failed takes its place again");
    } catch (error) {
      // up says what is wrong with a state
      this.#progress.log(messageOf(error));
    }
  }

  async #clear(): Promise<void> {
    await this.#pulumi(["cancel", "--yes", this.#stack], 60_000);
    await this.#pulumi(["refresh", "--yes", "--skip-preview", "--clear-pending-creates"], 300_000);
  }

  async #resources(): Promise<readonly StateResource[]> {
    const exported = await this.#must(["stack", "export", "--stack", this.#stack], 60_000);
    const state = JSON.parse(exported.stdout) as {
      readonly deployment?: { readonly resources?: readonly StateResource[] };
    };
    return state.deployment?.resources ?? [];
  }

  /** Docker names of the containers and networks that the state knows. */
  async #names(): Promise<ReadonlySet<string>> {
    const known = (await this.#resources()).filter(({ type }) => REMOVED_TYPES.has(type));
    return new Set(known.flatMap(({ outputs }) => (outputs?.name === undefined ? [] : [outputs.name])));
  }

  async #must(args: readonly string[], timeoutMs: number, input?: string): Promise<Outcome> {
    const outcome = await this.#pulumi(args, timeoutMs, input === undefined ? {} : { input });
    if (outcome.code !== 0) throw new Failure(`"pulumi ${args.slice(0, 2).join(" ")}" failed: ${reasonOf(outcome)}.`);
    return outcome;
  }

  async #pulumi(
    args: readonly string[],
    timeoutMs: number,
    options: Pick<RunOptions, "cwd" | "env" | "input"> = {},
  ): Promise<Outcome> {
    const verb = args[0] ?? "";
    const long = ["up", "destroy", "refresh"].includes(verb);
    // a refresh asks for everything at once, before the program runs or without it
    if (long) await openConnection((await engineInUse()).address);
    const onLine = (line: string) => this.#progress.doing(line);
    return pulumi(this.#tool.program, [...args, ...this.#flags(verb)], {
      timeoutMs,
      env: this.#env(),
      ...(long ? { onLine } : {}),
      ...options,
    });
  }

  #flags(verb: string): readonly string[] {
    const common = ["--non-interactive", "--color", "never"];
    switch (verb) {
      case "stack":
      case "cancel":
        return common; // These name the stack themselves and read no config file.
      case "state":
        return [...common, "--stack", this.#stack];
      default:
        return [...common, "--stack", this.#stack, "--config-file", this.#config];
    }
  }

  #env(): Readonly<Record<string, string | undefined>> {
    const passphrase = path.join(this.#place.folder, "pulumi-passphrase");
    // whole: what was encrypted with half of one could not be read again
    if (!existsSync(passphrase)) writeWhole(passphrase, randomBytes(32).toString("hex"), 0o600);
    mkdirSync(this.#state, { recursive: true, mode: 0o700 });
    return {
      PULUMI_BACKEND_URL: `file://${this.#state}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
      // The CLI prefers this one; a person may have set it for other stacks.
      PULUMI_CONFIG_PASSPHRASE: undefined,
      // The provider would ask that engine whatever the state says, and looks for contexts in the home folder alone. Only the program must know it.
      DOCKER_CONTEXT: undefined,
      [CONTEXT]: contextNamed(),
    };
  }
}

/** Tells the program, and nobody else, which of Docker's contexts is meant (config/engine.ts). */
const CONTEXT = "PROGRAM_DOCKER_CONTEXT";

/** As Docker has it: an address comes first. */
const contextNamed = (): string | undefined => (process.env.DOCKER_HOST ? undefined : process.env.DOCKER_CONTEXT);

/** A program of 0.1.0, or of this version's first days, reads Docker's own variable: without it, it would take the context that is current. */
function contextAsBefore(folder: string): { readonly DOCKER_CONTEXT?: string | undefined } {
  const file = path.join(folder, "config", "engine.ts");
  const knows = existsSync(file) && readFileSync(file, "utf8").includes(CONTEXT);
  return knows ? {} : { DOCKER_CONTEXT: contextNamed() };
}

/**
 * The stack's configuration file after a setting that makes its key an object or a list by the types that `Pulumi.yaml` declares;
 * undefined for any other. The CLI would set such a value as the text it is, and then refuse its type.
 */
export function withStructure(file: string, setting: ConfigSetting): string | undefined {
  const document = parseDocument(file);
  const before = (document.toJS() as { readonly config?: PropertyMap } | null)?.config ?? {};
  const { key, value } = applySetting(setting, readProjectFile(ROOT), new Map(Object.entries(before)));
  if (!isMap(value) && !isList(value)) return undefined;
  document.setIn(["config", key], value);
  return document.toString({ lineWidth: 0 });
}

/** Pulumi marks what went wrong with `error:`; the rest is tables. Some providers only count there, and list below it. */
export function reasonOf(outcome: Pick<Outcome, "stdout" | "stderr"> & Outcome): string {
  const lines = `${outcome.stderr}\n${outcome.stdout}`.split("\n").map((line) => line.trim());
  const at = lines.findIndex((line) => /^error: /.test(line) && !/update failed$/.test(line));
  if (at < 0) return lastLines(outcome, 1);
  const end = lines.findIndex((line, index) => index > at && !line.startsWith("* "));
  const parts = lines.slice(at, end < 0 ? undefined : end).map((line) => line.replace(COUNTED, ""));
  return parts.filter((part) => part !== "").join(" ");
}

const COUNTED = /^(error: |\* )|\s*\d+ errors? occurred:$/g;

function saltOf(config: string): string {
  return /^encryptionsalt:.*$/m.exec(config)?.[0] ?? "";
}

/** The committed configuration under the local stack's own encryption. */
export function withSalt(committed: string, salt: string): string {
  return `${salt}\n${committed.replace(/^(encryptionsalt|secretsprovider|encryptedkey):.*\n/gm, "")}`;
}
