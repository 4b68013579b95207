import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FakeServer {
  readonly url: string;
  /** Method and address of everything that was asked, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** A local HTTP server; whatever `answer` does not know is 404, as a real one would say. */
export async function serve(
  answer: (method: string, url: URL, body: unknown) => Reply | undefined,
): Promise<FakeServer> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://fake");
    asked.push(`${request.method} ${url.pathname}${url.search}`);
    const { status, body, headers } = answer(request.method ?? "", url, await bodyOf(request)) ?? {
      status: 404,
      body: "404 page not found",
    };
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString());
}
