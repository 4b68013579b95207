import { existsSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { bridgeAddress } from "../../difference/record/stack.ts";
import { type ContainerFacts, containers } from "./support/docker.ts";
import { projectDir, run, succeed } from "./support/run.ts";
import { asNobody, lookAsNobody, reachableFrom, readEverything, secretsOf, writesAccepted } from "./support/scan.ts";
import { containerName, localDir, stack, stackOutputs } from "./support/stack.ts";

/** Containers of the example, which are no part of what is there for telemetry. */
const EXAMPLE_SERVICES = ["api", "bot", "notification", "status", "frontend", "discord"];

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

  test("sends, changes, deletes and stops nothing", async () => {
    const accepted: string[] = [];
    for (const { name, address } of published())
      accepted.push(...(await writesAccepted(address)).map((write) => `${name}: ${write}`));
    expect(accepted).toEqual([]);
  });

  test("is told by a store in a sentence that it is only read, and may ask", async () => {
    const query = (await stackOutputs()).query.find(({ kind }) => kind === "jaeger");
    if (query?.kind !== "jaeger") throw new Error("The stack has no local backend.");
    const refused = await fetch(`${query.victorialogs}/insert/jsonline`, { method: "POST", body: "{}" });
    expect([refused.status, await refused.text()]).toEqual([
      403,
      "Only reading is possible here: nothing but the collector writes to victorialogs.\n",
    ]);
    const form = { method: "POST", body: new URLSearchParams({ query: "up" }) };
    const asked = await fetch(`${query.prometheus}/api/v1/query`, form);
    expect([asked.status, JSON.parse(await asked.text()).status]).toEqual([200, "success"]);
    const counted = await fetch(`${query.victorialogs}/select/logsql/query`, {
      method: "POST",
      body: new URLSearchParams({ query: "* | stats count() records" }),
    });
    expect([counted.status, Number(JSON.parse(await counted.text()).records) > 0]).toEqual([200, true]);
  });
});

/** What applications send to, and what is asked whether it works: of all that is there for telemetry, all that others reach by a container's address. */
const INTAKE = ["collector:13133", "collector:4317", "collector:4318", "collector:4319"];
const INTAKE_WRITES = [
  ...["logs", "metrics", "traces"].map((signal) => `collector:4318 POST /v1/${signal}`),
  // what pages in browsers send
  ...["logs", "traces"].map((signal) => `collector:4319 POST /v1/${signal}`),
];
/** The stores and the console as everyone reads them. */
const PAGES = ["console:16686", "console:8080", "console:9090", "console:9428"];

describe.skipIf(process.getuid?.() !== 0)("by the addresses of containers", () => {
  interface Address {
    readonly name: string;
    readonly ip: string;
    readonly pid: number;
  }
  let addresses: readonly Address[];
  beforeAll(async () => {
    const format = "{{.State.Pid}}{{range .NetworkSettings.Networks}} {{.IPAddress}}{{end}}";
    const asked = await succeed("docker", [
      "inspect",
      "--format",
      format,
      ...all.map(({ name }) => containerName(name)),
    ]);
    addresses = asked.stdout
      .trim()
      .split("\n")
      .flatMap((line, i) => {
        const [pid = "", ...ips] = line.trim().split(" ");
        return ips.map((ip) => ({ name: all[i]?.name ?? "", ip, pid: Number(pid) }));
      });
  });
  /** What is there for telemetry; the rest is the application. */
  const telemetry = () => {
    const application = new Set([...EXAMPLE_SERVICES, "postgres", "redis", "rabbitmq"]);
    return addresses.filter(({ name }) => !application.has(name));
  };
  const named = (found: readonly string[]) => {
    const names = new Map(addresses.map(({ ip, name }) => [ip, name]));
    return [...new Set(found.map((text) => text.replace(/^[\d.]+/, (ip) => names.get(ip) ?? ip)))].sort();
  };

  test("another user of the machine finds the collector's intake, and stores that are only read", async () => {
    const ips = telemetry().map(({ ip }) => ip);
    expect(ips.length).toBeGreaterThan(8);
    const { open, accepted } = await lookAsNobody(ips);
    expect([named(open), named(accepted)]).toEqual([[...INTAKE, ...PAGES], INTAKE_WRITES]);
  });

  test("a service of the stack finds the collector's intake, and no store, console or proxy of the engine", async () => {
    const api = addresses.find(({ name }) => name === "api");
    const { open, accepted } = await lookAsNobody(
      telemetry().map(({ ip }) => ip),
      api?.pid ?? 0,
    );
    expect([named(open), named(accepted)]).toEqual([INTAKE, INTAKE_WRITES]);
    const python =
      "import socket, sys\nfor name in sys.argv[1:]:\n  try: print(name, socket.gethostbyname(name))\n  except OSError: pass";
    const names = [...new Set(telemetry().map(({ name }) => name))];
    const known = await succeed("docker", ["exec", containerName("api"), "python", "-I", "-c", python, ...names]);
    expect(
      known.stdout
        .trim()
        .split("\n")
        .map((line) => line.split(" ")[0])
        .sort(),
    ).toEqual(expect.arrayContaining(["collector"]));
    expect(known.stdout).not.toMatch(/^(jaeger|prometheus|victorialogs|vmalert|alertmanager|console|docker-api) /m);
  });

  test("the collector reaches the stores, so that what others do not find is there", async () => {
    const collector = addresses.find(({ name }) => name === "collector");
    const { open } = await lookAsNobody(
      telemetry().map(({ ip }) => ip),
      collector?.pid ?? 0,
    );
    expect(named(open)).toEqual(
      expect.arrayContaining(["jaeger:16686", "jaeger:4318", "prometheus:9090", "victorialogs:9428", "vmalert:8880"]),
    );
  });
});

describe("a container", () => {
  const image = () => all.find(({ name }) => name === "docker-api")?.image ?? "";
  const inner = async (): Promise<readonly string[]> => {
    const format =
      "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}|{{range $port, $_ := .NetworkSettings.Ports}} {{$port}}{{end}}";
    const asked = await succeed("docker", [
      "inspect",
      "--format",
      format,
      ...all.map(({ name }) => containerName(name)),
    ]);
    return asked.stdout.split("\n").flatMap((line) => {
      const [ips = [], ports = []] = line.split("|").map((half) => half.split(" ").filter((part) => part !== ""));
      return ips.flatMap((ip) => ports.map((port) => `${ip}:${port.split("/")[0]}`));
    });
  };

  test("on the engine's default network reaches no container of the stack, and no published port", async () => {
    const gateway = await bridgeAddress();
    const outer = all.flatMap(({ published }) => published.map((port) => `${gateway}:${port.split(":")[1]}`));
    const addresses = [...(await inner()), ...outer];
    expect(addresses.length).toBeGreaterThan(15);
    expect(await reachableFrom("bridge", image(), addresses)).toEqual([]);
  });

  test("of the stack reaches the stores of the application, as it must, and the proxy of the engine's API has no network", async () => {
    expect((await reachableFrom(containerName("main"), image(), await inner())).length).toBeGreaterThan(4);
    const proxy = await run("docker", [
      "inspect",
      "--format",
      "{{.HostConfig.NetworkMode}}",
      containerName("docker-api"),
    ]);
    expect(proxy.stdout.trim()).toBe("none");
  });
});
