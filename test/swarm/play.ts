/** A swarm of three engines on this machine, under load, with everything that happens to one. Started by `run.ts`, which removes the engines. */

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { numberOption, readArguments } from "../../cli/arguments.ts";
import { runCommand } from "../../cli/command.ts";
import { ROOT } from "../../cli/paths.ts";
import { pulumiOnPath } from "../../cli/pulumi.ts";
import { type Engine, Engines, requireMachine } from "./engines.ts";
import { judgedOn } from "./guard.ts";
import { type Cost, costOf, Load, missing, SENDER_IMAGE, usage } from "./load.ts";
import { namesOf } from "./names.ts";
import { releasesOn, type SwarmDeployer } from "./release.ts";
import { Sink } from "./sink.ts";
import { configOf, Stack, written } from "./stack.ts";

const say = (text: string): void => console.log(`${new Date().toISOString().slice(11, 19)}  ${text}`);

async function main(argv: readonly string[]): Promise<number> {
  const args = readArguments(argv, "test:swarm", {
    rate: "text",
    seconds: "text",
    only: "text",
    deploy: "text",
    images: "list",
  });
  const rate = numberOption(args, "rate", { from: 20, to: 5000, otherwise: 400, whole: true });
  const seconds = numberOption(args, "seconds", { from: 5, to: 600, otherwise: 30, whole: true });
  requireMachine();
  const engines = new Engines(namesOf());
  const failures: string[] = [];
  const result: Record<string, unknown> = { rate, seconds };
  const only = args.text("only");
  const plays = (part: string) => only === undefined || only === part;
  if (plays("one")) Object.assign(result, await oneNode(engines, args.list("images"), failures));
  if (plays("release"))
    Object.assign(result, await releases(engines, args.text("deploy"), args.list("images"), failures));
  if (plays("three"))
    Object.assign(result, await threeNodes(engines, { rate, seconds, images: args.list("images") }, failures));
  const folder = join(ROOT, ".local", "swarm-test");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "result.json"), `${JSON.stringify({ ...result, failures }, null, 2)}\n`);
  for (const failure of failures) say(`FAILED: ${failure}`);
  say(failures.length === 0 ? "everything held" : `${failures.length} did not hold`);
  return failures.length === 0 ? 0 : 1;
}

