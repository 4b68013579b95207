import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../cli/failure.ts";
import { ROOT } from "../../cli/paths.ts";
import { interruption, lastLines, type Outcome, run, unlessInterrupted } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";
import type { WrittenCompose } from "../../offline/compose/write.ts";
import type { ComposeTool } from "../tools/compose.ts";
import { blamedBy, HealthCount, troubledContainers } from "./health.ts";
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

const SSH_ATTEMPTS = 4;
const SSH_PAUSE_MS = 2000;

/** Whether it failed since the other side dropped an ssh connection before it began. Pure. */
export const isCutOff = ({ code, stderr }: Pick<Outcome, "code" | "stderr">): boolean =>
  code !== 0 && /kex_exchange_identification|Connection (reset|closed) by \S+ port \d+/.test(stderr);

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
  const up = () =>
    run(program, args, {
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
  let outcome = await up();
  // Each call is a connection of its own, and an sshd drops some of many at once (MaxStartups). What exists by then is not made again.
  for (let i = 0; i < SSH_ATTEMPTS && isCutOff(outcome) && !interruption.aborted; i += 1) {
    progress.log("  the ssh connection was cut off: again");
    await unlessInterrupted(sleep(SSH_PAUSE_MS));
    outcome = await up();
  }
  if (outcome.code !== 0) {
    const troubled = await troubledContainers(stack, progress, blamedBy(outcome.stderr));
    const said = `Docker Compose could not bring the stack up: ${lastLines(outcome, 1)}`;
    const mend = isCutOff(outcome)
      ? ". Let its connections share one, or its sshd take more at once: docs/engines.md"
      : "";
    throw new Failure(troubled === "" ? said + mend : troubled);
  }
  await rememberUp(stack, written);
}
