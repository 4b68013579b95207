import { Failure } from "../../cli/failure.ts";
import type { Progress } from "../../cli/progress.ts";
import { type ComposeTool, ensureCompose } from "../tools/compose.ts";
import { findPulumi, type PulumiTool } from "../tools/pulumi.ts";
import { dockerClient, type StackTool } from "./stack.ts";
import type { DeployerKind } from "./state.ts";

export type Deployer =
  | { readonly kind: "pulumi"; readonly tool: PulumiTool }
  | { readonly kind: "compose"; readonly tool: ComposeTool }
  | { readonly kind: "stack"; readonly tool: StackTool };

/** What deploys where there is no Pulumi CLI: to one engine, or to a swarm. */
type Fallback = "compose" | "stack";

/**
 * Pulumi where it can run, else Compose, or to a swarm Docker's own client; `wanted` allows only one of them.
 *
 * A stack that runs already stays with its tool: the other one would find all names taken.
 */
export async function chooseDeployer(
  wanted: DeployerKind | undefined,
  running: DeployerKind | undefined,
  packages: readonly string[],
  progress: Progress,
  fallback: Fallback = "compose",
): Promise<Deployer> {
  const other = fallback === "stack" ? "compose" : "stack";
  if (wanted === other) throw new Failure(WRONG_PLACE[other]);
  if (running === other) throw new Failure(MOVED);
  if (wanted !== undefined && running !== undefined && wanted !== running) {
    throw new Failure(
      `This stack was deployed by ${running} and its containers still exist: run "npm stop" before "npm start -- --deploy ${wanted}".`,
    );
  }
  if ((wanted ?? running) === fallback) return withoutPulumi(fallback, progress);
  const search = await findPulumi(packages, progress);
  if ("tool" in search) return { kind: "pulumi", tool: search.tool };
  if ((wanted ?? running) === "pulumi") {
    throw new Failure(
      running === "pulumi" && wanted === undefined
        ? `This stack was deployed by Pulumi and ${search.why}: bring it back, or run "npm stop" and "npm start" to continue with ${NAMES[fallback]}.`
        : `--deploy pulumi is not possible: ${search.why}; leave the option out to use ${NAMES[fallback]}.`,
    );
  }
  progress.note(`${search.why}: deploying with ${NAMES[fallback]} instead`);
  return withoutPulumi(fallback, progress);
}

const withoutPulumi = async (kind: Fallback, progress: Progress): Promise<Deployer> =>
  kind === "stack" ? { kind, tool: await dockerClient() } : { kind, tool: await ensureCompose(progress) };

const NAMES = { pulumi: "Pulumi", compose: "Docker Compose", stack: "docker stack deploy" } as const;

const WRONG_PLACE: Readonly<Record<Fallback, string>> = {
  compose:
    "--deploy compose makes containers on one engine, and the configuration says deployment: swarm. Use --deploy stack or pulumi, or --config deployment=containers.",
  stack:
    "--deploy stack deploys to a swarm, and the configuration says deployment: containers. Use --deploy compose or pulumi, or --config deployment=swarm.",
};

const MOVED =
  'What runs of this stack was deployed to the other kind of place (config key deployment), which this tool cannot reach: run "npm stop" with the configuration as it was, then the same command again.';

export function describeDeployer(deployer: Deployer): string {
  return `${NAMES[deployer.kind]} ${deployer.tool.version.replace(/^v/, "")}, ${deployer.tool.origin}`;
}
