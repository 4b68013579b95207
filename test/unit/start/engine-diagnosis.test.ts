import { describe, expect, test } from "vitest";
import { diagnose, remedyFor, type Surroundings } from "../../../start/engine/diagnosis.ts";

const outcome = (code: number, stderr = "", stdout = "") => ({ code, stdout, stderr, timedOut: false });

describe("what docker version says", () => {
  test.each([
    [outcome(0, "", "20.10.24+dfsg1 1.41\n"), { kind: "running", version: "20.10.24+dfsg1", apiVersion: "1.41" }],
    [outcome(127, "docker: spawn docker ENOENT"), { kind: "no-client" }],
    [
      outcome(1, "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"),
      { kind: "not-running" },
    ],
    [
      outcome(
        1,
        "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get ...: dial unix /var/run/docker.sock: connect: permission denied",
      ),
      { kind: "no-permission" },
    ],
    [outcome(1, "error: a riddle"), { kind: "other", message: "error: a riddle" }],
  ])("%o is distinguished", (said, state) => {
    expect(diagnose(said)).toEqual(state);
  });

  // As Docker 28 and OpenSSH 9.2 say it.
  test.each([
    [
      "stderr=No ED25519 host key is known for 10.0.0.2 and you have requested strict checking.\nHost key verification failed.",
      "ssh does not know its host key",
    ],
    ["root@10.0.0.2: Permission denied (publickey,keyboard-interactive).", "ssh was not let in"],
    ["stderr=bash: line 1: docker: command not found", "ssh was let in and finds no docker command there"],
    ["stderr=ssh: Could not resolve hostname nobody.invalid: Name or service not known", "its host name is unknown"],
    ["Error response from daemon: Client sent an HTTP request to an HTTPS server.", "it wants TLS"],
    [
      "Failed to initialize: unable to resolve docker endpoint: open /nowhere/ca.pem: no such file or directory",
      "its certificates cannot be read",
    ],
    [
      "tls: failed to verify certificate: x509: certificate signed by unknown authority",
      "its certificate is not signed by ca.pem",
    ],
    [
      "the server probably has client authentication (--tlsverify) enabled: remote error: tls: bad certificate",
      "it does not take our certificate",
    ],
  ])("of a remote engine: %s", (said, sentence) => {
    expect(diagnose(outcome(1, said))).toMatchObject({ kind: "other", message: expect.stringContaining(sentence) });
  });

  test("an engine that never answers is not taken for a missing one", () => {
    expect(diagnose({ ...outcome(143), timedOut: true }).kind).toBe("other");
  });
});

describe("what is done about it", () => {
  const root: Surroundings = { isRoot: true, user: "root", hasApt: true, hasDaemon: false };

  test("an engine that answers is left alone", () => {
    expect(remedyFor({ kind: "running", version: "1", apiVersion: "1" }, root)).toEqual({ kind: "none" });
  });

  test("root on Debian installs a missing engine and starts a stopped one", () => {
    expect(remedyFor({ kind: "no-client" }, root)).toEqual({ kind: "install" });
    expect(remedyFor({ kind: "not-running" }, { ...root, hasDaemon: true })).toEqual({ kind: "start" });
  });

  test("a client without its daemon gets the daemon installed", () => {
    expect(remedyFor({ kind: "not-running" }, root)).toEqual({ kind: "install" });
  });

  test("an engine that DOCKER_HOST names is never installed or started", () => {
    expect(remedyFor({ kind: "not-running" }, { ...root, hasDaemon: true, dockerHost: "unix:///nonexistent" })).toEqual(
      {
        kind: "advise",
        sentence:
          "No Docker Engine answers at DOCKER_HOST=unix:///nonexistent: start that engine, or unset DOCKER_HOST to use this machine's.",
      },
    );
  });

  test("an engine on another machine is named in what is wrong with it", () => {
    const at = { ...root, dockerHost: "ssh://deploy@games.example" };
    expect(remedyFor({ kind: "other", message: "ssh was not let in" }, at)).toEqual({
      kind: "advise",
      sentence: "The Docker Engine at ssh://deploy@games.example cannot be used: ssh was not let in.",
    });
  });

  test("an engine of another context is never installed or started", () => {
    const remedy = remedyFor({ kind: "not-running" }, { ...root, hasDaemon: true, context: "laptop" });
    expect(remedy).toMatchObject({ kind: "advise", sentence: expect.stringContaining('context "laptop"') });
  });

  test("a user without access is shown the group, not offered an installation", () => {
    expect(remedyFor({ kind: "no-permission" }, { ...root, isRoot: false, user: "ada" })).toEqual({
      kind: "advise",
      sentence:
        'ada may not use the Docker Engine: add this user to the group "docker" ("sudo usermod -aG docker ada", then log in again), or run as root.',
    });
  });

  test("without root and without Debian there is one sentence", () => {
    expect(remedyFor({ kind: "no-client" }, { ...root, isRoot: false })).toMatchObject({
      sentence: expect.stringContaining('"sudo npm start"'),
    });
    expect(remedyFor({ kind: "no-client" }, { ...root, hasApt: false })).toMatchObject({
      sentence: expect.stringContaining("neither Debian nor Ubuntu"),
    });
  });
});
