/** A JSON API of one forge, with its token. */
export interface Api {
  readonly get: (path: string) => Promise<unknown>;
  readonly send: (method: "POST" | "PATCH" | "PUT", path: string, body: object) => Promise<unknown>;
  /** All pages of a list. */
  readonly pages: (path: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
}

const PAGE = 100;
const TIMEOUT_MS = 30_000;

/** @param headers carries the token; it is in no message */
export function apiAt(root: string, headers: Readonly<Record<string, string>>): Api {
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${root}${path}`, {
      method,
      headers: { ...headers, accept: "application/json", "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${method} ${path.split("?")[0]} was answered ${response.status}${reason(text)}.`);
    return text === "" ? undefined : JSON.parse(text);
  };
  return {
    get: (path) => call("GET", path),
    send: (method, path, body) => call(method, path, body),
    pages: async (path) => {
      const all: Readonly<Record<string, unknown>>[] = [];
      for (let page = 1; ; page += 1) {
        const found = list(await call("GET", `${path}${path.includes("?") ? "&" : "?"}per_page=${PAGE}&page=${page}`));
        all.push(...found);
        if (found.length < PAGE) return all;
      }
    },
  };
}

function list(answer: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(answer)) throw new Error("The forge answered with something else than a list.");
  return answer.map(record);
}

function reason(text: string): string {
  try {
    const { message } = record(JSON.parse(text));
    return typeof message === "string" ? ` (${message})` : "";
  } catch {
    return "";
  }
}

/** A JSON object; everything else is an empty one. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
