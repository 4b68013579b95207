import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { healthyHooks, readyHooks, untilHealthy, untilReady } from "../../../components/docker/health.ts";
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
    await expect(untilReady("prometheus", "http://127.0.0.1:1/ready", 0.3)).rejects.toThrow(
      /^prometheus was not ready at http:\/\/127\.0\.0\.1:1\/ready after 0\.3 s \(.+\); see why/,
    );
  });

  test("is not asked on another machine's 127.0.0.1", () => {
    const settings = { project: "p", stack: "s", environment: "e", namespace: "app", portOffset: 0, protect: true };
    const scope = new Scope({ ...settings, engineIsLocal: false });
    expect(readyHooks(scope, "collector", "http://127.0.0.1:1")).toEqual({});
  });
});

describe("a container that explains itself", () => {
  /** An engine's socket, with one container in these states and with this log. */
  const engine = async (states: string[], log: string): Promise<string> => {
    const server = createServer(({ url }, response) => {
      if (url === "/containers/p-s-monitor/json")
        return response.end(JSON.stringify({ State: { Health: { Status: states.shift() ?? "unhealthy" } } }));
      if (url !== "/containers/p-s-monitor/logs?stdout=1&stderr=1&tail=1")
        return response.writeHead(404).end('{"message":"No such container"}');
      const text = Buffer.from(log);
      const head = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
      head.writeUInt32BE(text.length, 4);
      return response.end(Buffer.concat([head, text]));
    });
    servers.push(server);
    const path = join(tmpdir(), `engine-${process.pid}-${servers.length}-${Date.now()}.sock`);
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return path;
  };

  test("is healthy as soon as the engine says so", async () => {
    await expect(untilHealthy(await engine(["starting", "healthy"], ""), "p-s-monitor", 5)).resolves.toBeUndefined();
  });

  test("or its last line is the error", async () => {
    const log = "postgres.adminUser: root cannot make the role otel_monitor\n";
    await expect(untilHealthy(await engine([], log), "p-s-monitor", 0.4)).rejects.toThrow(
      /^postgres\.adminUser: root cannot make the role otel_monitor$/,
    );
  });

  test("or the error says that it printed nothing", async () => {
    await expect(untilHealthy(await engine([], ""), "p-s-monitor", 0.4)).rejects.toThrow(
      /^p-s-monitor was not healthy after 0\.4 s and printed nothing$/,
    );
  });

  test("is left to the provider's own wait where the engine has no socket here", () => {
    const settings = { project: "p", stack: "s", environment: "e", namespace: "app", portOffset: 0, protect: true };
    expect(healthyHooks(new Scope({ ...settings, engineIsLocal: false }), "monitor")).toBeUndefined();
  });
});
