import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { fields } from "./wire.ts";

/** What a backend does with requests: `closed` listens no more, `hangs` reads and never answers, a number is the status of every answer. */
export type Trouble = "closed" | "hangs" | number;

/** A backend on this machine that takes everything and counts it. */
export interface Sink {
  readonly url: string;
  /** Spans that came, each once. */
  readonly spans: () => number;
  readonly duplicates: () => number;
  readonly records: () => number;
  readonly points: () => number;
  readonly requests: () => number;
  /** From now on it takes nothing, and counts nothing; `undefined`: it takes everything again. */
  trouble(what: Trouble | undefined): Promise<void>;
  close(): void;
}

const unpacked = promisify(gunzip);

export async function startSink(address = "127.0.0.1"): Promise<Sink> {
  const ids = new Set<string>();
  const counted = { duplicates: 0, records: 0, points: 0, requests: 0 };
  let trouble: Trouble | undefined;
  const server = createServer(async (request, response) => {
    const raw = await buffer(request);
    if (trouble === "hangs") return;
    if (trouble !== undefined) {
      response.writeHead(typeof trouble === "number" ? trouble : 503).end();
      return;
    }
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
    if (request.url === "/v1/metrics") {
      items(body, (metric) => {
        counted.points += pointsOf(metric);
      });
    }
    response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, address, resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address}:${port}`,
    spans: () => ids.size,
    duplicates: () => counted.duplicates,
    records: () => counted.records,
    points: () => counted.points,
    requests: () => counted.requests,
    async trouble(what) {
      const wasClosed = trouble === "closed";
      trouble = what;
      if (what === "closed") await new Promise((resolve) => server.close(resolve).closeAllConnections());
      else if (wasClosed) await listen(port);
      // what hangs is not answered any more
      else server.closeAllConnections();
    },
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

/** Gauge, sum, histogram, exponential histogram and summary: all hold their points in field 1. */
const KINDS: readonly number[] = [5, 7, 9, 10, 11];

function pointsOf(metric: Buffer): number {
  let count = 0;
  fields(metric, (number, data) => {
    if (!KINDS.includes(number)) return;
    fields(data, (one) => {
      if (one === 1) count += 1;
    });
  });
  return count;
}

function spanId(span: Buffer): string {
  let id = "";
  fields(span, (number, content) => {
    if (number === 2) id = content.toString("latin1");
  });
  return id;
}
