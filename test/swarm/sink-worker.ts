/** The backend of `Sink`, in a thread of its own: what starts and ends engines waits for them, and a backend must answer meanwhile. */
import { createServer, type IncomingMessage } from "node:http";
import { workerData } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import { decode, type Message, type Shape } from "../support/fakes/protobuf.ts";

const { counts, address } = workerData as { readonly counts: Int32Array; readonly address: string };

const ids = (): Shape => ({ 2: ["spanId", "hex"] });
const scopes = (): Shape => ({ 2: ["spans", ids, "repeated"] });
const resources = (): Shape => ({ 2: ["scopes", scopes, "repeated"] });
const REQUEST: Shape = { 1: ["resources", resources, "repeated"] };

const seen = new Set<string>();

const list = (holder: unknown, key: string): readonly Message[] =>
  (Reflect.get(Object(holder), key) as readonly Message[] | undefined) ?? [];

const spanIds = (request: Message): readonly string[] =>
  list(request, "resources").flatMap((resource) =>
    list(resource, "scopes").flatMap((scope) => list(scope, "spans").map(({ spanId }) => String(spanId))),
  );

async function take(request: IncomingMessage): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  if (request.url !== "/v1/traces") return;
  const body = Buffer.concat(chunks);
  const plain = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
  for (const id of spanIds(decode(plain, REQUEST))) {
    if (seen.has(id)) Atomics.add(counts, 2, 1);
    seen.add(id);
  }
  Atomics.store(counts, 1, seen.size);
}

const server = createServer((request, response) => {
  take(request)
    .then(() => response.writeHead(200, { "content-type": "application/x-protobuf" }).end())
    .catch((error: unknown) => response.writeHead(400).end(String(error)));
});

server.listen(0, address, () => {
  const at = server.address();
  Atomics.store(counts, 0, typeof at === "object" && at !== null ? at.port : -1);
});
