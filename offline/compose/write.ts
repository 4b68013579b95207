import { join, relative, resolve } from "node:path";
import { checkoutId, LABEL } from "../../cli/paths.ts";
import { writeWhole } from "../../cli/whole-file.ts";
import type { ConfigSetting } from "../config-setting.ts";
import { recordProgram } from "../engine.ts";
import type { PropertyValue } from "../properties.ts";
import type { Recording } from "../registration.ts";
import { variableOf } from "../secret-settings.ts";
import { unwrap } from "../secrets.ts";
import { sentenceOf } from "../sentence.ts";
import { loadStackConfig } from "../stack-config.ts";
import { GeneratedSecrets } from "./generated-secrets.ts";
import { lastingKey, privateFolder } from "./private-files.ts";
import { translate } from "./translate.ts";
import { renderDotenv } from "./variables.ts";

export interface WriteComposeArgs {
  /** Folder of Pulumi.yaml. */
  readonly projectDir: string;
  readonly stack: string;
  /** Config values for this run, in order. */
  readonly set?: readonly ConfigSetting[];
  readonly dummySecrets?: boolean;
  /** Where compose.yaml is written. Default: `<projectDir>/compose.yaml`. */
  readonly out?: string;
  /** Folder of the stack's secrets. Default: `<projectDir>/.local/<stack>`. */
  readonly localDir?: string;
  /** A program that runs longer is ended and reported. Milliseconds, default: that of `recordProgram`. */
  readonly timeoutMs?: number;
}

export interface WrittenCompose {
  readonly composeFile: string;
  readonly envFile: string;
  /** Docker's name of the project: `game-scheduler-otel-dev`. */
  readonly project: string;
  readonly services: readonly string[];
  readonly images: readonly string[];
  /** Outputs of the stack, secret ones in plain text: with the keys among them backends are asked. Never printed, and stored for this person alone. */
  readonly outputs: Readonly<Record<string, PropertyValue>>;
  readonly warnings: readonly string[];
}

/** A recording from which the project's files can be written: nothing is written yet. */
export interface RecordedCompose {
  readonly recording: Recording;
  /** Wire texts by key, with the project's name. */
  readonly config: Readonly<Record<string, string>>;
  /** Those of them that are secret. */
  readonly secretKeys: readonly string[];
  /** Keeps the passwords that this run made; `write` does. */
  readonly keep: () => void;
  /** Writes compose.yaml without any secret, and a 0600 env file with them. Throws one sentence for what Compose cannot express. */
  readonly write: () => WrittenCompose;
}

/** Runs the program and writes its containers as a Compose project. Throws one sentence when the configuration or the program has an error. */
export async function writeCompose(args: WriteComposeArgs): Promise<WrittenCompose> {
  return (await recordCompose(args)).write();
}

/** Runs the program once, with the passwords of its stack. Throws one sentence when the configuration or the program has an error. */
export async function recordCompose(args: WriteComposeArgs): Promise<RecordedCompose> {
  const projectDir = resolve(args.projectDir);
  const localDir = args.localDir ?? join(projectDir, ".local", args.stack);
  const stack = loadStackConfig({ ...args, projectDir });
  const encrypted = stack.unreadable[0];
  if (encrypted !== undefined && args.dummySecrets !== true) {
    const key = encrypted.split(":").pop() ?? encrypted;
    throw new Error(
      `${key} is encrypted in Pulumi.${args.stack}.yaml and only the Pulumi CLI can read it. Give it here: --secret ${key}, with its value in the environment as ${variableOf(key)}`,
    );
  }
  const generated = new GeneratedSecrets(join(localDir, "generated-secrets.json"));
  const { timeoutMs } = args;
  const recording = await recordProgram({
    projectDir,
    ...stack,
    preview: false,
    generate: generated.generate,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  const error = recording.diagnostics.find((d) => d.severity === "error");
  if (error !== undefined) throw new Error(sentenceOf(error.message));
  const write = () => {
    privateFolder(localDir);
    const labels = { [`${LABEL}.checkout`]: checkoutId(projectDir) };
    const project = translate({ recording, hashKey: lastingKey(join(localDir, "hash-key")), labels });
    generated.save();
    const composeFile = resolve(args.out ?? join(projectDir, "compose.yaml"));
    const envFile = join(localDir, "secrets.env");
    writeWhole(envFile, renderDotenv(project.variables), 0o600);
    writeWhole(composeFile, project.yaml, 0o644);
    const warnings = recording.diagnostics.filter((d) => d.severity === "warning").map((d) => sentenceOf(d.message));
    return {
      composeFile,
      envFile,
      project: `${recording.project}-${recording.stack}`,
      services: project.services,
      images: project.images,
      outputs: unwrap(recording.outputs) as Readonly<Record<string, PropertyValue>>,
      warnings: [...warnings, ...project.warnings],
    };
  };
  return { recording, config: stack.config, secretKeys: stack.secretKeys, write, keep: () => generated.save() };
}

/** The command that starts a written project, with paths as seen from `from`. */
export function upCommand({ composeFile, envFile }: WrittenCompose, from: string): string {
  const short = (path: string) => {
    const near = relative(from, path);
    return near.startsWith("..") ? path : near;
  };
  return `docker compose --env-file ${short(envFile)} -f ${short(composeFile)} up -d --wait`;
}