/** Gives an engine images of this machine's own, and those of a file. */
function provide(engine: Engine, images: readonly string[], files: readonly string[]): void {
  for (const file of files) engine.load(`cat ${file}`);
  const has = new Set(engine.docker("images", "--format", "{{.Repository}}:{{.Tag}}").split("\n"));
  const wanted = images.filter((image) => !has.has(image));
  const known = wanted.filter((image) => {
    try {
      execFileSync("docker", ["image", "inspect", image], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  });
  const lacking = wanted.filter((image) => !known.includes(image));
  if (lacking.length > 0)
    throw new Error(`Not on this machine: ${lacking.join(", ")}. Build them with: npm run images`);
  if (known.length > 0) engine.load(`docker save ${known.join(" ")}`);
}

async function swarmOf(engines: Engines, numbers: readonly number[]): Promise<readonly Engine[]> {
  const made: Engine[] = [];
  for (const number of numbers) made.push(await engines.start(number));
  const [manager, ...workers] = made;
  if (manager === undefined) throw new Error("no engine");
  const state = manager.docker("info", "--format", "{{.Swarm.LocalNodeState}}");
  if (state !== "active") {
    const pool = ["--default-addr-pool", "10.202.0.0/16", "--default-addr-pool-mask-length", "24"];
    manager.docker(
      "swarm",
      "init",
      "--advertise-addr",
      manager.address,
      "--listen-addr",
      `${manager.address}:2377`,
      ...pool,
    );
    manager.docker("node", "update", "--label-add", "state=true", manager.node);
  }
  const token = manager.docker("swarm", "join-token", "-q", "worker");
  for (const worker of workers) worker.docker("swarm", "join", "--token", token, `${manager.address}:2377`);
  return made;
}

/** The whole stack on one node, and the proof of its telemetry, asked in the node's own network. */
async function oneNode(engines: Engines, images: readonly string[], failures: string[]): Promise<object> {
  const [manager] = await swarmOf(engines, [1]);
  if (manager === undefined) return {};
  const file = await written(engines, { "collector.replicas": "1" });
  say(`one node: ${file.services.length} services, ${file.images.length} images`);
  provide(manager, file.images, images);
  const stack = new Stack(manager, file);
  stack.deploy(file);
  const up = Math.round(await stack.converged(300));
  say(`one node: every service runs after ${up} s`);
  const outputs = join(engines.folder, "local", "outputs.json");
  const verify = [
    process.execPath,
    join(ROOT, "verify", "cli.ts"),
    "--stack",
    "swarm",
    "--outputs",
    outputs,
    "--drive",
    "--json",
  ];
  // In a swarm nothing waits for anything: a service that is up may still be looking for its broker, and says "try again later".
  let report = proof(engines, verify);
  for (let tries = 1; report.complete !== true && tries < 3; tries++) {
    say("one node: telemetry is not complete yet, asked again in 20 s");
    await sleep(20_000);
    report = proof(engines, verify);
  }
  say(`one node: telemetry ${report.complete === true ? "complete" : "NOT complete"}`);
  if (report.complete !== true) failures.push("one node: telemetry is not complete");
  const wrong = await judgedOn(manager, stack, "web");
  say(`one node: the release guard ${wrong.length === 0 ? "names what is wrong, and nothing else" : "is WRONG"}`);
  failures.push(...wrong.map((sentence) => `one node, release guard: ${sentence}`));
  manager.docker("stack", "rm", stack.name);
  await sleep(15_000);
  return { one: { upSeconds: up, complete: report.complete === true } };
}

/** Releases on one node, by Docker's own client and by the Pulumi CLI where there is one. */
async function releases(
  engines: Engines,
  wanted: string | undefined,
  images: readonly string[],
  failures: string[],
): Promise<object> {
  const [manager] = await swarmOf(engines, [1]);
  if (manager === undefined) return {};
  const has = pulumiOnPath() !== undefined;
  if (!has) say("releases: no Pulumi CLI on PATH, so Docker's own client alone deploys");
  const all: readonly SwarmDeployer[] = has ? ["stack", "pulumi"] : ["stack"];
  const result: Record<string, unknown> = {};
  for (const deployer of all.filter((one) => wanted === undefined || one === wanted)) {
    const give = (needed: readonly string[]) => provide(manager, needed, images);
    const played = await releasesOn({ engines, manager, deployer, provide: give, say });
    failures.push(...played.failures);
    result[deployer] = played.played;
  }
  return { releases: result };
}

/** What `verify` says on a node, also where it says that something is missing. */
function proof(engines: Engines, verify: readonly string[]): { readonly complete?: boolean } {
  try {
    return JSON.parse(engines.inside(1, verify, ROOT));
  } catch (error) {
    const text = String(Reflect.get(Object(error), "stdout") ?? "");
    return text.startsWith("{") ? JSON.parse(text) : {};
  }
}

interface Options {
  readonly rate: number;
  readonly seconds: number;
  readonly images: readonly string[];
}

/** Nothing but agents and gateways, which send to a backend that knows every span. */
const tierOnly = (endpoint: string): Readonly<Record<string, string>> => ({
  backend: "otlp",
  "otlp.endpoint": endpoint,
  services: "[]",
  content: "[]",
  drive: "none",
  postgres: "none",
  rabbitmq: "none",
  "collector.replicas": "1",
  "expected.spans": "1000",
});

async function threeNodes(engines: Engines, { rate, seconds, images }: Options, failures: string[]): Promise<object> {
  const all = await swarmOf(engines, [1, 2, 3]);
  const [first, second, third] = all;
  if (first === undefined || second === undefined || third === undefined) return {};
  const sink = await Sink.listen(engines.host);
  try {
    const plain = tierOnly(`http://${engines.host}:${sink.port}`);
    const file = await written(engines, plain);
    for (const engine of all) provide(engine, [...file.images, SENDER_IMAGE], images);
    // as the user of a collector may read it
    const config = join(engines.folder, "gateway.yaml");
    writeFileSync(config, configOf(file, "collector"), { mode: 0o644 });
    const stack = new Stack(first, file);
    stack.deploy(file);
    await stack.converged(180);
    say("three nodes: an agent on each, one gateway");
    const changes = await underChange({ engines, all, stack, sink }, [first, second], { rate, seconds }, failures);
    const lost = await nodeLost({ engines, all, stack, sink }, [first, second], { third, rate, config }, failures);
    const sampled = await written(engines, {
      ...plain,
      "collector.replicas": "4",
      "sampling.mode": "tail",
      "sampling.baseline": "0",
    });
    stack.deploy(sampled);
    await sleep(5000);
    await stack.converged(240);
    const together = await sampledTogether({ stack, sink }, [first, second], rate, failures);
    return { three: { ...changes, ...lost, ...together } };
  } finally {
    await sink.close();
  }
}

interface Place {
  readonly engines: Engines;
  readonly all: readonly Engine[];
  readonly stack: Stack;
  readonly sink: Sink;
}

const described = ({ rate, gateways, agents, idle }: Cost): string =>
  `${rate} spans/s, ${gateways} CPU s per 100 000 spans and ${idle.gateways} cores idle (agents ${agents} and ${idle.agents})`;

type Pair = readonly [Engine, Engine];

/** One gateway, then four with four times the load, then each of them replaced, then each agent. */
async function underChange(
  { engines, all, stack, sink }: Place,
  senders: Pair,
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
  failures: string[],
): Promise<object> {
  const before = { seen: sink.spans, again: sink.again };
  const tier = { engines, all, stack, sink };
  const idleOne = await usage(tier, seconds);
  const load = new Load(senders, { stack, rate, run: "change" });
  await sleep(15_000);
  const one = costOf(await usage(tier, seconds), idleOne);
  say(`1 gateway: ${described(one)}`);
  stack.scale("collector", 4);
  await stack.converged(120);
  const more = new Load(senders, { stack, rate: 3 * rate, run: "more" });
  await sleep(15_000);
  const loaded = await usage(tier, seconds);
  const extra = more.stop();
  const gateways = Math.round(stack.update("collector"));
  say(`each gateway replaced in ${gateways} s`);
  const agents = Math.round(stack.update("agent"));
  say(`each agent replaced in ${agents} s`);
  await sleep(5000);
  const own = load.stop();
  const taken = own.taken + extra.taken;
  const repeated = own.repeated + extra.repeated;
  const lost = await missing(sink, before.seen + taken);
  const twice = sink.again - before.again;
  say(
    `scaled and updated under load: ${taken} spans sent (${repeated} requests repeated), ${lost} lost, ${twice} twice`,
  );
  if (lost !== 0) failures.push(`scaled and updated under load: ${lost} of ${taken} spans lost`);
  await sleep(10_000);
  const four = costOf(loaded, await usage(tier, seconds));
  say(`4 gateways on ${stack.nodesOf("collector").join(", ")}: ${described(four)}`);
  const linear = four.gateways / one.gateways;
  if (linear > 1.5) failures.push(`4 gateways cost ${linear.toFixed(2)} times as much a span as 1`);
  return { one, four, change: { taken, repeated, lost, twice, gateways, agents } };
}

/** A node loses its power under load: what it had on disk arrives once it is back. */
async function nodeLost(
  { engines, stack, sink }: Place,
  senders: Pair,
  { third, rate, config }: { readonly third: Engine; readonly rate: number; readonly config: string },
  failures: string[],
): Promise<object> {
  const before = { seen: sink.spans, again: sink.again };
  const load = new Load(senders, { stack, rate, run: "node" });
  await sleep(10_000);
  const there = stack.nodesOf("collector").filter((node) => node === third.node).length;
  const begun = Date.now();
  await engines.kill(third.number);
  say(`${third.node} lost, with its agent and ${there} of 4 gateways`);
  while (stack.nodesOf("collector").filter((node) => node !== third.node).length < 4 && Date.now() - begun < 180_000)
    await sleep(500);
  const moved = Math.round((Date.now() - begun) / 1000);
  say(`4 gateways on the nodes that are left after ${moved} s`);
  await sleep(10_000);
  const { taken, repeated } = load.stop();
  const away = await missing(sink, before.seen + taken);
  say(`${taken} spans sent (${repeated} requests repeated), ${away} wait on the lost node's disk`);
  await engines.start(third.number);
  await stack.converged(180);
  const agentBack = await missing(sink, before.seen + taken, 45);
  const recovered = agentBack === 0 ? 0 : await drained({ stack, third, sink, config }, before.seen + taken);
  const lost = await missing(sink, before.seen + taken, 1);
  const twice = sink.again - before.again;
  say(
    `${third.node} is back: its agent delivered ${away - agentBack}, the left queues of its gateways ${recovered}; ${lost} lost, ${twice} twice`,
  );
  if (lost !== 0) failures.push(`a node lost: ${lost} of ${taken} spans lost`);
  return { node: { taken, repeated, moved, away, agentBack, recovered, lost, twice } };
}

/** Gateways that moved left their queues behind. A collector with such a volume delivers it, as docs/swarm.md says. */
async function drained(
  { stack, third, sink, config }: { stack: Stack; third: Engine; sink: Sink; config: string },
  wanted: number,
): Promise<number> {
  const before = sink.spans;
  const volumes = third
    .docker("volume", "ls", "-q")
    .split("\n")
    .filter((volume) => volume.includes("-collector-data-"));
  for (const [i, volume] of volumes.entries()) {
    const inUse = third.docker("ps", "-q", "--filter", `volume=${volume}`) !== "";
    if (inUse) continue;
    const [container = ""] = stack.containers(third, "agent");
    const image = third.docker("inspect", "--format", "{{.Config.Image}}", container);
    third.docker(
      ...["run", "-d", "--name", `drain-${i}`, "--network", `${stack.name}-main`, "--user", "10001:10001"],
      ...["-e", "COLLECTOR_INSTANCE=drain", "-e", "GOMEMLIMIT=192MiB", "-v", `${volume}:/var/lib/otelcol`],
      ...["-v", `${config}:/etc/otelcol/config.yaml:ro`, image, "--config=/etc/otelcol/config.yaml"],
    );
  }
  await missing(sink, wanted, 20);
  for (const i of volumes.keys()) {
    try {
      third.docker("rm", "-f", `drain-${i}`);
    } catch {
      // that volume was in use
    }
  }
  return sink.spans - before;
}

/** Two halves of a trace come by different agents; only the second has an error, and nothing else is kept: so they met, or the first half is gone. */
async function sampledTogether(
  { stack, sink }: Pick<Place, "stack" | "sink">,
  senders: Pair,
  rate: number,
  failures: string[],
): Promise<object> {
  const before = sink.spans;
  const load = new Load(senders, { stack, rate, run: "tail" });
  await sleep(20_000);
  const { taken } = load.stop();
  const apart = await missing(sink, before + taken, 30);
  say(`tail sampling by 4 gateways: ${taken} spans of traces in two halves, ${apart} missing`);
  if (apart !== 0) failures.push(`tail sampling by 4 gateways: ${apart} of ${taken} spans did not meet their trace`);
  return { tail: { taken, missing: apart } };
}

await runCommand({ name: "test:swarm", help: "Started by run.ts." }, main);
