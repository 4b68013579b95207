/** `npm run test:registry`: README.md says what it proves. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { readArguments } from "../../cli/arguments.ts";
import { runCommand } from "../../cli/command.ts";
import { repositoryOf } from "../../images/registry.ts";
import { attached } from "../../push/attach.ts";
import type { PushResult } from "../../push/push.ts";
import { SBOM_TYPE } from "../../push/sbom.ts";
import { whyNoPulumi } from "../e2e/support/pulumi.ts";
import { run, succeed } from "../e2e/support/run.ts";
import { type Env, frame } from "../remote/frame.ts";
import { type Registry, startRegistry } from "./registry.ts";
import { relayLoopback } from "./relay.ts";

const help = `npm run test:registry

Pushes the images of a small stack to a registry that it starts, and deploys them by digest to an engine that has none. Needs root on Debian or
Ubuntu and the images of \`npm run images\`; leaves nothing behind, ended early too. Takes 5 minutes. Exit code 0 when all of it holds.`;

const stack = `registry-${process.pid}`;
const folder = mkdtempSync(path.join(tmpdir(), "registry-"));
const engine = `/tmp/registry-engine-${process.pid}`;
const ADDRESS = `10.82.${process.pid % 200}.2`;
const OFFSET = Number(process.env.REGISTRY_PORT_OFFSET ?? 3450);
const OWN = ["collector", "instrumentation", "other-python"];

const { stackFile, report, machine, npm, prove } = frame(stack, engine, ADDRESS);

/** A collector, the instrumentation and one service: images of this repository alone. */
function writeStack(): void {
  const config = {
    environment: "registry",
    images: "official",
    backend: "otlp",
    otlp: { endpoint: "http://127.0.0.1:4318" },
    portOffset: OFFSET,
    drive: "none",
    postgres: "none",
    redis: "none",
    rabbitmq: "none",
    containerMetrics: false,
    containerLogs: false,
    hostMetrics: false,
    protect: false,
    services: [
      {
        name: "web",
        role: "http",
        image: "build:other-python",
        instrumentation: "inject",
        command: ["python", "-m", "http.server", "8000"],
        health: ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000')"],
        memory: 128,
      },
    ],
  };
  const keys = Object.entries(config).map(([name, value]) => [`game-scheduler-otel:${name}`, value]);
  writeFileSync(stackFile, stringify({ config: Object.fromEntries(keys) }));
}

async function pushed(registry: Registry, env: Env): Promise<readonly PushResult[]> {
  const push = () =>
    run("npm", ["run", "push", "--silent", "--", `${registry.host}/team`, "--stack", stack, "--json"], {
      env,
      timeoutSeconds: 1800,
    });
  const first = await push();
  const results: readonly PushResult[] = first.code === 0 ? JSON.parse(first.stdout) : [];
  const said = JSON.stringify(results);
  report(
    "npm run push: all images of the stack, with papers attached",
    results.map(({ image }) => image).join() === OWN.join() &&
      results.every(({ outcome, papers }) => outcome === "pushed" && papers?.unattached === undefined),
    first.all + said,
    first.seconds,
  );
  const again = await push();
  report(
    "npm run push again pushes nothing",
    again.code === 0 &&
      (JSON.parse(again.stdout) as PushResult[]).every(
        ({ outcome, digest }, i) => outcome === "present" && digest === results[i]?.digest,
      ),
    again.all,
    again.seconds,
  );
  const { DOCKER_CONFIG: _, ...stranger } = env;
  mkdirSync(path.join(folder, "stranger"));
  const refused = await run("npm", ["run", "push", "--silent", "--", `${registry.host}/team`, "--stack", stack], {
    env: { ...stranger, DOCKER_CONFIG: path.join(folder, "stranger") },
  });
  report(
    "without docker login it is refused in a sentence",
    refused.code === 1 && refused.all.includes(`docker login ${registry.host}`),
    refused.all,
  );
  return results;
}

/** What the registry holds beside an image names what the image is made of. */
async function papers(registry: Registry, results: readonly PushResult[]): Promise<void> {
  const expected: Readonly<Record<string, string>> = {
    collector: "pkg:golang/go.opentelemetry.io/collector/",
    instrumentation: "pkg:pypi/opentelemetry-sdk@",
    "other-python": "pkg:deb/debian/libc6@",
  };
  for (const { image, digest } of results) {
    const { user, password, host } = registry;
    const repository = repositoryOf({ registry: host, repository: `team/${image}` }, { user, password });
    const [text = "", ...more] = await attached(repository, digest, SBOM_TYPE);
    const holds = more.length === 0 && text.includes(expected[image] ?? "no such image");
    report(
      `the bill of materials of ${image} is attached: ${text.match(/"type": "library"/g)?.length ?? 0} packages`,
      holds,
      text,
    );
  }
}

