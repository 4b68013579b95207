import { Failure } from "../../cli/failure.ts";
import { ofStack } from "../../cli/paths.ts";
import { interruption, run } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";
import { until } from "../../cli/time.ts";
import { healthSaid } from "../../formats/health-said.ts";
import { masked } from "../../formats/masked.ts";
import { tellingLine } from "../../formats/telling-line.ts";
import { TASK } from "./owner.ts";

/** Waits until the collector answers at its published port. Throws a Failure after `timeoutMs`. */
export async function collectorAnswers(url: string, container: string, timeoutMs = 60_000): Promise<void> {
  let last = "no answer";
  const ready = await until(
    async () => {
      try {
        const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
        await response.body?.cancel();
        if (response.ok) return true;
        last = `status ${response.status}`;
      } catch (error) {
        last = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      }
      return undefined;
    },
    { timeoutMs, everyMs: 250, signal: interruption },
  );
  if (ready !== true) {
    throw new Failure(
      `The collector does not answer at ${url} after ${timeoutMs / 1000} s (${last}); see why with "docker logs ${container}".`,
    );
  }
}

/** How far `docker compose up --wait` is, from its plain progress: ` Container game-scheduler-otel-dev-api  Healthy`. */
export class HealthCount {
  readonly #total: number;
  readonly #states = new Map<string, string>();

  constructor(total: number) {
    this.#total = total;
  }

