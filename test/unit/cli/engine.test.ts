import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { rememberEngine, useEngine, useEngineToDeploy } from "../../../cli/engine.ts";
import { localFolder, ROOT } from "../../../cli/paths.ts";

const stack = `unit-engine-${process.pid}`;
const file = join(ROOT, `Pulumi.${stack}.yaml`);
const inFile = (address: string) => writeFileSync(file, `config:\n  game-scheduler-otel:dockerHost: ${address}\n`);

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(file, { force: true });
  rmSync(localFolder(stack), { recursive: true, force: true });
});

describe("how many questions are asked at once", () => {
  const parallel = async (address: string) => {
    vi.stubEnv("DOCKER_HOST", address);
    await useEngine(stack);
    return [process.env.PULUMI_PARALLEL, process.env.COMPOSE_PARALLEL_LIMIT];
  };

  test("is few over ssh, where each is a session, and as many as a person wants", async () => {
    vi.stubEnv("PULUMI_PARALLEL", undefined);
    vi.stubEnv("COMPOSE_PARALLEL_LIMIT", undefined);
    expect(await parallel("tcp://10.0.0.1:2376")).toEqual([undefined, undefined]);
    expect(await parallel("ssh://deploy@games.example")).toEqual(["8", "4"]);
    vi.stubEnv("PULUMI_PARALLEL", "2");
    expect(await parallel("ssh://deploy@games.example")).toEqual(["2", "4"]);
  });
});

describe("the engine that a stack's commands talk to", () => {
  test("is the one that its file names, whatever Docker's variables say", async () => {
    vi.stubEnv("DOCKER_HOST", "unix:///var/run/docker.sock");
    vi.stubEnv("DOCKER_CONTEXT", "elsewhere");
    inFile("ssh://deploy@games.example");
    expect(await useEngine(stack)).toEqual({ address: "ssh://deploy@games.example", isRemote: true });
    expect([process.env.DOCKER_HOST, process.env.DOCKER_CONTEXT]).toEqual(["ssh://deploy@games.example", undefined]);
  });

  test("is the one that was given for this run, before that of the file", async () => {
    vi.stubEnv("DOCKER_HOST", "");
    inFile("ssh://deploy@games.example");
    expect((await useEngineToDeploy(stack, "tcp://10.0.0.1:2376")).address).toBe("tcp://10.0.0.1:2376");
  });

  test("is the one that it was deployed to by a variable that is not set any more, with its certificates", async () => {
    vi.stubEnv("DOCKER_HOST", "tcp://10.0.0.1:2376");
    vi.stubEnv("DOCKER_TLS_VERIFY", "1");
    vi.stubEnv("DOCKER_CERT_PATH", "/certificates");
    rememberEngine(stack, await useEngineToDeploy(stack));
    for (const name of ["DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"]) vi.stubEnv(name, undefined);
    expect((await useEngine(stack)).address).toBe("tcp://10.0.0.1:2376");
    expect([process.env.DOCKER_TLS_VERIFY, process.env.DOCKER_CERT_PATH]).toEqual(["1", "/certificates"]);
  });

  test("is not changed by a start while the stack runs elsewhere: npm stop comes first", async () => {
    mkdirSync(localFolder(stack), { recursive: true });
    rememberEngine(stack, { address: "ssh://deploy@games.example", isRemote: true });
    vi.stubEnv("DOCKER_HOST", "tcp://10.0.0.1:2376");
    await expect(useEngineToDeploy(stack)).rejects.toThrow(
      `Stack ${stack} runs on the engine at ssh://deploy@games.example, and this command would deploy it to tcp://10.0.0.1:2376: run "npm stop -- --stack ${stack}" first, which asks ssh://deploy@games.example; or set DOCKER_HOST=ssh://deploy@games.example.`,
    );
  });
});
