import { Failure } from "../../cli/failure.ts";
import type { Progress } from "../../cli/progress.ts";
import { type ComposeTool, ensureCompose } from "../tools/compose.ts";
import { findPulumi, type PulumiTool } from "../tools/pulumi.ts";
import type { DeployerKind } from "./state.ts";

export type Deployer =
  | { readonly kind: "pulumi"; readonly tool: PulumiTool }
  | { readonly kind: "compose"; readonly tool: ComposeTool };

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
        ? `This stack was deployed by Pulumi and ${search.why}: bring it back, or run "npm stop" and "npm start" to continue with Docker Compose.`
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
