import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { fields } from "./wire.ts";

/** A backend on this machine that takes everything and counts it. */
export interface Sink {
  readonly url: string;
  /** Spans that came, each once. */
  readonly spans: () => number;
  readonly duplicates: () => number;
  readonly records: () => number;
  readonly requests: () => number;
  close(): void;
}

const unpacked = promisify(gunzip);

export async function startSink(address = "127.0.0.1"): Promise<Sink> {
  const ids = new Set<string>();
  const counted = { duplicates: 0, records: 0, requests: 0 };
  const server = createServer(async (request, response) => {
    const raw = await buffer(request);
    const body = request.headers["content-encoding"] === "gzip" ? await unpacked(raw) : raw;
    counted.requests += 1;
    if (request.url === "/v1/traces") {
      items(body, (span) => {
        const id = spanId(span);
        if (ids.has(id)) counted.duplicates += 1;
        ids.add(id);
      });
    }
    if (request.url === "/v1/logs") {
      items(body, () => {
        counted.records += 1;
      });
    }
    response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return {
    url: `http://${address}:${(server.address() as AddressInfo).port}`,
    spans: () => ids.size,
    duplicates: () => counted.duplicates,
    records: () => counted.records,
    requests: () => counted.requests,
    close: () => void server.close().closeAllConnections(),
  };
}

/** Spans or records of a message: resources are its field 1, their scopes field 2, and what these hold field 2 again. */
function items(message: Buffer, each: (item: Buffer) => void): void {
  fields(message, (one, resource) => {
    if (one !== 1) return;
    fields(resource, (two, scope) => {
      if (two !== 2) return;
      fields(scope, (three, item) => {
        if (three === 2) each(item);
      });
    });
  });
}

function spanId(span: Buffer): string {
  let id = "";
  fields(span, (number, content) => {
    if (number === 2) id = content.toString("latin1");
  });
  return id;
}
