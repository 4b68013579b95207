import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

/** Backends whose deliveries are recorded; also the first part of the path each is given as its address. */
export const STREAMS = ["local", "new-relic", "honeycomb"] as const;
export type Stream = (typeof STREAMS)[number];

/**
 * An OTLP/HTTP intake that accepts everything and writes each request, as JSON, as one line of `<stream>-<signal>.ndjson`.
 *
 * @param folder emptied first
 * @returns closes the intake
 */
export async function startRecorder(address: string, port: number, folder: string): Promise<() => Promise<void>> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const server = createServer(async (request, response) => {
    const [, stream = "", , signal = ""] = (request.url ?? "").split("/");
    const body = await buffer(request);
    const plain = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
    if (STREAMS.some((known) => known === stream) && request.headers["content-type"] === "application/json") {
      appendFileSync(join(folder, `${stream}-${signal}.ndjson`), `${plain.toString("utf8")}\n`);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, resolve);
  });
  return () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections());
}
