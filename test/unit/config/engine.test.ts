import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { contextAddress, socketGroup, socketOnEngine } from "../../../config/engine.ts";

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
    expect(contextAddress({ DOCKER_CONFIG: "/c" }, read)).toBe("unix:///Users/ada/.colima/default/docker.sock");
  });

  test("DOCKER_CONTEXT takes precedence", () => {
    expect(contextAddress({ DOCKER_CONFIG: "/c", DOCKER_CONTEXT: "default" }, read)).toBe("");
    expect(contextAddress({ DOCKER_CONFIG: "/c", DOCKER_CONTEXT: "gone" }, read)).toBe("");
  });

  test("is none where Docker has no settings", () => {
    expect(contextAddress({ DOCKER_CONFIG: "/nowhere" }, read)).toBe("");
  });
});
