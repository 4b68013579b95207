import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { localFolder } from "../../cli/paths.ts";
import type { Plan } from "../preflight/plan.ts";

/** Networks and volumes a stack was ever given: Docker does not tell whose they are, since a label on a volume can cost its data. */
export interface Made {
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

const fileOf = (stack: string) => path.join(localFolder(stack), "made.json");

export function readMade(stack: string): Made {
  try {
    return JSON.parse(readFileSync(fileOf(stack), "utf8")) as Made;
  } catch {
    return { networks: [], volumes: [] };
  }
}

/** Written before anything is created, so that whatever an interruption leaves behind is known. */
export function rememberMade(stack: string, plan: Pick<Plan, "networks" | "volumes">): void {
  const before = readMade(stack);
  const made: Made = {
    networks: union(before.networks, plan.networks),
    volumes: union(before.volumes, plan.volumes),
  };
  writeFileSync(fileOf(stack), `${JSON.stringify(made, undefined, 2)}\n`, { mode: 0o600 });
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort();
}
