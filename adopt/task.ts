import type { ComposeProject, ComposeService } from "./compose-project.ts";
import { HTTP_SERVER } from "./kind.ts";
import type { Machine } from "./machine.ts";

const TASK =
  /\b(migrate|migrations?|makemigrations|collectstatic|createsuperuser|loaddata|alembic\s+upgrade|db\s+upgrade|db\s+init)\b/;
const TASK_NAME =
  /(^|[-_])(init|create|migrate|migrations?|migrator|setup|seed|bootstrap|prestart|createbuckets?)($|[-_])/;
const SERVER = /\b(celery|worker|serve|start)\b/;

/** What a script does between its tasks and behind them without becoming a service. */
const BESIDE =
  /^(echo|printf|exit|true|:|sleep|touch|set|cd|export|rm|mkdir|chown|chmod|cp|wait|then|else|fi|do|done|[)}])(\s|$)|(^|[\W_])(init|initial|initialize|seed|fixtures?|populate|create|bootstrap|setup)($|[\W_])/;

interface Around {
  readonly project: ComposeProject;
  readonly machine: Machine | undefined;
}

/** A task is what others wait for to end, what has ended well, or what only migrates. Pure. */
export function runsOnce(name: string, service: ComposeService, { project, machine }: Around): boolean {
  if (service.restart !== undefined && service.restart !== "no" && !service.restart.startsWith("on-failure"))
    return false;
  const awaited = Object.values(project.services).some(
    (other) => other.depends_on?.[name]?.condition === "service_completed_successfully",
  );
  if (awaited) return true;
  if ((service.ports ?? []).length > 0) return false;
  const containers = machine?.containers.filter((container) => container.service === name) ?? [];
  if (containers.length > 0) return containers.every(({ ended }) => ended);
  const isNeverRestarted = service.restart === "no" || service.deploy?.restart_policy?.condition === "none";
  if (isNeverRestarted && TASK_NAME.test(name)) return true;
  const run = [...(service.entrypoint ?? []), ...(service.command ?? [])].join(" ");
  return (endsWithTask(run) || TASK_NAME.test(name)) && !SERVER.test(run) && !HTTP_SERVER.test(run);
}

/** Whether the last thing that a command does is a task: behind `migrate &&` there usually stands the service itself, whatever its name. */
function endsWithTask(run: string): boolean {
  const steps = run
    .split(/&&|\|\||[;&\n]/)
    .map((step) => step.trim())
    .filter((step) => step !== "");
  const last = steps.findLastIndex((step) => TASK.test(step));
  return last >= 0 && steps.slice(last + 1).every((step) => BESIDE.test(step));
}
