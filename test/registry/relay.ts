/**
 * Hands connections to 127.0.0.1 of another network over to 127.0.0.1 of this one, through a socket in the file system, which both have. Started by
 * itself it is the other side: `node relay.ts PORT SOCKET`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

const joined = (a: Socket, b: Socket): void => {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.pipe(to);
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
  }
};

export interface Relay {
  readonly close: () => Promise<void>;
}

/** @param namespace name of the other network, as `ip netns` has it */
export async function relayLoopback(namespace: string, port: number, socket: string): Promise<Relay> {
  const server: Server = createServer((accepted) => joined(accepted, connect(port, "127.0.0.1")));
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const command = [`--net=/run/netns/${namespace}`, process.execPath, import.meta.filename, String(port), socket];
  const child: ChildProcess = spawn("nsenter", command, { stdio: ["ignore", "pipe", "inherit"] });
  const [said] = await Promise.race([once(child.stdout ?? server, "data"), once(child, "exit").then(() => [""])]);
  if (String(said).trim() !== "ready") throw new Error("The relay into the other network did not start.");
  return {
    close: async () => {
      child.kill("SIGTERM");
      server.close();
    },
  };
}

if (import.meta.main) {
  const [port, socket = ""] = process.argv.slice(2);
  createServer((accepted) => joined(accepted, connect(socket))).listen(Number(port), "127.0.0.1", () =>
    console.log("ready"),
  );
}