  /** Whether the line said something about a container. */
  take(line: string): boolean {
    const [, name, state] = /^\s*Container (\S+)\s+(\w+)/.exec(line) ?? [];
    if (name === undefined || state === undefined) return false;
    // A dependency can be waited for again after it was found healthy.
    if (this.#states.get(name) !== "Healthy") this.#states.set(name, state);
    return true;
  }

  /** `5 of 14 healthy; api starting, rabbitmq waiting` */
  text(): string {
    const names = [...this.#states.keys()];
    const prefix = commonPrefix(names);
    const pending = [...this.#states]
      .filter(([, state]) => state !== "Healthy")
      .map(([name, state]) => `${name.slice(prefix.length)} ${state.toLowerCase()}`);
    const healthy = this.#states.size - pending.length;
    return `${healthy} of ${this.#total} healthy${pending.length === 0 ? "" : `; ${pending.sort().join(", ")}`}`;
  }
}

/** Up to and including the last dash that all names share. */
function commonPrefix(names: readonly string[]): string {
  const [first = ""] = names;
  if (names.length < 2) return "";
  let length = first.length;
  for (const name of names) while (!name.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, first.slice(0, length).lastIndexOf("-") + 1);
}

/** One line of `docker ps --format "{{.Names}}\t{{.State}}\t{{.Status}}\t{{.Label …}}"`. */
interface ContainerState {
  readonly name: string;
  readonly state: string;
  readonly status: string;
}

/** The containers that Docker Compose gave up for. One of them may be well again a moment later, and others wait for it for ever. */
export const blamedBy = (said: string): readonly string[] => [
  ...new Set([...said.matchAll(/\bcontainer (\S+) (?:is unhealthy|exited \(\d+\))/g)].map(([, name = ""]) => name)),
];

/**
 * A sentence about the containers that do not run or are not healthy; "" when all are well. The log gets their last words.
 * @param blamed names of containers that were found unwell before
 */
export async function troubledContainers(
  stack: string,
  progress: Progress,
  blamed: readonly string[] = [],
): Promise<string> {
  const format = `{{.Names}}\t{{.State}}\t{{.Status}}\t{{.Label "${TASK}"}}`;
  const listed = await run("docker", ["ps", "-a", ...ofStack(stack), "--format", format], { timeoutMs: 30_000 });
  const unwell = troubledOf(listed.stdout, blamed);
  const refused = await refusedStarts(unwell);
  const troubled = unwell.map((each) => (refused.has(each.name) ? { ...each, ...REFUSED } : each));
  const lastLines = new Map<string, string>();
  for (const { name } of troubled) {
    const logs = await logsOf(name);
    progress.log(`--- last lines of ${name} ---\n${logs}`);
    lastLines.set(name, tellingLine(logs));
  }
  const first = culpritsOf(troubled)[0];
  if (first === undefined) return "";
  return troubleSentence(troubled, await wordsOf(first.name, lastLines.get(first.name) ?? "", refused.get(first.name)));
}

/** Why a container does not work, in its own words; undefined where it has none. */
export const lastWords = async (container: string): Promise<string | undefined> =>
  wordsOf(container, tellingLine(await logsOf(container)));

async function logsOf(container: string): Promise<string> {
  const { stdout, stderr } = await run("docker", ["logs", "--tail", "60", container], { timeoutMs: 30_000 });
  return [stdout, stderr].filter((text) => text !== "").join("\n");
}

/** Of a container that Docker made and could not start, as one whose command does not exist. Docker calls it "created", like those that wait. */
const REFUSED = { state: "refused", status: "could not be started" };

/** What Docker said when it could not start them, by name. */
async function refusedStarts(troubled: readonly ContainerState[]): Promise<ReadonlyMap<string, string>> {
  const created = troubled.filter(({ state }) => state === "created").map(({ name }) => name);
  if (created.length === 0) return new Map();
  const format = "{{.Name}}\t{{json .State.Error}}";
  const asked = await run("docker", ["inspect", "--format", format, ...created], { timeoutMs: 30_000 });
  return refusedIn(asked.stdout);
}

/** @param inspected a line for each container: its name, and what Docker said as JSON */
export const refusedIn = (inspected: string): ReadonlyMap<string, string> =>
  new Map(
    inspected.split("\n").flatMap((line) => {
      const [name = "", error = ""] = line.split("\t");
      const said = error === "" ? "" : String(JSON.parse(error)).trim();
      return said === "" ? [] : [[name.replace(/^\//, ""), said] as const];
    }),
  );

/** As above: of Docker, which could not start it, else of its health command, else of its log. Values of its environment are masked. */
async function wordsOf(container: string, line: string, refused?: string): Promise<string | undefined> {
  const format = "[{{json .Config.Env}},{{if .State.Health}}{{json .State.Health.Log}}{{else}}null{{end}}]";
  const asked = await run("docker", ["inspect", "--format", format, container], { timeoutMs: 30_000 });
  if (asked.code !== 0) return undefined;
  const [env, log]: readonly [readonly string[] | null, Parameters<typeof healthSaid>[0]] = JSON.parse(asked.stdout);
  const texts = (env ?? []).map((each) => each.slice(each.indexOf("=") + 1));
  const passwords = texts.flatMap((text) => /:\/\/[^\s/@:]*:([^\s@]+)@/.exec(text)?.[1] ?? []);
  const values = [...texts, ...passwords].filter(({ length }) => length >= 8);
  if (refused !== undefined) return `Docker says: ${masked(refused, values)}`;
  const said = healthSaid(log);
  if (said !== undefined) return `Its health command says: ${masked(said, values)}`;
  return line === "" ? undefined : `Its log says: ${masked(line, values)}`;
}

/** Those that are not only waiting for others. */
function culpritsOf(troubled: readonly ContainerState[]): readonly ContainerState[] {
  const own = troubled.filter(({ state }) => state !== "created");
  const unwell = own.filter(({ status }) => !/health: starting/.test(status));
  return [unwell, own, troubled].find(({ length }) => length > 0) ?? [];
}

const isWell = ({ state, status }: ContainerState): boolean =>
  state === "running" && !/unhealthy|health: starting/.test(status);

export function troubledOf(listing: string, blamed: readonly string[] = []): readonly ContainerState[] {
  return (
    listing
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.split("\t"))
      // a swarm keeps the containers of tasks that it has replaced, and says itself what is wrong with its tasks
      .filter(([, , , task = ""]) => task === "")
      .map(([name = "", state = "", status = ""]) => ({ name, state, status }))
      .map((each) => (blamed.includes(each.name) && isWell(each) ? { ...each, status: "was found unhealthy" } : each))
      .filter((each) => !isWell(each))
      // A finished one-shot container did its work.
      .filter(({ state, status }) => !(state === "exited" && status.startsWith("Exited (0)")))
  );
}

/** @param words of the first culprit, a sentence without its end */
export function troubleSentence(troubled: readonly ContainerState[], words?: string): string {
  const culprits = culpritsOf(troubled);
  const [first] = culprits;
  if (first === undefined) return "";
  const list = culprits.map(({ name, status }) => `${name} (${status.toLowerCase()})`).join(", ");
  const waiting = troubled.filter((each) => !culprits.includes(each)).map(({ name }) => name);
  const behind = waiting.length === 0 ? "" : `; waiting for it: ${waiting.join(", ")}`;
  return `Not every container came up: ${list}${behind}${words === undefined ? "" : `. ${words}`}; see why with "docker logs ${first.name}", mend it and run "npm start" again.`;
}
