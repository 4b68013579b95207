import { dockerPrefix } from "../cli/paths.ts";
import { run } from "../cli/process.ts";

/** What is put into a container says in one line of its log why it leaves the application alone. */
const SAID = /^(?:OpenTelemetry steps aside, nginx runs without it|opentelemetry: not started): (.+)$/m;

/** How long after its start a container says it. */
const AFTER_START_MS = 60_000;

/** The reason in the text of a container's log; undefined where there is none. Pure. */
export const reasonIn = (log: string): string | undefined => SAID.exec(log)?.[1]?.trim();

/** Why services of a stack on this machine are left alone, by name. Empty where there is no engine or nothing said so. */
export async function leftAlone(stack: string, services: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const reasons = await Promise.all(
    services.map(async (name) => [name, await reasonOf(`${dockerPrefix(stack)}-${name}`)] as const),
  );
  return new Map(reasons.flatMap(([name, reason]) => (reason === undefined ? [] : [[name, reason] as const])));
}

async function reasonOf(container: string): Promise<string | undefined> {
  const started = await run("docker", ["inspect", "--format", "{{.State.StartedAt}}", container], {
    timeoutMs: 10_000,
  });
  const at = Date.parse(started.stdout.trim());
  if (started.code !== 0 || Number.isNaN(at)) return undefined;
  const times = ["--since", new Date(at).toISOString(), "--until", new Date(at + AFTER_START_MS).toISOString()];
  const { code, stdout, stderr } = await run("docker", ["logs", ...times, container], { timeoutMs: 10_000 });
  return code === 0 ? reasonIn(`${stderr}\n${stdout}`) : undefined;
}
