import { spawn } from "node:child_process";
import { createServer, request } from "node:http";
import net, { type AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loopbackPorts, Relay } from "../../../cli/forward.ts";

test("the ports to forward are those of 127.0.0.1 that the outputs name, each once", () => {
  const outputs = {
    published: { api: "http://127.0.0.1:8080" },
    links: {
      console: "http://127.0.0.1:3001",
      traces: "http://127.0.0.1:3001/traces",
      cloud: "https://a.example:443/",
    },
    query: [{ kind: "jaeger", jaeger: "http://localhost:16686" }],
  };
  expect(loopbackPorts(outputs)).toEqual([3001, 8080, 16_686]);
});

const listening = (server: net.Server): Promise<number> =>
  new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));

describe("a relay", () => {
  const echo = createServer((asked, answer) => asked.pipe(answer));
  let relay: Relay;
  let here: net.Server;
  let port: number;
  beforeAll(async () => {
    const script = join(import.meta.dirname, "../../../cli/relay.pl");
    relay = new Relay(spawn("perl", [script], { stdio: ["pipe", "pipe", "ignore"] }));
    expect(await relay.ready).toBe(true);
    const there = await listening(echo);
    here = net.createServer((socket) => relay.connect(socket, there));
    port = await listening(here);
  });
  afterAll(async () => {
    here.close();
    await relay.end();
    echo.close();
  });

  const post = (body: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const asking = request({ host: "127.0.0.1", port, method: "POST" }, (answer) => void text(answer).then(resolve));
      asking.on("error", reject).end(body);
    });

  test("carries many connections at once, each with what is its own", async () => {
    const bodies = Array.from({ length: 40 }, (_, i) => `connection ${i} `.repeat(100 * i));
    expect(await Promise.all(bodies.map(post))).toEqual(bodies);
  });

  test("carries more than a pipe holds in both directions", async () => {
    const large = "0123456789abcdef".repeat(500_000);
    expect(await post(large)).toBe(large);
  });

  test("closes a connection to a port where nothing listens", async () => {
    const refused = net.createServer((socket) => relay.connect(socket, 1));
    const socket = net.connect(await listening(refused), "127.0.0.1");
    socket.resume();
    await new Promise<void>((resolve) => socket.once("close", () => resolve()));
    refused.close();
    expect(socket.bytesRead).toBe(0);
  });
});

test("a relay that was killed is ended at once", async () => {
  const child = spawn("perl", ["-e", "sleep"], { stdio: ["pipe", "pipe", "ignore"] });
  const relay = new Relay(child);
  child.kill("SIGKILL");
  await relay.ready;
  await relay.end();
  expect(child.signalCode).toBe("SIGKILL");
});

test("a relay that ends before it is ready says so", async () => {
  const relay = new Relay(spawn("perl", ["-e", "exit 1"], { stdio: ["pipe", "pipe", "ignore"] }));
  expect(await relay.ready).toBe(false);
});
