import { type ChildProcessByStdio, spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { Failure } from "./failure.ts";
import { dockerPrefix, LABEL, localFolder } from "./paths.ts";
import { isRunning, run, startOf } from "./process.ts";
import { writeWhole } from "./whole-file.ts";

/** Ports that are the same on the engine's machine and here, until it is closed. */
export interface Forwarding {
  readonly close: () => Promise<void>;
}

/** The ports of 127.0.0.1 that a stack's outputs name. */
export function loopbackPorts(outputs: unknown): readonly number[] {
  const found = JSON.stringify(outputs).matchAll(/\/\/(?:127\.0\.0\.1|localhost):(\d+)/g);
  return [...new Set([...found].map(([, port]) => Number(port)))].sort((a, b) => a - b);
}

/**
 * Listens on these ports of this machine's 127.0.0.1 and hands every connection to the same port of the engine's. By Docker's own API and nothing else:
 * it works over ssh, over TLS and with a key that may do nothing but speak to Docker. A container in the network of the engine's machine makes the
 * connections; it ends with this process, however that ends.
 * @throws Failure when a port is in use here, or no image of the stack has what it takes (perl)
 */
export async function forwardPorts(stack: string, ports: readonly number[]): Promise<Forwarding> {
  const wanted = ports.filter((port) => !forwarded.has(port));
  if (wanted.length === 0 || tunnelRuns(stack)) return { close: async () => {} };
  const relay = await startRelay(stack);
  const servers: net.Server[] = [];
  const close = async () => {
    for (const server of servers) server.close();
    for (const port of wanted) forwarded.delete(port);
    await relay.end();
  };
  try {
    for (const port of wanted) {
      servers.push(await listen(port, (socket) => relay.connect(socket, port)));
      forwarded.add(port);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

/** Ports that this process forwards. */
const forwarded = new Set<number>();

/** Says to other commands of this checkout that the ports of a stack are forwarded by this process until it ends. */
export function announceTunnel(stack: string): () => void {
  writeWhole(fileOf(stack), JSON.stringify({ pid: process.pid, started: startOf(process.pid) }), 0o600);
  return () => rmSync(fileOf(stack), { force: true });
}

/** Whether `npm run tunnel` forwards the ports of a stack. */
export function tunnelRuns(stack: string): boolean {
  try {
    const { pid, started } = JSON.parse(readFileSync(fileOf(stack), "utf8"));
    return pid !== process.pid && isRunning(pid, started);
  } catch {
    return false;
  }
}

const fileOf = (stack: string): string => path.join(localFolder(stack), "tunnel.json");

function listen(port: number, onConnection: (socket: net.Socket) => void): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer(onConnection);
    server.once("error", (error) =>
      reject(
        new Failure(
          `Port ${port} of 127.0.0.1 is needed here to reach the same port of the engine's machine, and cannot be used (${error.message}): stop what has it, or move the stack with the config key portOffset.`,
        ),
      ),
    );
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => resolve(server));
  });
}

type RelayProcess = ChildProcessByStdio<Writable, Readable, null>;

/** One command, over whose streams go all connections: relay.pl says how. */
export class Relay {
  readonly #child: RelayProcess;
  readonly #sockets = new Map<number, net.Socket>();
  #received = Buffer.alloc(0);
  #last = 0;
  /** Whether it is ready: false when it ended before it was. */
  readonly ready: Promise<boolean>;
  readonly #closed: Promise<void>;

  constructor(child: RelayProcess) {
    this.#child = child;
    child.stdin.on("error", () => undefined);
    this.#closed = new Promise((resolve) => {
      child.once("error", () => resolve());
      child.once("close", () => resolve());
    });
    void this.#closed.then(() => {
      for (const socket of this.#sockets.values()) socket.destroy();
    });
    this.ready = new Promise((resolve) => {
      void this.#closed.then(() => resolve(false));
      child.stdout.on("data", (chunk: Buffer) => this.#take(chunk, () => resolve(true)));
    });
  }

  /** Carries what a connection here says to a port of the engine's machine, and back. */
  connect(socket: net.Socket, port: number): void {
    this.#last += 1;
    const id = this.#last;
    this.#sockets.set(id, socket);
    this.#say(id, "o", Buffer.from(String(port)));
    socket.on("data", (chunk) => this.#say(id, "d", chunk));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      if (this.#sockets.delete(id)) this.#say(id, "c");
    });
  }

  /** Ends the command, which closes all connections; at once where it has ended already. */
  async end(): Promise<void> {
    this.#child.stdin.end();
    await this.#closed;
  }

  #say(id: number, kind: string, content: Buffer = Buffer.alloc(0)): void {
    const head = Buffer.alloc(HEAD);
    head.writeUInt32BE(id);
    head.write(kind, 4, "latin1");
    head.writeUInt32BE(content.length, 5);
    this.#child.stdin.write(Buffer.concat([head, content]));
  }

  #take(chunk: Buffer, onReady: () => void): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= HEAD) {
      const end = HEAD + this.#received.readUInt32BE(5);
      if (this.#received.length < end) return;
      const id = this.#received.readUInt32BE();
      const kind = this.#received.toString("latin1", 4, 5);
      const content = this.#received.subarray(HEAD, end);
      this.#received = this.#received.subarray(end);
      const socket = this.#sockets.get(id);
      if (kind === "r") onReady();
      if (kind === "d") socket?.write(content);
      if (kind === "c" && this.#sockets.delete(id)) socket?.end();
    }
  }
}

/** Bytes of a frame before its content. */
const HEAD = 9;

const LOCKED_DOWN = [
  "--user",
  "65534:65534",
  "--read-only",
  "--cap-drop",
  "ALL",
  "--security-opt",
  "no-new-privileges",
];

async function startRelay(stack: string): Promise<Relay> {
  const script = readFileSync(path.join(import.meta.dirname, "relay.pl"), "utf8");
  const name = `${dockerPrefix(stack)}-forward-${process.pid}`;
  for (const image of await imagesOf(stack)) {
    const child = spawn(
      "docker",
      [
        ...["run", "--rm", "--interactive", "--name", name, "--network", "host", "--memory", "64m", ...LOCKED_DOWN],
        ...["--entrypoint", "perl", image, "-e", script],
      ],
      // In a group of its own, so that Ctrl-C ends it through us.
      { stdio: ["pipe", "pipe", "ignore"], detached: true },
    );
    const relay = new Relay(child);
    if (await relay.ready) return relay;
  }
  throw new Failure(
    `No container of stack ${stack} is of an image with perl, through which the engine's published ports could be reached from here: open them yourself, for example with "ssh -L <port>:127.0.0.1:<port> <host>".`,
  );
}

/** Images of the stack's containers, those of nginx first: they come from Debian, which has perl. */
async function imagesOf(stack: string): Promise<readonly string[]> {
  const ofStack = ["--filter", `label=${LABEL}.stack=${stack}`, "--format", "{{.Names}}\t{{.Image}}"];
  const listed = await run("docker", ["ps", ...ofStack], { timeoutMs: 30_000 });
  const rows = listed.stdout.split("\n").flatMap((line) => {
    const [name = "", image = ""] = line.split("\t");
    return image === "" ? [] : [{ first: /-(docker-api|console)$/.test(name) ? 0 : 1, image }];
  });
  return [...new Set(rows.toSorted((a, b) => a.first - b.first).map(({ image }) => image))];
}
