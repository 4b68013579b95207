import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { Failure } from "../../cli/failure.ts";

const PORT_IN_USE = "is another recording running? Else choose other ports with --port-offset.";

/**
 * An OTLP/HTTP intake for JSON that accepts what `take` takes and answers 404 to the rest.
 *
 * @param take gets the path of the request and its body; false: it is not wanted
 * @returns closes the intake
 */
export async function startIntake(
  address: string,
  port: number,
  take: (path: string, body: string) => boolean,
): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    textOf(request).then(
      (body) => {
        const isJson = request.headers["content-type"] === "application/json";
        if (isJson && take(request.url ?? "", body)) {
          response.writeHead(200, { "content-type": "application/json" }).end("{}");
        } else response.writeHead(404).end();
      },
      // of a collector that ended while it sent: it sends it again, or is no more
      () => response.writeHead(400).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? new Failure(`Port ${port} of ${address} is in use: ${PORT_IN_USE}`) : error),
    );
    server.listen(port, address, resolve);
  });
  return () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections());
}

/** @throws the reason where a request breaks off, or is not what it says */
async function textOf(request: IncomingMessage): Promise<string> {
  const body = await buffer(request);
  const plain = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
  return plain.toString("utf8");
}
