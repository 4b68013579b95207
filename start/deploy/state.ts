import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { localFolder } from "../../cli/paths.ts";
import type { ImageSource } from "../../images/catalogue.ts";

/** What `npm start` stores of a stack, one file each below `.local/<stack>`, readable by their owner only. */

const fileOf = (stack: string, name: string) => path.join(localFolder(stack), `${name}.json`);

function read(stack: string, name: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(readFileSync(fileOf(stack, name), "utf8"));
  } catch {
    return {};
  }
}

function write(stack: string, name: string, value: object): string {
  const file = fileOf(stack, name);
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
  return file;
}

export type DeployerKind = "pulumi" | "compose";

/** Which tool deployed the stack last; undefined when none did. */
export function rememberedDeployer(stack: string): DeployerKind | undefined {
  const { kind } = read(stack, "deployer");
  return kind === "pulumi" || kind === "compose" ? kind : undefined;
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

/** Networks and volumes a stack ever had: Docker does not say whose they are, since a changed label deletes a volume's data. */
export interface Made {
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

export function readMade(stack: string): Made {
  const { networks = [], volumes = [] } = read(stack, "made") as Partial<Made>;
  return { networks, volumes };
}

/** Written before anything is created, so that whatever an interruption leaves behind is known. */
export function rememberMade(stack: string, { networks, volumes }: Made): void {
  const before = readMade(stack);
  const union = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])].sort();
  write(stack, "made", {
    networks: union(before.networks, networks),
    volumes: union(before.volumes, volumes),
  } satisfies Made);
}

/** Stores a stack's outputs where `npm run verify` reads them: `.local/<stack>/outputs.json`. */
export function saveOutputs(stack: string, outputs: Readonly<Record<string, unknown>>): string {
  return write(stack, "outputs", outputs);
}
