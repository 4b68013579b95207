import * as pulumi from "@pulumi/pulumi";
import { masked } from "../../formats/masked.ts";
import { type ContainerState, containerState, lastLines } from "./engine-api.ts";
import type { EngineAccess } from "./engine-connection.ts";
import { get } from "./http.ts";

const POLL_MILLISECONDS = 250;
/** A container that the engine starts again so many times while it is watched will not recover by itself. */
const RESTARTS = 3;
/** Nor will one that it had to start so often before: by then the engine waits up to a minute between two starts. */
const RESTARTS_BEFORE = 10;
const PATIENCE_MILLISECONDS = 10_000;
/** One that has no health command, and whose port cannot be asked from here, works when it has run so long without an end. */
const STEADY_SECONDS = 5;
const LOG_LINES = 8;

/** How this program learns that a container works. */
export interface Watched {
  /** Short name. */
  readonly name: string;
  /** The engine's name of it. */
  readonly container: string;
  /** Undefined: the engine cannot be asked. */
  readonly engine: EngineAccess | undefined;
  /** Address that answers with a 2xx once it works; undefined: the container's own health command says so, or that it keeps running. */
  readonly url?: string;
  /** Seconds that it may take. */
  readonly seconds: number;
  /** Whether the last line that it prints is a sentence that says what is wrong. */
  readonly explainsItself: boolean;
}

/** What resources can depend on: some, and what must happen first. */
export type After = NonNullable<pulumi.ResourceOptions["dependsOn"]>;

/**
 * Whether the containers of this stack work, asked by the program on every `up`. Not by resource hooks: those run only when a container changes, so
 * the second `up` over a broken one would succeed, and while one runs the engine starts nothing else (both measured).
 */
export class Health {
  readonly #asked: pulumi.Output<void>[] = [];

  /** Asks, as soon as the container exists. An `up` with a container that does not work fails with one sentence, and everything else is started. */
  watch(container: pulumi.CustomResource, watched: Watched, secrets: pulumi.Input<readonly string[]>): void {
    const asked = pulumi.all([container.id, secrets]).apply(async ([, known]) => {
      const wrong = await untilWorking(watched);
      if (wrong !== undefined) throw bare(masked(wrong, known));
    });
    this.#asked.push(asked);
  }

  /** These resources, once every container that is watched by then works. */
  after(resources: readonly pulumi.Resource[]): After {
    if (this.#asked.length === 0) return [...resources];
    return pulumi.all(this.#asked).apply(() => [...resources]);
  }
}

/** Once the program's main file is through, the SDK prints the stack of every error that has one, RunErrors too (pulumi 3.270, cmd/run/index.js). */
function bare(message: string): Error {
  const error = new pulumi.RunError(message);
  delete error.stack;
  return error;
}

/** @returns undefined once it works, else what is wrong, and how to go on */
export async function untilWorking(watched: Watched): Promise<string | undefined> {
  const { container, engine, seconds, explainsItself } = watched;
  const begun = Date.now();
  let first: ContainerState | undefined;
  let look: Look;
  do {
    look = await lookAt(watched);
    if (look.works) return undefined;
    first ??= look.state;
    if (first && look.state && crashesForEver(first, look.state, Date.now() - begun)) break;
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
  } while (Date.now() < begun + seconds * 1000);
  const lines = engine === undefined ? [] : await lastLines(engine, container, LOG_LINES).catch(() => []);
  const explanation = lines.at(-1);
  return explainsItself && explanation !== undefined ? explanation : sentence(watched, look, lines);
}

const crashesForEver = (first: ContainerState, now: ContainerState, waited: number): boolean =>
  now.restarts >= first.restarts + RESTARTS || (now.restarts >= RESTARTS_BEFORE && waited >= PATIENCE_MILLISECONDS);

interface Look {
  readonly works: boolean;
  /** What was seen instead. */
  readonly seen: string;
  readonly state: ContainerState | undefined;
}

async function lookAt({ url, container, engine }: Watched): Promise<Look> {
  const answer = url === undefined ? undefined : await probe(url);
  if (answer === "ready") return { works: true, seen: "", state: undefined };
  const asked =
    engine === undefined ? undefined : await containerState(engine, container).catch((error: Error) => error);
  const state = asked instanceof Error ? undefined : asked;
  if (answer !== undefined) return { works: false, seen: `nothing at ${url} says that it is ready (${answer})`, state };
  if (asked instanceof Error) return { works: false, seen: `its engine cannot be asked (${asked.message})`, state };
  if (state?.health === undefined)
    return { works: (state?.runsFor ?? 0) >= STEADY_SECONDS, seen: "it does not keep running", state };
  const said = state.healthSaid === undefined ? "" : ` (${state.healthSaid})`;
  return { works: state.health === "healthy", seen: `its health command says "${state.health}"${said}`, state };
}

/** By the client that asks the engine too: to load another one, `fetch`, is a fifteenth of this program's time in an `up`. */
function probe(url: string): Promise<string> {
  return new Promise((resolve) => {
    const asked = get(url, { agent: false, signal: AbortSignal.timeout(2000) }, (answer) => {
      answer.on("error", () => undefined).resume();
      const { statusCode = 0 } = answer;
      resolve(statusCode >= 200 && statusCode < 300 ? "ready" : `status ${statusCode}`);
    });
    asked.on("error", (error) => resolve((error.cause as Error | undefined)?.message ?? error.message));
  });
}

function sentence({ name, container, seconds }: Watched, { seen, state }: Look, lines: readonly string[]): string {
  const crashes = state?.restarts
    ? `it ended with exit code ${state.exitCode} and was restarted ${state.restarts} times`
    : `waited ${seconds} s`;
  const log = lines.length === 0 ? "" : ` Its last lines:\n${lines.map((line) => `    ${line}`).join("\n")}`;
  return `${name}: the container ${container} does not work: ${seen}; ${crashes}. Mend what its log names (docker logs ${container}), then run pulumi up again: everything else is started, and no deployment was marked.${log}`;
}
