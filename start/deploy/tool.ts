import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Failure } from "../../cli/failure.ts";
import { localFolder } from "../../cli/paths.ts";
import type { Progress } from "../../cli/progress.ts";
import { type ComposeTool, ensureCompose } from "../tools/compose.ts";
import { findPulumi, type PulumiTool } from "../tools/pulumi.ts";

export type Deployer =
  | { readonly kind: "pulumi"; readonly tool: PulumiTool }
  | { readonly kind: "compose"; readonly tool: ComposeTool };

export type DeployerKind = Deployer["kind"];

const fileOf = (stack: string) => path.join(localFolder(stack), "deployer.json");

/** Which tool deployed the stack last; undefined when none did. */
export function rememberedDeployer(stack: string): DeployerKind | undefined {
  try {
    const kind: unknown = JSON.parse(readFileSync(fileOf(stack), "utf8")).kind;
    return kind === "pulumi" || kind === "compose" ? kind : undefined;
  } catch {
    return undefined;
  }
}

export function rememberDeployer(stack: string, kind: DeployerKind): void {
  writeFileSync(fileOf(stack), `${JSON.stringify({ kind })}\n`, { mode: 0o600 });
}

/**
 * Pulumi where it can run, else Compose; `wanted` allows only one of them.
 *
 * A stack that runs already stays with its tool: the other one would find all names taken.
 */
export async function chooseDeployer(
  wanted: DeployerKind | undefined,
  running: DeployerKind | undefined,
  packages: readonly string[],
  progress: Progress,
): Promise<Deployer> {
  if (wanted !== undefined && running !== undefined && wanted !== running) {
    throw new Failure(
      `This stack was deployed by ${running} and its containers still exist: run "npm stop" before "npm start -- --deploy ${wanted}".`,
    );
  }
  if ((wanted ?? running) === "compose") return { kind: "compose", tool: await ensureCompose(progress) };
  const search = await findPulumi(packages, progress);
  if ("tool" in search) return { kind: "pulumi", tool: search.tool };
  if ((wanted ?? running) === "pulumi") {
    throw new Failure(
      running === "pulumi" && wanted === undefined
        ? `This stack was deployed by Pulumi and ${search.why}: bring it back, or run "npm stop" and "npm start" to go on with Docker Compose.`
        : `--deploy pulumi is not possible: ${search.why}; leave the option out to use Docker Compose.`,
    );
  }
  progress.note(`${search.why}: deploying with Docker Compose instead`);
  return { kind: "compose", tool: await ensureCompose(progress) };
}

export function describeDeployer(deployer: Deployer): string {
  const name = deployer.kind === "pulumi" ? "Pulumi" : "Docker Compose";
  return `${name} ${deployer.tool.version.replace(/^v/, "")}, ${deployer.tool.origin}`;
}
