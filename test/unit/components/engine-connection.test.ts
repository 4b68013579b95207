import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { containerState } from "../../../components/docker/engine-api.ts";
import { untilWorking } from "../../../components/docker/health.ts";

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
