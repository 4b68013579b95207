import { existsSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { bridgeAddress } from "../../difference/record/stack.ts";
import { type ContainerFacts, containers } from "./support/docker.ts";
import { projectDir, run, succeed } from "./support/run.ts";
import { asNobody, reachableFrom, readEverything, secretsOf, writesAccepted } from "./support/scan.ts";
import { containerName, localDir, stack } from "./support/stack.ts";

let all: readonly ContainerFacts[];
let secrets: readonly string[];
beforeAll(async () => {
  all = await containers();
  secrets = await secretsOf(
    localDir,
    all.map(({ environment }) => environment),
  );
  expect(secrets.length).toBeGreaterThanOrEqual(3);
});
const secretsIn = (text: string): readonly string[] => secrets.filter((secret) => text.includes(secret));

describe.skipIf(process.getuid?.() !== 0)("another user of the machine", () => {
  test("reads no file below .local", async () => {
    const found = await asNobody(`find '${projectDir}/.local' -type f -readable 2>/dev/null`);
    expect(found.stdout).toBe("");
  });

  test("sees no secret in what processes were started with", async () => {
    const seen = await asNobody("cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; true");
    expect(seen.stdout.length).toBeGreaterThan(1000);
    expect(secretsIn(seen.stdout).length).toBe(0);
  });

  test("reaches neither the engine nor its volumes, the sockets on them included", async () => {
    const engine = await asNobody("docker version --format '{{.Server.Version}}'");
    expect(engine.code).not.toBe(0);
    const { stdout } = await succeed("docker", [
      "volume",
      "ls",
      "-q",
      "--filter",
      `label=com.github.game-scheduler-otel.stack=${stack}`,
    ]);
    const volumes = stdout.split("\n").filter((name) => name !== "");
    expect(volumes.length).toBeGreaterThan(5);
    const { stdout: places } = await succeed("docker", [
      "volume",
      "inspect",
      "--format",
      "{{.Mountpoint}}",
      ...volumes,
    ]);
    const seen = await asNobody(
      `for place in ${places.trim().replaceAll("\n", " ")}; do ls "$place" 2>/dev/null; done; true`,
    );
    expect([seen.code, seen.stdout]).toEqual([0, ""]);
    expect(existsSync(places.split("\n")[0] ?? "")).toBe(true);
  });
});

describe("whoever asks the published ports", () => {
  const published = () =>
    all.flatMap(({ name, published: ports }) => ports.map((port) => ({ name, address: `http://${port}` })));

  test("is told no secret", async () => {
    for (const { name, address } of published()) {
      expect({ name, address, secrets: secretsIn(await readEverything(address)).length }).toEqual({
        name,
        address,
        secrets: 0,
      });
    }
  });

  // docs/engines.md says so: who may use the machine may send metrics and logs to the stores on it. Nothing else, and nothing through the console.
  test("sends metrics and logs to two stores of backend jaeger as the collector does, and changes, deletes or stops nothing", async () => {
    const accepted: string[] = [];
    for (const { name, address } of published())
      accepted.push(...(await writesAccepted(address)).map((write) => `${name}: ${write}`));
    expect(accepted.toSorted()).toEqual(KNOWN);
  });
});

/** Of the stores that the collector delivers to, through the port at which they are asked: neither of them tells the two apart. */
const KNOWN: readonly string[] = [
  "prometheus: POST /api/v1/otlp/v1/metrics",
  "prometheus: POST /api/v1/write",
  "victorialogs: POST /insert/elasticsearch/_bulk",
  "victorialogs: POST /insert/jsonline",
  "victorialogs: POST /insert/loki/api/v1/push",
  "victorialogs: POST /insert/opentelemetry/v1/logs",
  "victorialogs: POST /internal/force_merge",
  "vmalert: POST /-/reload",
];

describe("a container", () => {
  const image = () => all.find(({ name }) => name === "docker-api")?.image ?? "";
  const inner = async (): Promise<readonly string[]> => {
    const format =
      "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}{{range $port, $_ := .NetworkSettings.Ports}} {{$port}}{{end}}";
    const asked = await succeed("docker", [
      "inspect",
      "--format",
      format,
      ...all.map(({ name }) => containerName(name)),
    ]);
    return asked.stdout.split("\n").flatMap((line) => {
      const [ip = "", ...ports] = line.trim().split(" ");
      return ip === "" ? [] : ports.map((port) => `${ip}:${port.split("/")[0]}`);
    });
  };

  test("on the engine's default network reaches no container of the stack, and no published port", async () => {
    const gateway = await bridgeAddress();
    const outer = all.flatMap(({ published }) => published.map((port) => `${gateway}:${port.split(":")[1]}`));
    const addresses = [...(await inner()), ...outer];
    expect(addresses.length).toBeGreaterThan(15);
    expect(await reachableFrom("bridge", image(), addresses)).toEqual([]);
  });

  test("of the stack reaches the others, as it must, and neither the engine nor the proxy of its API", async () => {
    expect((await reachableFrom(containerName("main"), image(), await inner())).length).toBeGreaterThan(8);
    const proxy = await run("docker", [
      "inspect",
      "--format",
      "{{.HostConfig.NetworkMode}}",
      containerName("docker-api"),
    ]);
    expect(proxy.stdout.trim()).toBe("none");
  });
});
