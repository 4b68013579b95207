import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { containerState } from "../../../components/docker/engine-api.ts";
import { untilWorking } from "../../../components/docker/health.ts";
import { openConnection, sharedConnection, sshArguments } from "../../../components/docker/ssh-connection.ts";

const folder = mkdtempSync(join(tmpdir(), "engine-"));
const BEGUN = Date.parse("2026-11-29T10:00:00Z");
const answer = (_: unknown, response: import("node:http").ServerResponse) => {
  response.setHeader("Date", new Date(BEGUN + 7000).toUTCString());
  const State = { Running: true, Restarting: false, StartedAt: new Date(BEGUN).toISOString() };
  response.end(JSON.stringify({ State, RestartCount: 1 }));
};
const steady = { health: undefined, runsFor: 7, restarts: 1, exitCode: 0, env: [] };

const openssl = (...args: readonly string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
const port = (server: Server) => (server.address() as AddressInfo).port;
const listening = (server: Server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

const plain = createServer(answer);
let tls: ReturnType<typeof createTlsServer>;
beforeAll(async () => {
  // One certificate that signs itself is authority, server and client.
  const subject = ["-subj", "/CN=engine", "-addext", "subjectAltName=IP:127.0.0.1"];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...key, "-days", "2", ...subject, "-keyout", "key.pem", "-out", "cert.pem");
  writeFileSync(join(folder, "ca.pem"), readFileSync(join(folder, "cert.pem")));
  const file = (name: string) => readFileSync(join(folder, name));
  const certificates = { ca: file("ca.pem"), cert: file("cert.pem"), key: file("key.pem") };
  tls = createTlsServer({ ...certificates, requestCert: true, rejectUnauthorized: true }, answer);
  await listening(plain);
  await listening(tls);
  // What ssh does of "docker system dial-stdio": its streams are a connection to the engine.
  const dial = `const s = require("node:net").connect(${port(plain)}, "127.0.0.1"); process.stdin.pipe(s); s.pipe(process.stdout);`;
  writeFileSync(join(folder, "dial.cjs"), dial);
  const script = `#!/bin/sh\ncase "$*" in *unknown.example*) echo "Host key verification failed." >&2; exit 255;; esac\nexec ${process.execPath} ${folder}/dial.cjs\n`;
  writeFileSync(join(folder, "ssh"), script);
  chmodSync(join(folder, "ssh"), 0o755);
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env.PATH}`);
});
afterAll(() => {
  vi.unstubAllEnvs();
  plain.close();
  tls.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the program asks an engine", () => {
  test("at tcp://", async () => {
    expect(await containerState({ address: `tcp://127.0.0.1:${port(plain)}` }, "c")).toEqual(steady);
  });

  test("at tcp:// with certificates, which the engine checks", async () => {
    const address = `tcp://127.0.0.1:${port(tls)}`;
    expect(await containerState({ address, certificates: folder }, "c")).toEqual(steady);
    await expect(containerState({ address }, "c")).rejects.toThrow();
  });

  test("over ssh, again in the same session", async () => {
    const engine = { address: "ssh://deploy@games.example" };
    for (let i = 0; i < 5; i++) expect(await containerState(engine, "c")).toEqual(steady);
  });

  test("over ssh, and says what ssh says where that fails", async () => {
    const wrong = await untilWorking({
      name: "api",
      container: "c",
      engine: { address: "ssh://unknown.example" },
      seconds: 0.1,
      explainsItself: false,
    });
    expect(wrong).toMatch(
      /^api: the container c does not work: its engine cannot be asked \(ssh: Host key verification failed\.\)/,
    );
  });
});

describe("one ssh connection for all that the provider asks", () => {
  const address = "ssh://deploy@games.example";

  test("has a socket of the same name on every machine, below the home folder", () => {
    const options = sharedConnection(address, "/home/a", "linux");
    expect(options).toEqual(sharedConnection(address, "/Users/b", "darwin"));
    expect(options).toEqual([
      ...["-o", "ControlMaster=auto", "-o", expect.stringMatching(/^ControlPath=~\/\.ssh\/engine-[0-9a-f]{12}$/)],
      ...["-o", "ControlPersist=120"],
    ]);
    expect(sharedConnection("ssh://deploy@other.example", "/home/a", "linux")).not.toEqual(options);
  });

  test("is none where ssh cannot have one", () => {
    expect(sharedConnection(address, "C:/Users/a", "win32")).toEqual([]);
    expect(sharedConnection(address, `/${"long/".repeat(14)}`, "linux")).toEqual([]);
  });

  test("is opened before, and again where the other side drops it", async () => {
    const calls = join(folder, "calls");
    const drops = join(folder, "drops");
    mkdirSync(drops);
    const script = `#!/bin/sh\necho "$*" >>${calls}\n[ $(wc -l <${calls}) -ge 3 ]\n`;
    writeFileSync(join(drops, "ssh"), script, { mode: 0o755 });
    vi.stubEnv("HOME", folder);
    vi.stubEnv("PATH", `${drops}${delimiter}${process.env.PATH}`);
    await openConnection(address);
    const said = readFileSync(calls, "utf8").trim().split("\n");
    expect(said).toHaveLength(3);
    expect(new Set(said)).toEqual(new Set([[...sharedConnection(address), ...sshArguments(address)].join(" ")]));
    expect(statSync(join(folder, ".ssh")).mode & 0o777).toBe(0o700);
  });
});

test("ssh is called as Docker's own command does it", () => {
  const common = ["-o", "ConnectTimeout=30", "-T"];
  const dial = ["system", "dial-stdio"];
  expect(sshArguments("ssh://deploy@games.example:2222")).toEqual([
    ...[...common, "-l", "deploy", "-p", "2222", "--", "games.example", "docker", ...dial],
  ]);
  expect(sshArguments("ssh://games.example/run/user/1000/docker.sock")).toEqual([
    ...[...common, "--", "games.example", "docker", "--host", "unix:///run/user/1000/docker.sock", ...dial],
  ]);
});
