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
    [
      outcome(1, "error during connect: x509: certificate expired"),
      { kind: "other", message: "error during connect: x509: certificate expired" },
    ],
  ])("%o is distinguished", (said, state) => {
    expect(diagnose(said)).toEqual(state);
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
