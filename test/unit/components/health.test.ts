import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { readyHooks, untilReady } from "../../../components/docker/health.ts";
import { Scope } from "../../../components/docker/scope.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const answering = async (statuses: number[]): Promise<string> => {
  const server = createServer((_, response) => response.writeHead(statuses.shift() ?? 200).end());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};

describe("a container is ready", () => {
  test("as soon as it answers with success", async () => {
    await expect(untilReady("collector", await answering([503, 503, 200]), 5)).resolves.toBeUndefined();
  });

  test("or the sentence says which one, where, how long and what it last said", async () => {
    const url = await answering(Array(100).fill(503));
    await expect(untilReady("collector", url, 0.6)).rejects.toThrow(
      `collector was not ready at ${url} after 0.6 s (status 503); see why with: docker logs <container of collector>`,
    );
  });

  test("or that nobody listens", async () => {
    await expect(untilReady("loki", "http://127.0.0.1:1/ready", 0.3)).rejects.toThrow(
      /^loki was not ready at http:\/\/127\.0\.0\.1:1\/ready after 0\.3 s \(.+\); see why/,
    );
  });

  test("is not asked on another machine's 127.0.0.1", () => {
    const settings = { project: "p", stack: "s", environment: "e", portOffset: 0, protect: true };
    const scope = new Scope({ ...settings, engineIsLocal: false });
    expect(readyHooks(scope, "collector", "http://127.0.0.1:1")).toEqual({});
  });
});
