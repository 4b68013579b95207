import net from "node:net";
import { describe, expect, test } from "vitest";
import {
  conflictSentence,
  isFree,
  listenerOn,
  listeningInodes,
  publishedPorts,
} from "../../../start/preflight/ports.ts";

describe("ports in use", () => {
  test("docker's listing gives each published port its container, ranges included", () => {
    const listing =
      "web\t127.0.0.1:8080->80/tcp, 443/tcp\nmany\t0.0.0.0:3000-3002->3000-3002/tcp, :::3000-3002->3000-3002/tcp\nnone\t";
    expect([...publishedPorts(listing)]).toEqual([
      [8080, "web"],
      [3000, "many"],
      [3001, "many"],
      [3002, "many"],
    ]);
  });

  test("one sentence names every port, who wants it, who has it, and the way out", () => {
    expect(
      conflictSentence(
        [
          { port: 8080, wantedBy: "game-scheduler-otel-dev-frontend", takenBy: "nginx (process 12)" },
          { port: 9090, wantedBy: "game-scheduler-otel-dev-prometheus" },
        ],
        0,
      ),
    ).toBe(
      'Ports already in use on 127.0.0.1: 8080 (for game-scheduler-otel-dev-frontend) by nginx (process 12), 9090 (for game-scheduler-otel-dev-prometheus) by another program; stop what has them, or move this stack with "npm start -- --config portOffset=100".',
    );
  });

  test("of a port that is lent to connections, a minute's wait may be all", () => {
    expect(conflictSentence([{ port: 34_090, wantedBy: "x" }], 25_000)).toContain(
      "34090 (for x) by a program that is not seen, or for a minute by a connection, to which ports from 32768 on are lent (a portOffset below them avoids that); stop",
    );
  });

  test("the suggested offset differs from the one that failed", () => {
    expect(conflictSentence([{ port: 8180, wantedBy: "x" }], 100)).toContain("portOffset=200");
  });

  test("only listening sockets of that very port count", () => {
    const table = [
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
      "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0 100 0 0 10 0",
      "   1: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 4243 1 0 100 0 0 10 0",
      "   2: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4244 1 0 100 0 0 10 0",
    ].join("\n");
    expect(listeningInodes(table, 8080)).toEqual(["4242"]);
  });

  test("a port that this process listens on is taken, and by this process", async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    expect(await isFree(port)).toBe(false);
    expect(listenerOn(port)).toContain(`(process ${process.pid})`);
    await new Promise((resolve) => server.close(resolve));
    expect(await isFree(port)).toBe(true);
  });
});
