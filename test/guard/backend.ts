import { createServer } from "node:http";
import { bridgeAddress } from "../../difference/record/stack.ts";
import { GOOD_KEY, SMALL_KEY } from "./releases.ts";

export interface Backend {
  /** As containers reach it. */
  readonly endpoint: string;
  /** Requests taken, and refused for their key. */
  readonly counts: { taken: number; refused: number; rejected: number };
  readonly close: () => Promise<void>;
}

type Answer = readonly [outcome: keyof Backend["counts"], status: number, body: string];

/** @param before requests with that kind of key that were answered before */
function answerTo(key: string | string[] | undefined, before: number): Answer {
  if (key === GOOD_KEY) return ["taken", 200, "{}"];
  if (key !== SMALL_KEY) return ["refused", 401, '{"message":"invalid key"}'];
  return before % 2 === 0 ? ["taken", 200, "{}"] : ["rejected", 400, '{"message":"not in your plan"}'];
}

/** A backend that only receives, and refuses a wrong key as vendors do. */
export async function startBackend(): Promise<Backend> {
  const address = await bridgeAddress();
  const counts = { taken: 0, refused: 0, rejected: 0 };
  const server = createServer((request, response) => {
    request.resume();
    const [outcome, status, body] = answerTo(request.headers["x-api-key"], counts.taken + counts.rejected);
    counts[outcome] += 1;
    response.writeHead(status, { "content-type": "application/json" });
    request.on("end", () => response.end(body));
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
