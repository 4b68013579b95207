/** How a stack's application is used: the contract of the file that the config key `drive` names, and what runs it. */

import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { ROOT } from "../cli/paths.ts";
import { driveProblem, unloadable } from "../formats/drive-file.ts";
import type { Edge } from "./edges.ts";
import { at } from "./http.ts";
import type { Json } from "./json.ts";

/** Default export of a drive file. */
export interface Drive {
  /** About how long `use` takes, in seconds. */
  readonly seconds: number;
  /**
   * Uses the application once, as people do, and checks what the business expects of each step.
   * @throws Error, one sentence naming the step and what was expected, when a step does not do what it should
   */
  readonly use: (app: App) => Promise<void>;
  /** One small request of light traffic, whatever is answered: `npm run soak` makes one every half second. `turn` counts from 0. */
  readonly light: (app: App, turn: number) => Promise<Answer | undefined>;
  /** Who calls whom beyond what the configuration shows: messages, scheduled runs, calls to the outside. */
  readonly edges: readonly Edge[];
  /** Edges that the configuration shows and `use` does not, such as `worker -> Redis`: they are not required. */
  readonly idle?: readonly string[];
}

type Headings = Readonly<Record<string, string>>;

/** The running application, in the hands of a drive file. */
export interface App {
  /** Address of a published service. @throws Error, one sentence, when it is not published. */
  readonly url: (service: string, path: string, query?: Readonly<Record<string, string>>) => URL;
  /** Does one step and reports it; `did` says what came of it, in the past tense. */
  readonly step: <T>(did: string, work: () => Promise<T>) => Promise<T>;
  readonly request: (method: "GET" | "POST", url: URL, body?: Json, headers?: Headings) => Promise<Answer>;
  /** As `request`, but while the application is still starting, a refused connection is only "not yet": undefined. */
  readonly attempt: (method: "GET" | "POST", url: URL, body?: Json) => Promise<Answer | undefined>;
  /** Repeats `attempt` until it gives something; `what` completes "waited 30 s for ...". */
  readonly eventually: <T>(what: string, attempt: () => Promise<T | undefined>) => Promise<T>;
  /** Fails the drive, quoting the answer, unless `holds`. */
  readonly expect: (doing: string, expected: string, holds: boolean, answer: Answer) => void;
}

export interface Answer {
  readonly status: number;
  /** Parsed where it is JSON, else text. */
  readonly body: unknown;
  readonly headers: Headers;
}

export interface DriveStep {
  /** What was done and what came of it, in the past tense. */
  readonly did: string;
  readonly seconds: number;
}

export interface AppOptions {
  /** Addresses of the published services, by name: the stack output `published`. */
  readonly published: Readonly<Record<string, string>>;
  /** Ends the drive early. */
  readonly signal?: AbortSignal;
  /** Called after each step, for progress. */
  readonly onStep?: (step: DriveStep) => void;
  /** How long the application may take to become ready, and a message to arrive. Default: 30 s. */
  readonly patienceSeconds?: number;
}

/**
 * The drive of a stack.
 * @param file what the stack output `drive` says, relative to the project
 * @throws Error, one sentence, when the file is not there or is no drive
 */
export async function loadDrive(file: string, projectDir = ROOT): Promise<Drive> {
  let drive: unknown;
  try {
    drive = ((await import(pathToFileURL(path.join(projectDir, file)).href)) as { readonly default?: unknown }).default;
  } catch (error) {
    throw new Error(unloadable(file, error));
  }
  const problem = driveProblem(file, drive);
  if (problem !== undefined) throw new Error(problem);
  return drive as Drive;
}

/** Uses the application once; what was done, step by step. Throws as `Drive.use` does. */
export async function driveApp(drive: Pick<Drive, "use">, options: AppOptions): Promise<readonly DriveStep[]> {
  const steps: DriveStep[] = [];
  const onStep = (step: DriveStep): void => {
    steps.push(step);
    options.onStep?.(step);
  };
  await drive.use(appAt({ ...options, onStep }));
  return steps;
}

export function appAt({ published, signal, onStep, patienceSeconds = 30 }: AppOptions): App {
  const request = (method: string, url: URL, body?: Json, headers?: Headings): Promise<Answer> =>
    call(method, url, { ...(body !== undefined && { body }), ...(headers && { headers }) }, signal);
  return {
    url(service, path, query = {}) {
      const base = published[service];
      if (base !== undefined) return at(base, path, query);
      const names = Object.keys(published).join(", ") || "none";
      throw new Error(`The drive uses ${service}, which is not published. Published services: ${names}.`);
    },
    async step(did, work) {
      signal?.throwIfAborted();
      const begun = Date.now();
      const value = await work();
      onStep?.({ did, seconds: (Date.now() - begun) / 1000 });
      return value;
    },
    request,
    attempt: (...args) => request(...args).catch(() => undefined),
    async eventually(what, attempt) {
      const deadline = Date.now() + patienceSeconds * 1000;
      for (;;) {
        signal?.throwIfAborted();
        const value = await attempt();
        if (value !== undefined) return value;
        if (Date.now() > deadline) throw new Error(`Driving the app failed: waited ${patienceSeconds} s for ${what}.`);
        await sleep(250);
      }
    },
    expect(doing, expected, holds, { status, body }) {
      if (holds) return;
      const got = `${status} ${JSON.stringify(body).slice(0, 200)}`;
      throw new Error(`Driving the app failed at ${doing}: expected ${expected}, got ${got}.`);
    },
  };
}

async function call(
  method: string,
  url: URL,
  { body, headers }: { readonly body?: Json; readonly headers?: Headings },
  signal?: AbortSignal,
): Promise<Answer> {
  const deadline = AbortSignal.timeout(15_000);
  try {
    const response = await fetch(url, {
      method,
      signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
      headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: parsed(await response.text()), headers: response.headers };
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(
      `${method} ${url.href} was not answered (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}
