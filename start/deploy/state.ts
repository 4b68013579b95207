import { readFileSync } from "node:fs";
import path from "node:path";
import { localFolder } from "../../cli/paths.ts";
import { writeWhole } from "../../cli/whole-file.ts";
import type { ImageSource } from "../../images/catalogue.ts";
import type { VerifyReport } from "../../verify/report-types.ts";

/** What `npm start` stores of a stack, one file each below `.local/<stack>`, readable by their owner only. */

const fileOf = (stack: string, name: string) => path.join(localFolder(stack), `${name}.json`);

/** Empty when there is no such file, or none that can be read. */
export function read(stack: string, name: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(readFileSync(fileOf(stack, name), "utf8"));
  } catch {
    return {};
  }
}

export function write(stack: string, name: string, value: object): string {
  const file = fileOf(stack, name);
  writeWhole(file, `${JSON.stringify(value, undefined, 2)}\n`, 0o600);
  return file;
}

/** `stack`: Docker's own client, by a stack file, to a swarm. */
export type DeployerKind = "pulumi" | "compose" | "stack";

/** Which tool deployed the stack last; undefined when none did. */
export function rememberedDeployer(stack: string): DeployerKind | undefined {
  const { kind } = read(stack, "deployer");
  return kind === "pulumi" || kind === "compose" || kind === "stack" ? kind : undefined;
}

export function rememberDeployer(stack: string, kind: DeployerKind): void {
  write(stack, "deployer", { kind });
}

/** Source of the images of the last run: the default of the next, so that nothing is replaced just because a registry came or went. */
export function rememberedSource(stack: string): ImageSource | undefined {
  const { source } = read(stack, "images");
  return source === "official" || source === "local" ? source : undefined;
}

export function rememberSource(stack: string, source: ImageSource): void {
  write(stack, "images", { source });
}

/** Full names of what `npm start` ever made for a stack and may have no label that says which checkout it belongs to. */
export interface Made {
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

export function readMade(stack: string): Made {
  const { networks = [], volumes = [] } = read(stack, "made") as Partial<Made>;
  return { networks, volumes };
}

/** Written before anything is created, so that whatever an interruption leaves behind is known. */
export function rememberMade(stack: string, now: Made): void {
  const before = readMade(stack);
  const union = (key: keyof Made) => [...new Set([...before[key], ...now[key]])].sort();
  write(stack, "made", { networks: union("networks"), volumes: union("volumes") } satisfies Made);
}

/** Stores a stack's outputs where `npm run verify` reads them: `.local/<stack>/outputs.json`. */
export function saveOutputs(stack: string, outputs: Readonly<Record<string, unknown>>): string {
  return write(stack, "outputs", outputs);
}

/** The last complete proof of the containers that run now; undefined when there is none. */
export function rememberedProof(stack: string): VerifyReport | undefined {
  const { report } = read(stack, "proof");
  return report as VerifyReport | undefined;
}

export function rememberProof(stack: string, report: VerifyReport): void {
  write(stack, "proof", { report });
}

export function forgetProof(stack: string): void {
  write(stack, "proof", {});
}
