import { Failure } from "../../cli/failure.ts";
import { ROOT } from "../../cli/paths.ts";
import { interruption, lastLines, run } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";
import type { WrittenCompose } from "../../offline/compose/write.ts";
import type { ComposeTool } from "../tools/compose.ts";
import { HealthCount, troubledContainers } from "./health.ts";
import { forgetUp, rememberUp } from "./unchanged.ts";

/** Seconds until every container must be healthy. */
const WAIT_SECONDS = 240;

/** How `up` is limited. */
export interface UpLimits {
  /** Seconds until every container must be healthy. Default: 240. */
  readonly waitSeconds?: number;
  /** Ends it early; what was begun stays as it is. */
  readonly signal?: AbortSignal;
}

/** What of a written project is brought up. */
export type ComposeProject = Pick<WrittenCompose, "project" | "composeFile" | "envFile" | "services">;

/** Brings a written project up. */
export async function upWithCompose(
  tool: ComposeTool,
  stack: string,
  written: ComposeProject,
  progress: Progress,
  { waitSeconds = WAIT_SECONDS, signal }: UpLimits = {},
): Promise<void> {
  forgetUp(stack);
  const counter = new HealthCount(written.services.length);
  const [program, ...leading] = tool.command;
  const args = [
    ...leading,
    ...["--ansi", "never", "--progress", "plain"],
    ...["--project-name", written.project, "--env-file", written.envFile, "-f", written.composeFile],
    // Images were provided in the step before: a registry asked here could only fail, slowly.
    ...[
      "up",
      "-d",
      "--remove-orphans",
      "--no-build",
      "--pull",
      "never",
      "--wait",
      "--wait-timeout",
      String(waitSeconds),
    ],
  ];
  const outcome = await run(program, args, {
    cwd: ROOT,
    onLine: (line) => {
      if (counter.take(line)) progress.doing(counter.text());
      else progress.log(`  ${line}`);
    },
    timeoutMs: (waitSeconds + 120) * 1000,
    ...(signal && { signal: AbortSignal.any([signal, interruption]) }),
    // A person's variables must not choose another project.
    env: { COMPOSE_PROJECT_NAME: undefined, COMPOSE_FILE: undefined },
  });
  if (outcome.code !== 0) {
    const troubled = await troubledContainers(stack, progress);
    throw new Failure(
      troubled === "" ? `Docker Compose could not bring the stack up: ${lastLines(outcome, 1)}` : troubled,
    );
  }
  await rememberUp(stack, written);
}
