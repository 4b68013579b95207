/** Three nodes under load: the tier grows and is updated, a node is lost, traces are sampled together. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Engine, Engines } from "./engines.ts";
import { type Cost, costOf, Load, missing, SENDER_IMAGE, usage } from "./load.ts";
import { provide, swarmOf } from "./nodes.ts";
import { say } from "./say.ts";
import { Sink } from "./sink.ts";
import { configOf, Stack, written } from "./stack.ts";

/** What happens to three nodes, in this order; each can be played by itself. */
export const PHASES = ["change", "lost", "tail"] as const;
export type Phase = (typeof PHASES)[number];

interface Options {
  readonly phases: readonly Phase[];
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
  "expected.spans": "1000",
});

/** @returns figures of each phase @param failures gets a sentence for all that did not hold */
export async function threeNodes(
  engines: Engines,
  { phases, rate, seconds, images }: Options,
  failures: string[],
): Promise<object> {
  const all = await swarmOf(engines, [1, 2, 3]);
  const [first, second, third] = all;
  if (first === undefined || second === undefined || third === undefined) return {};
  const sink = await Sink.listen(engines.host);
  try {
    const gateways = { "collector.replicas": phases.includes("change") ? "1" : "4" };
    const plain = { ...tierOnly(`http://${engines.host}:${sink.port}`), ...gateways };
    const file = await written(engines, plain);
    for (const engine of all) provide(engine, [...file.images, SENDER_IMAGE], images);
    // as the user of a collector may read it
    const config = join(engines.folder, "gateway.yaml");
    writeFileSync(config, configOf(file, "collector"), { mode: 0o644 });
    const stack = new Stack(first, file);
    stack.deploy(file);
    await stack.converged(180);
    say(`three nodes: an agent on each, ${gateways["collector.replicas"]} gateways`);
    const place = { engines, all, stack, sink };
    const senders: Pair = [first, second];
    const played: Readonly<Record<Phase, () => Promise<object>>> = {
      change: () => underChange(place, senders, { rate, seconds }, failures),
      lost: () => nodeLost(place, senders, { third, rate, config }, failures),
      tail: async () => {
        stack.deploy(await written(engines, { ...plain, ...TAIL }));
        await sleep(5000);
        await stack.converged(240);
        // traces that begin while agents still learn who the gateways are may be split: docs/swarm.md
        await sleep(15_000);
        return sampledTogether(place, senders, rate, failures);
      },
    };
    const three: object[] = [];
    for (const phase of PHASES) if (phases.includes(phase)) three.push(await played[phase]());
    return { three: Object.assign({}, ...three) };
  } finally {
    await sink.close();
  }
}

/** Nothing but what failed is kept. */
const TAIL = { "collector.replicas": "4", "sampling.mode": "tail", "sampling.baseline": "0" };

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
