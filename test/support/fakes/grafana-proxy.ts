import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface GrafanaProxyOptions {
  /** Tokens that are known -> whether their service account may query data sources. */
  readonly tokens: Readonly<Record<string, { readonly viewer: boolean }>>;
  /** Uid of a data source -> address of what it stands for. */
  readonly sources: Readonly<Record<string, string>>;
}

export interface GrafanaProxy {
  readonly url: string;
  /** Answers the next `times` questions with 429 and this `Retry-After`. */
  limit(times: number, retryAfter: string): void;
  close(): Promise<void>;
}

/** The data source proxy of a Grafana: signed-in GETs are passed on, nothing else. */
export async function startGrafanaProxy({ tokens, sources }: GrafanaProxyOptions): Promise<GrafanaProxy> {
  let limited = { times: 0, retryAfter: "" };
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): void => {
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
    };
    const refuse = (status: number, message: string): void => answer(status, JSON.stringify({ message }));
    if (limited.times > 0) {
      limited = { ...limited, times: limited.times - 1 };
      answer(429, "too many requests", { "retry-after": limited.retryAfter });
      return;
    }
    const user = tokens[(request.headers.authorization ?? "").replace(/^Bearer /, "")];
    // Grafana does not say which key it was; a hostile proxy between might, so this one does.
    if (user === undefined) return refuse(401, `Invalid API key ${request.headers.authorization}`);
    const [, uid = "", rest] = /^\/api\/datasources\/proxy\/uid\/([^/]+)(\/.*)$/.exec(request.url ?? "") ?? [];
    if (request.method !== "GET" || rest === undefined) return refuse(404, "Not found");
    if (!user.viewer) return refuse(403, "You'll need additional permissions: datasources:query");
    const source = sources[uid];
    if (source === undefined) return refuse(404, "Data source not found");
    const passed = await fetch(`${source}${rest}`);
    answer(passed.status, await passed.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    limit: (times, retryAfter) => {
      limited = { times, retryAfter };
    },
    close: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}
