/** JSON requests with a deadline, whose every failure is one sentence that names the address and holds no secret. */

import { setTimeout as sleep } from "node:timers/promises";
import { MASK } from "../cli/mask.ts";
import { retryAfterMs } from "./retry-after.ts";

/** Thrown when a backend cannot be asked. The message is a complete sentence without secrets (URLs carry none here). */
export class BackendError extends Error {
  override readonly name: string = "BackendError";
  /** HTTP status of the refusal; absent when there was no answer. */
  readonly status: number | undefined;
  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** Thrown for a question that the account's plan never answers, so that asking again is of no use. */
export class PlanRefusal extends BackendError {
  override readonly name = "PlanRefusal";
}

/** How a place lets us in, and what its refusals mean. */
export interface Access {
  /** Sent with every request. Whatever they hold is taken out of error messages. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A sentence for a refusal that has a known cause; without one, the status and the answer's beginning are quoted. */
  readonly explain?: (status: number, answer: string) => string | undefined;
  /** How long one answer may take. Default: 10 s. */
  readonly timeoutMs?: number;
}

export interface AskOptions extends Access {
  /** An HTTP status that means "nothing found" and is answered with `undefined` (Jaeger and Tempo: 404). */
  readonly emptyStatus?: number;
  /** How long to wait altogether where the server asks for it by 429. Default: a minute. */
  readonly patienceMs?: number;
}

/**
 * Gets JSON.
 *
 * @throws BackendError when the address does not answer in time, refuses, or answers something else than JSON
 */
export function getJson(url: URL, options: AskOptions = {}): Promise<unknown> {
  return askJson(url, { method: "GET" }, options);
}

/** Gets one JSON value a line; fails as `getJson` does. */
export async function getJsonLines(url: URL, options: AskOptions = {}): Promise<readonly unknown[]> {
  const lines = (text: string): unknown => text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
  const answer = await askJson(url, { method: "GET" }, options, lines);
  return Array.isArray(answer) ? answer : [];
}

/** Posts JSON and reads JSON; fails as `getJson` does. */
export function postJson(url: URL, body: unknown, options: AskOptions = {}): Promise<unknown> {
  const headers = { "content-type": "application/json", ...options.headers };
  return askJson(url, { method: "POST", body: JSON.stringify(body) }, { ...options, headers });
}

async function askJson(
  url: URL,
  request: RequestInit,
  options: AskOptions,
  read: (text: string) => unknown = JSON.parse,
): Promise<unknown> {
  const place = `${url.origin}${url.pathname}`;
  const { response, text } = await answered(place, url, request, options);
  const explained = response.ok ? undefined : options.explain?.(response.status, text);
  if (explained !== undefined) throw new BackendError(withoutSecrets(explained, options.headers), response.status);
  if (response.status === options.emptyStatus) return undefined;
  const quote = (length: number): string => withoutSecrets(text, options.headers).trim().slice(0, length);
  if (!response.ok) {
    throw new BackendError(`${place} answered ${response.status}: ${quote(200) || "no text"}`, response.status);
  }
  try {
    return read(text);
  } catch {
    throw new BackendError(`${place} answered something that is not JSON: ${quote(80)}`);
  }
}

/** The answer to a request; one of 429 is waited for as long as the server asks, within the caller's patience. */
async function answered(place: string, url: URL, request: RequestInit, options: AskOptions) {
  const { timeoutMs = 10_000, patienceMs = 60_000, headers } = options;
  for (let waited = 0; ; ) {
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        ...request,
        signal: AbortSignal.timeout(timeoutMs),
        headers: { accept: "application/json", ...headers },
      });
      text = await response.text();
    } catch (error) {
      throw new BackendError(withoutSecrets(`${place} did not answer (${causeOf(error, timeoutMs)}).`, headers));
    }
    if (response.status !== 429) return { response, text };
    const wait = retryAfterMs(response.headers, new Date());
    if (waited + wait > patienceMs) {
      const seconds = Math.ceil(wait / 1000);
      throw new BackendError(
        `${place} was asked too often (429) and wants a pause of ${seconds} s: try again then.`,
        429,
      );
    }
    await sleep(wait);
    waited += Math.max(wait, 100);
  }
}

/** Builds a URL below a base address. */
export function at(base: string, path: string, query: Readonly<Record<string, string>> = {}): URL {
  const url = new URL(`${base.replace(/\/+$/, "")}${path}`);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  return url;
}

/** Servers may quote what they were sent, so every header's value is removed from messages. */
function withoutSecrets(text: string, headers: Access["headers"] = {}): string {
  const values = Object.entries(headers)
    .filter(([name]) => name.toLowerCase() !== "content-type")
    .flatMap(([, value]) => [value, value.replace(/^(Bearer|Basic) /, "")]);
  return values.reduce((message, value) => (value === "" ? message : message.replaceAll(value, MASK)), text);
}

function causeOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer in ${timeoutMs / 1000} s`;
  const cause = error.cause;
  if (cause instanceof Error && "code" in cause) {
    return cause.code === "ECONNREFUSED" ? "connection refused" : String(cause.code);
  }
  return error.message;
}
