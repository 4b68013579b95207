import { createHash } from "node:crypto";
import { homedir, tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import {
  certificatesNamed,
  contextEngine,
  engineDisk,
  refuseContextBeside,
  socketGroup,
  socketOnEngine,
} from "../../../config/engine.ts";

describe("where containers find the engine's socket", () => {
  test.each([
    ["unix:///var/run/docker.sock", "linux", "/var/run/docker.sock"],
    // rootless Docker, and Podman: on the machine itself
    ["unix:///run/user/1000/docker.sock", "linux", "/run/user/1000/docker.sock"],
    ["unix:///run/user/1000/podman/podman.sock", "linux", "/run/user/1000/podman/podman.sock"],
    // in a virtual machine: at the usual place there
    ["unix:///Users/ada/.docker/run/docker.sock", "darwin", "/var/run/docker.sock"],
    ["unix:///Users/ada/.colima/default/docker.sock", "darwin", "/var/run/docker.sock"],
    ["unix:///home/ada/.docker/desktop/docker.sock", "linux", "/var/run/docker.sock"],
    ["unix:///home/ada/.colima/default/docker.sock", "linux", "/var/run/docker.sock"],
    ["npipe:////./pipe/docker_engine", "win32", "/var/run/docker.sock"],
    ["ssh://ada@host.example", "linux", "/var/run/docker.sock"],
    ["tcp://10.0.0.1:2376", "darwin", "/var/run/docker.sock"],
  ] as const)("%s on %s: %s", (address, platform, socket) => {
    expect(socketOnEngine(address, platform)).toBe(socket);
  });

  test("its group is 0 where there is no socket on this machine", () => {
    expect(socketGroup("tcp://10.0.0.1:2376")).toBe(0);
    expect(socketGroup("unix:///nowhere/docker.sock")).toBe(0);
  });
});

describe("the engine of Docker's current context", () => {
  const id = createHash("sha256").update("colima").digest("hex");
  const files: Readonly<Record<string, string>> = {
    "/c/config.json": JSON.stringify({ currentContext: "colima" }),
    [`/c/contexts/meta/${id}/meta.json`]: JSON.stringify({
      Name: "colima",
      Endpoints: { docker: { Host: "unix:///Users/ada/.colima/default/docker.sock" } },
    }),
  };
  const read = (file: string): string => {
    const content = files[file];
    if (content === undefined) throw new Error("ENOENT");
    return content;
  };

  test("is the one that its files name", () => {
    expect(contextEngine({ DOCKER_CONFIG: "/c" }, read)).toEqual({
      address: "unix:///Users/ada/.colima/default/docker.sock",
    });
  });

  test("has the certificates that lie beside them", () => {
    const folder = `/c/contexts/tls/${id}/docker`;
    const withCertificates = (file: string) => (file === `${folder}/cert.pem` ? "-----BEGIN" : read(file));
    expect(contextEngine({ DOCKER_CONFIG: "/c" }, withCertificates).certificates).toBe(folder);
  });

  test("DOCKER_CONTEXT takes precedence", () => {
    expect(contextEngine({ DOCKER_CONFIG: "/c", DOCKER_CONTEXT: "default" }, read).address).toBe("");
  });

  test("npm start names it to the program alone", () => {
    const env = { DOCKER_CONFIG: "/c", PROGRAM_DOCKER_CONTEXT: "default", DOCKER_CONTEXT: "gone" };
    expect(contextEngine(env, read).address).toBe("");
  });

  test("that does not exist is refused: this machine's would be another one", () => {
    expect(() => contextEngine({ DOCKER_CONFIG: "/c", DOCKER_CONTEXT: "gone" }, read)).toThrow(
      'DOCKER_CONTEXT: there is no context "gone". Name one of those that docker context ls prints, or the engine itself with: pulumi config set dockerHost <address>',
    );
  });

  test("is none where Docker has no settings", () => {
    expect(contextEngine({ DOCKER_CONFIG: "/nowhere" }, read)).toEqual({ address: "" });
  });
});

describe("DOCKER_CONTEXT", () => {
  const env = { DOCKER_CONTEXT: "games" };

  test("beside another engine is refused, since the provider would take it first", () => {
    expect(() => refuseContextBeside("ssh://deploy@games.example", env)).toThrow(
      'DOCKER_CONTEXT: it is set to "games", and Pulumi\'s Docker provider would deploy there and not to ssh://deploy@games.example, which dockerHost or DOCKER_HOST names. Unset one of them: unset DOCKER_CONTEXT',
    );
  });

  test("in a folder where the provider does not look is refused with what chooses it", () => {
    expect(() => refuseContextBeside("", { ...env, DOCKER_CONFIG: "/c" })).toThrow(
      `DOCKER_CONTEXT: it is set to "games", and Pulumi's Docker provider looks for contexts in ${homedir()}/.docker and not in /c, which DOCKER_CONFIG names. Run: unset DOCKER_CONTEXT; docker context use games`,
    );
    expect(() => refuseContextBeside("", { ...env, DOCKER_CONFIG: `${homedir()}/.docker/` })).not.toThrow();
    expect(() => refuseContextBeside("", { DOCKER_CONFIG: "/c", PROGRAM_DOCKER_CONTEXT: "games" })).not.toThrow();
  });

  test("alone names the engine, and what names another does so without it", () => {
    expect(() => refuseContextBeside("", env)).not.toThrow();
    expect(() => refuseContextBeside("ssh://deploy@games.example", { DOCKER_CONTEXT: "" })).not.toThrow();
  });
});

describe("the certificates for an engine at tcp://", () => {
  test.each([
    [{ DOCKER_CERT_PATH: "/certificates" }, "/certificates"],
    [{ DOCKER_TLS_VERIFY: "1", DOCKER_CONFIG: "/c" }, "/c"],
    [{}, undefined],
  ])("%j: %s", (env, folder) => {
    expect(certificatesNamed(env)).toBe(folder);
  });
});

describe("the disk that queues are held against", () => {
  const SOCKET = "unix:///var/run/docker.sock";
  const disk = (settings: string | undefined, address = SOCKET, platform: NodeJS.Platform = "linux") =>
    engineDisk(address, platform, (file) => {
      expect(file).toBe("/etc/docker/daemon.json");
      if (settings === undefined) throw new Error("ENOENT");
      return settings;
    });

  test("is the one that the engine's own settings name", () => {
    const found = disk(JSON.stringify({ "data-root": tmpdir() }));
    expect(found?.path).toBe(tmpdir());
    expect(found?.freeBytes).toBeLessThanOrEqual(found?.totalBytes ?? 0);
  });

  test("is not taken to be another one where the folder that they name cannot be seen", () => {
    expect(disk(JSON.stringify({ "data-root": "/no/such/folder" }))).toBeUndefined();
  });

  test.each([
    ["another machine's", "ssh://ada@host.example", "linux"],
    ["a rootless engine's", "unix:///run/user/1000/docker.sock", "linux"],
    ["a virtual machine's", SOCKET, "darwin"],
  ] as const)("is unknown where it is %s", (_, address, platform) => {
    expect(disk(JSON.stringify({ "data-root": tmpdir() }), address, platform)).toBeUndefined();
  });
});
