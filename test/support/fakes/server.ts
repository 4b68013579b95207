import { createServer, type IncomingHttpHeaders } from "node:http";
import { buffer } from "node:stream/consumers";

/** One request as a fake saw it. */
export interface Asked {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal in the vendor's own shape; thrown by handlers, answered by the server. */
export class Refusal extends Error {
  readonly answer: Answer;
  constructor(status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(`refused with ${status}`);
    this.answer = { status, body, headers };
  }
}

export interface Fake {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Requests answered so far, failures on demand included, as `METHOD /path` -> number. */
  readonly counts: ReadonlyMap<string, number>;
  /** Answers the next `times` requests with this status; default: all of them, until `recover`. */
  fail(status: number, times?: number): void;
  recover(): void;
  close(): Promise<void>;
}

/** Starts a server; an error in `handle` is a 500 with its message, so that a fake's own mistake is seen and not taken for the vendor's. */
export async function startFake(handle: (asked: Asked) => Answer, address = "127.0.0.1"): Promise<Fake> {
  const counts = new Map<string, number>();
  let failure: { status: number; left: number } | undefined;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://fake");
    const asked: Asked = {
      method: request.method ?? "GET",
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: await buffer(request),
    };
    const key = `${asked.method} ${asked.path}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    const { status, body, headers } = failing() ?? answered(handle, asked);
    const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
  });
  const failing = (): Answer | undefined => {
    if (failure === undefined || failure.left <= 0) return undefined;
    failure.left -= 1;
    const wait = failure.status === 429 || failure.status === 503;
    return { status: failure.status, body: { message: "on demand" }, headers: wait ? { "retry-after": "1" } : {} };
  };
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const at = server.address();
  if (at === null || typeof at === "string") throw new Error("The fake has no port.");
  return {
    url: `http://${address}:${at.port}`,
    counts,
    fail: (status, times = Number.POSITIVE_INFINITY) => {
      failure = { status, left: times };
    },
    recover: () => {
      failure = undefined;
    },
    close: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}

function answered(handle: (asked: Asked) => Answer, asked: Asked): Answer {
  try {
    return handle(asked);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    return { status: 500, body: { message: `the fake failed: ${error instanceof Error ? error.message : error}` } };
  }
}

/** The first route whose method and pattern fit; `:name` in a pattern stands for one part of the path. */
export function route(
  asked: Asked,
  routes: Readonly<Record<string, (parts: Readonly<Record<string, string>>) => Answer>>,
): Answer | undefined {
  for (const [key, handle] of Object.entries(routes)) {
    const [method, pattern = ""] = key.split(" ");
    if (method !== asked.method) continue;
    const match = new RegExp(`^${pattern.replace(/:(\w+)/g, "(?<$1>[^/]+)")}$`).exec(asked.path);
    if (match === null) continue;
    const parts = Object.entries(match.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]);
    return handle(Object.fromEntries(parts));
  }
  return undefined;
}