async function deployed(
  title: string,
  deploy: "compose" | "pulumi",
  results: readonly PushResult[],
  env: Env,
): Promise<void> {
  const started = await npm("start", env, "--deploy", deploy, "--images", "official", "--no-verify");
  const inspected = await run("docker", ["ps", "-q"], { env });
  const ids = inspected.stdout.split("\n").filter((id) => id !== "");
  const images = await run("docker", ["inspect", "--format", "{{.Image}}", ...ids], { env });
  const of = async (reference: string) =>
    (await run("docker", ["image", "inspect", "--format", "{{.Id}}", reference], { env })).stdout.trim();
  const wanted = await Promise.all(results.map(({ reference }) => of(reference)));
  const running = new Set(images.stdout.split("\n"));
  report(
    title,
    started.code === 0 && wanted.every((id) => id !== "" && running.has(id)),
    `${started.all}\n${inspected.all}\n${images.all}`,
    started.seconds,
  );
}

async function emptied(env: Env): Promise<void> {
  await npm("stop", env, "--volumes");
  const listed = await run("docker", ["images", "-q", "--no-trunc"], { env });
  const ids = [...new Set(listed.stdout.split("\n"))].filter((id) => id !== "");
  if (ids.length > 0) await succeed("docker", ["image", "rm", "--force", ...ids], { env });
}

async function refusedStart(title: string, env: Env): Promise<void> {
  const started = await npm("start", env, "--deploy", "compose", "--images", "official", "--no-verify");
  const running = await run("docker", ["ps", "-q"], { env });
  report(title, started.code === 1 && running.stdout.trim() === "", started.all, started.seconds);
}

/** Other bytes under the digest of the collector's manifest, as whoever owns the registry's disk could put there. */
function tamper(registry: Registry, digest: string): () => void {
  const hex = digest.replace("sha256:", "");
  const blob = path.join(registry.data, "docker/registry/v2/blobs/sha256", hex.slice(0, 2), hex, "data");
  const was = readFileSync(blob, "utf8");
  writeFileSync(blob, was.replace(/\n?$/, " "));
  return () => writeFileSync(blob, was);
}

/** What runs, to be ended whatever happens. */
const started: { registry?: Registry; relay?: Awaited<ReturnType<typeof relayLoopback>> } = {};

async function main(): Promise<void> {
  const registry = await startRegistry(folder);
  started.registry = registry;
  report("a registry that wants a password", readdirSync(folder).includes("htpasswd"), "");
  const DOCKER_CONFIG = path.join(folder, "docker");
  mkdirSync(DOCKER_CONFIG);
  const here = { DOCKER_CONFIG };
  const login = ["login", "--username", registry.user, "--password-stdin", registry.host];
  await succeed("docker", login, { env: here, input: registry.password });
  writeStack();
  const results = await pushed(registry, here);
  await papers(registry, results);
  await elsewhere(registry, results, here);
}

async function remove(): Promise<void> {
  const { registry, relay } = started;
  await relay?.close();
  await machine("down");
  if (registry !== undefined) {
    for (const image of OWN) await run("docker", ["image", "rm", ...(await tagsOf(registry, image))]);
    await registry.stop();
  }
  rmSync(folder, { recursive: true, force: true });
}

const tagsOf = async ({ host }: Registry, image: string): Promise<readonly string[]> =>
  (await run("docker", ["images", "--format", "{{.Repository}}:{{.Tag}}", `${host}/team/${image}`])).stdout
    .trim()
    .split("\n");

/** On an engine that has no image at all. */
async function elsewhere(registry: Registry, results: readonly PushResult[], here: Env): Promise<void> {
  const up = await machine("up");
  if (up.code !== 0) throw new Error(`The second machine did not come up:\n${up.all}`);
  const namespace = /REMOTE_NETNS=(\S+)/.exec(readFileSync(`${engine}/env.sh`, "utf8"))?.[1] ?? "";
  started.relay = await relayLoopback(namespace, registry.port, path.join(folder, "relay"));
  const env = {
    ...here,
    DOCKER_HOST: `tcp://${ADDRESS}:2376`,
    DOCKER_TLS_VERIFY: "1",
    DOCKER_CERT_PATH: `${engine}/certificates`,
  };
  await deployed("npm start on another engine runs the images of these digests", "compose", results, env);
  await emptied(env);
  const why = whyNoPulumi();
  if (why === undefined) {
    await deployed("pulumi up on another engine runs the images of these digests", "pulumi", results, env);
    await emptied(env);
  } else console.log(`skipped: pulumi up on another engine: ${why}`);

  const [collector] = results;
  const restore = tamper(registry, collector?.digest ?? "");
  await refusedStart("other bytes under a digest are refused, and nothing is started", env);
  restore();
  const written = readFileSync(stackFile, "utf8");
  writeFileSync(stackFile, written.replace(collector?.digest ?? "none", `sha256:${"0".repeat(64)}`));
  await refusedStart("a digest that the registry does not have is refused", env);
  writeFileSync(stackFile, written.replace(/ {6}instrumentation:[0-9a-f]{12}:.*\n/, ""));
  await refusedStart("a stack without one of its digests is refused", env);
}

await runCommand({ name: "test:registry", help }, (argv) => {
  readArguments(argv, "test:registry", {});
  return prove(main, remove);
});
