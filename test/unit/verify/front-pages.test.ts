import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { askFrontPages, frontPages } from "../../../verify/front-pages.ts";
import type { ServiceFacts } from "../../../verify/system.ts";

const service = (name: string, work: ServiceFacts["work"]): ServiceFacts => ({
  name,
  work,
  kind: "python",
  injected: true,
  traced: false,
  browser: false,
  calls: [],
});

test("published services that answer requests are asked for their front page, and no other", () => {
  const services = [service("web", "requests"), service("proxy", "pages"), service("worker", "messages")];
  const published = { proxy: "http://127.0.0.1:8080", worker: "http://127.0.0.1:9000", db: "http://127.0.0.1:5432" };
  expect(frontPages({ published, system: { services, sources: [] } })).toEqual([
    { service: "proxy", page: new URL("http://127.0.0.1:8080/") },
  ]);
});

test("asking ends with the signal, and does not follow where a page sends it", async () => {
  const asked: string[] = [];
  const stop = new AbortController();
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(302, { location: "/elsewhere" }).end();
    response.once("close", () => stop.abort());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const page = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const silent = new URL("http://127.0.0.1:1/");
  await askFrontPages(
    [page, silent].map((each) => ({ service: "web", page: each })),
    stop.signal,
  );
  server.close();
  expect(asked).toEqual(["GET /"]);
});
