import { createServer } from "node:http";
import { bridgeAddress } from "../../difference/record/stack.ts";
import { GOOD_KEY } from "./releases.ts";

export interface Backend {
  /** As containers reach it. */
  readonly endpoint: string;
  /** Requests taken, and refused for their key. */
  readonly counts: { taken: number; refused: number };
  readonly close: () => Promise<void>;
}

/** A backend that only receives, and refuses a wrong key as vendors do. */
export async function startBackend(): Promise<Backend> {
  const address = await bridgeAddress();
  const counts = { taken: 0, refused: 0 };
  const server = createServer((request, response) => {
    request.resume();
    const isTaken = request.headers["x-api-key"] === GOOD_KEY;
    counts[isTaken ? "taken" : "refused"] += 1;
    response.writeHead(isTaken ? 200 : 401, { "content-type": "application/json" });
    request.on("end", () => response.end(isTaken ? "{}" : '{"message":"invalid key"}'));
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("The backend of the test has no port.");
  return {
    endpoint: `http://${address}:${bound.port}`,
    counts,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
