import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { request as requestByTls } from "node:https";
import path from "node:path";
import { Duplex } from "node:stream";
import { sshArguments } from "../../cli/ssh-connection.ts";
import { Agent, request } from "./http.ts";

/** How the program asks an engine itself. */
export interface EngineAccess {
  /** `unix:///var/run/docker.sock`, `ssh://user@host`, `tcp://host:2376`. */
  readonly address: string;
  /** Folder with `ca.pem`, `cert.pem` and `key.pem`, where an engine at `tcp://` asks for certificates. */
  readonly certificates?: string | undefined;
}

type OnAnswer = (answer: IncomingMessage) => void;

/** A GET of the engine's API. It errors as any request of Node's does; over ssh with what ssh said. */
export function get({ address, certificates }: EngineAccess, path: string, onAnswer: OnAnswer): ClientRequest {
  const common = { path, timeout: 10_000 };
  const url = new URL(address);
  switch (url.protocol) {
    case "unix:":
      return request({ ...common, socketPath: address.slice("unix://".length) }, onAnswer);
    case "ssh:":
      return request({ ...common, host: "docker", agent: sshAgent(address) }, onAnswer);
    default: {
      const at = { ...common, host: url.hostname.replace(/^\[|\]$/g, ""), port: url.port || 2375 };
      if (certificates === undefined) return request(at, onAnswer);
      return requestByTls({ ...at, ...tlsFiles(certificates) }, onAnswer);
    }
  }
}

const tlsFiles = (folder: string) => {
  const file = (name: string) => readFileSync(path.join(folder, `${name}.pem`));
  return { ca: file("ca"), cert: file("cert"), key: file("key") };
};

/** At most two ssh sessions an address, used again for every question. */
const agents = new Map<string, SshAgent>();
function sshAgent(address: string): SshAgent {
  const agent = agents.get(address) ?? new SshAgent(address);
  agents.set(address, agent);
  return agent;
}

class SshAgent extends Agent {
  readonly #command: readonly string[];

  constructor(address: string) {
    super({ keepAlive: true, maxSockets: 2 });
    this.#command = sshArguments(address);
  }

  override createConnection(_: RequestOptions, connected: (error: Error | null, stream: Duplex) => void): undefined {
    connected(null, new ProcessSocket(spawn("ssh", this.#command, { stdio: "pipe" })));
  }
}

/** The two streams of a command as a socket. While nothing is asked it keeps the program from ending as little as an idle socket does. */
class ProcessSocket extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams;
  #said = "";

  constructor(child: ChildProcessWithoutNullStreams) {
    super();
    this.#child = child;
    child.stderr.on("data", (text) => {
      this.#said += text;
    });
    child.stdout.on("data", (chunk) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.on("error", (error) => this.destroy(error));
    child.stdin.on("error", () => undefined);
    child.on("close", (code) => {
      if (code) this.destroy(new Error(`ssh: ${this.#said.trim().split("\n").at(-1) || `exit code ${code}`}`));
      else this.push(null);
    });
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#child.stdin.write(chunk, () => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#child.kill();
    done(error);
  }

  // What an http.Agent calls of a socket:
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this.#each("ref");
  }
  unref(): this {
    return this.#each("unref");
  }
  #each(what: "ref" | "unref"): this {
    this.#child[what]();
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr])
      (stream as Partial<Record<typeof what, () => void>>)[what]?.();
    return this;
  }
}
