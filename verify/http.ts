/** A JSON GET with a deadline, whose every failure is one sentence that names the address. */

/** Thrown when a backend cannot be asked. The message is a complete sentence without secrets (URLs carry none here). */
export class BackendError extends Error {
  override readonly name = "BackendError";
}

/**
 * Gets JSON.
 *
 * @param emptyStatus an HTTP status that means "nothing found" and is answered with `undefined` (Jaeger and Tempo: 404)
 * @throws BackendError when the address does not answer within `timeoutMs`, refuses, or answers something else than JSON
 */
export async function getJson(
  url: URL,
  options: {
    readonly emptyStatus?: number;
    readonly timeoutMs?: number;
    readonly headers?: Record<string, string>;
  } = {},
): Promise<unknown> {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const place = `${url.origin}${url.pathname}`;
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      signal: AbortSignal.timeout(timeoutMs),
      headers: { accept: "application/json", ...options.headers },
    });
    text = await response.text();
  } catch (error) {
    throw new BackendError(`${place} did not answer (${causeOf(error, timeoutMs)}).`);
  }
  if (response.status === options.emptyStatus) return undefined;
  if (!response.ok) {
    throw new BackendError(`${place} answered ${response.status}: ${text.trim().slice(0, 200) || "no text"}`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new BackendError(`${place} answered something that is not JSON: ${text.trim().slice(0, 80)}`);
  }
}

/** Builds a URL below a base address. */
export function at(base: string, path: string, query: Readonly<Record<string, string>> = {}): URL {
  const url = new URL(`${base.replace(/\/+$/, "")}${path}`);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  return url;
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
