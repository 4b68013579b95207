import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A real registry (Debian's package of CNCF Distribution, unpacked and not installed) on loopback, which wants a password. */
export interface Registry {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Folder of what it stores. */
  readonly data: string;
  readonly stop: () => Promise<void>;
}

export async function startRegistry(folder: string): Promise<Registry> {
  execFileSync("apt-get", ["download", "docker-registry"], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const [packaged = ""] = readdirSync(folder).filter((name) => name.endsWith(".deb"));
  execFileSync("dpkg", ["-x", packaged, "."], { cwd: folder });
  const [user, password, port] = ["pusher", randomBytes(12).toString("hex"), await freePort()];
  const data = join(folder, "data");
  const passwords = join(folder, "htpasswd");
  writeFileSync(passwords, `${user}:${bcrypt(password)}\n`, { mode: 0o600 });
  const config = join(folder, "registry.json");
  const settings = {
    version: 0.1,
    log: { level: "warn" },
    storage: { filesystem: { rootdirectory: data } },
    http: { addr: `127.0.0.1:${port}` },
    auth: { htpasswd: { realm: "test", path: passwords } },
  };
  // JSON is YAML
  writeFileSync(config, JSON.stringify(settings));
  const child = spawn(join(folder, "usr/bin/docker-registry"), ["serve", config], { stdio: "ignore" });
  const host = `127.0.0.1:${port}`;
  await untilItAnswers(child, host);
  return { host, port, user, password, data, stop: () => ended(child) };
}

/** By the C library of Debian, whose crypt knows it; Node does not. The password reaches it by standard input. */
function bcrypt(password: string): string {
  const salt = randomBytes(11).toString("hex");
  const program = `chomp(my $password = <STDIN>); print crypt($password, '$2b$05$${salt}')`;
  const hash = execFileSync("perl", ["-e", program], { input: `${password}\n`, encoding: "utf8" });
  if (!hash.startsWith("$2b$")) throw new Error("This machine's C library has no bcrypt.");
  return hash;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === "object" ? address.port : 0));
    });
  });
}

async function untilItAnswers(child: ChildProcess, host: string): Promise<void> {
  for (let i = 0; i < 150 && child.exitCode === null; i += 1) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
    if (answer?.status === 401) return;
    await sleep(200);
  }
  child.kill("SIGKILL");
  throw new Error("The registry did not come up.");
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("close", () => resolve());
    child.kill("SIGTERM");
  });
}
