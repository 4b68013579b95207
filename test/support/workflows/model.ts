import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
export interface Job {
  readonly uses?: string;
  readonly "runs-on"?: unknown;
  readonly "timeout-minutes"?: number;
  readonly permissions?: unknown;
  readonly environment?: unknown;
  readonly secrets?: unknown;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}
export interface Workflow {
  readonly on: unknown;
  readonly permissions?: unknown;
  readonly env?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** Text of every workflow and of every action of the project, by its path below `.github`. */
export type Texts = ReadonlyMap<string, string>;

export function readTexts(root: string): Texts {
  const below = (folder: string) => readdirSync(join(root, ".github", folder)).sort();
  const files = [
    ...below("workflows").map((file) => `workflows/${file}`),
    ...below("actions").map((name) => `actions/${name}/action.yml`),
  ];
  return new Map(files.map((file) => [file, readFileSync(join(root, ".github", file), "utf8")]));
}

export const workflowIn = (text: string): Workflow => parse(text) as Workflow;
export const actionSteps = (text: string): readonly Step[] =>
  (parse(text) as { readonly runs: { readonly steps: readonly Step[] } }).runs.steps;
