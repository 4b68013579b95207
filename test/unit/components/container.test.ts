import { describe, expect, test } from "vitest";
import { type ContainerSpec, containerArgs } from "../../../components/docker/container.ts";
import { Scope } from "../../../components/docker/scope.ts";
import { goDuration } from "../../../formats/go.ts";

const scope = new Scope({
  project: "game-scheduler-otel",
  stack: "dev",
  environment: "dev",
  namespace: "app",
  portOffset: 100,
  protect: true,
  engineIsLocal: true,
});
const least = { name: "api", image: "api:1", user: "10001:10001", networks: ["net"], memory: 64 };

const argsOf = (spec: ContainerSpec) => containerArgs(scope, spec, "sha256:1");

describe("every container", () => {
  test("gets what no container may miss", () => {
    expect(argsOf(least)).toEqual({
      name: "game-scheduler-otel-dev-api",
      image: "sha256:1",
      hostname: "api",
      user: "10001:10001",
      restart: "unless-stopped",
      networksAdvanced: [{ name: "net", aliases: ["api"] }],
      memory: 64,
      memorySwap: 64,
      capabilities: { drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      destroyGraceSeconds: 10,
      logDriver: "json-file",
      logOpts: { "max-file": "3", "max-size": "10m" },
      labels: [
        { label: "com.github.game-scheduler-otel.project", value: "game-scheduler-otel" },
        { label: "com.github.game-scheduler-otel.stack", value: "dev" },
      ],
    });
  });

  test("publishes on 127.0.0.1 only, moved by the offset", () => {
    expect(argsOf({ ...least, ports: [{ container: 80, host: 8080 }] }).ports).toEqual([
      { internal: 80, external: 8180, ip: "127.0.0.1", protocol: "tcp" },
    ]);
  });

  test("has its environment in the order of the alphabet, whatever order it was given in", () => {
    expect(argsOf({ ...least, env: { B: "2", A: "1" } }).envs).toEqual(["A=1", "B=2"]);
  });

  test("gets files for its own user, readable by nobody else where they are secret", () => {
    const files = [
      { path: "/etc/a", content: "x" },
      { path: "/run/secrets/b", content: "y", mode: "0400" },
    ];
    expect(argsOf({ ...least, files }).uploads).toEqual([
      { file: "/etc/a", content: "x", permissions: "0444", owner: "10001", group: "10001" },
      { file: "/run/secrets/b", content: "y", permissions: "0400", owner: "10001", group: "10001" },
    ]);
  });

  test("is waited for only when it can say that it is well", () => {
    expect(argsOf(least)).not.toHaveProperty("wait");
    expect(argsOf({ ...least, health: { command: ["true"], everySeconds: 90 } })).toMatchObject({
      wait: true,
      healthcheck: { tests: ["CMD", "true"], interval: "1m30s", timeout: "10s", startPeriod: "20s", retries: 6 },
    });
  });

  test("with the image's own user has what Docker gives to it, and no further right", () => {
    const { user: _, ...rest } = least;
    const args = argsOf(rest);
    expect(args).not.toHaveProperty("user");
    expect(args).not.toHaveProperty("capabilities");
    expect(args.securityOpts).toEqual(["no-new-privileges:true"]);
  });

  test("runs as it is told to", () => {
    const { user: _, ...rest } = least;
    const given = {
      restart: "on-failure" as const,
      stopSeconds: 90,
      stopSignal: "SIGQUIT",
      init: true,
      readOnly: true,
      cpus: 0.5,
      tmpfs: ["/run", "/tmp:size=64m"],
      sharedMemory: 256,
      capabilities: ["SETUID", "CHOWN"],
      ulimits: { nproc: 100, nofile: { soft: 1, hard: 2 } },
    } as const;
    expect(argsOf({ ...rest, ...given })).toMatchObject({
      restart: "on-failure",
      destroyGraceSeconds: 90,
      stopSignal: "SIGQUIT",
      init: true,
      readOnly: true,
      cpus: "0.5",
      tmpfs: { "/run": "", "/tmp": "size=64m" },
      shmSize: 256,
      capabilities: { drops: ["ALL"], adds: ["CHOWN", "SETUID"] },
      ulimits: [
        { name: "nofile", soft: 1, hard: 2 },
        { name: "nproc", soft: 100, hard: 100 },
      ],
    });
  });

  test("that is a task ends, and is not started again", () => {
    expect(argsOf({ ...least, once: true })).toMatchObject({ restart: "no", mustRun: false, attach: true });
  });

  test("has the names, the folder and the entrypoint that it was given", () => {
    const given = { entrypoint: ["sh"], workingDir: "/code", hostname: "h", aliases: ["b"], hosts: { c: "10.0.0.7" } };
    expect(argsOf({ ...least, ...given })).toMatchObject({
      entrypoints: ["sh"],
      workingDir: "/code",
      hostname: "h",
      networksAdvanced: [{ name: "net", aliases: ["api", "b"] }],
      hosts: [{ host: "c", ip: "10.0.0.7" }],
    });
  });

  test("writes to a path of the host only where it may", () => {
    expect(argsOf({ ...least, hostPaths: [{ host: "/srv", path: "/srv", write: true }] }).volumes).toEqual([
      { hostPath: "/srv", containerPath: "/srv" },
    ]);
  });

  test("mounts paths of the host read-only", () => {
    expect(argsOf({ ...least, hostPaths: [{ host: "/", path: "/hostfs" }] }).volumes).toEqual([
      { hostPath: "/", containerPath: "/hostfs", readOnly: true },
    ]);
  });
});

describe("durations are written as the provider reads them back", () => {
  test.each([
    [0, "0s"],
    [45, "45s"],
    [60, "1m0s"],
    [90, "1m30s"],
    [3600, "1h0m0s"],
    [3725, "1h2m5s"],
  ])("%d s is %s", (seconds, text) => {
    expect(goDuration(seconds)).toBe(text);
  });
});
