import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "../../cli/paths.ts";
import { imageReference } from "../../images/catalogue.ts";
import type { Engine, Engines } from "./engines.ts";
import type { Sink } from "./sink.ts";
import type { Stack } from "./stack.ts";

export const SENDER_IMAGE = imageReference("node", "local");

/** The two halves of every trace, sent on two nodes. */
export class Load {
  readonly #senders: readonly Engine[];
  readonly #run: string;

  /** @param rate spans a second, both together */
  constructor(senders: readonly [Engine, Engine], { stack, rate, run }: { stack: Stack; rate: number; run: string }) {
    this.#senders = senders;
    this.#run = run;
    const begun = String(Date.now());
    senders.forEach((engine, half) => {
      const name = `${run}-${half}`;
      const network = `${stack.name}-main`;
      const container = [
        "run",
        "-d",
        "--name",
        name,
        "--network",
        network,
        "-v",
        `${ROOT}:/repo:ro`,
        "--memory",
        "300m",
      ];
      const sender = ["node", "/repo/test/swarm/sender.ts", "http://agent:4318", String(half)];
      engine.docker(...container, "--entrypoint", "env", SENDER_IMAGE, ...sender, String(rate / 2), run, begun);
    });
  }

  /** Ends both, the first half first, once the agents have taken everything. @returns spans that were taken */
  stop(): { readonly taken: number; readonly repeated: number } {
    const results = this.#senders.map((engine, half) => {
      engine.docker("stop", "--time", "120", `${this.#run}-${half}`);
      const last = engine.docker("logs", "--tail", "1", `${this.#run}-${half}`);
      engine.docker("rm", `${this.#run}-${half}`);
      return JSON.parse(last) as { taken: number; repeated: number };
    });
    return {
      taken: results.reduce((sum, { taken }) => sum + taken, 0),
      repeated: results.reduce((sum, { repeated }) => sum + repeated, 0),
    };
  }
}

/** Waits until nothing more arrives for a while, or everything has. @returns spans that are missing */
export async function missing(sink: Sink, taken: number, quietSeconds = 20): Promise<number> {
  let last = { size: sink.spans, at: Date.now() };
  while (sink.spans < taken && Date.now() - last.at < quietSeconds * 1000) {
    await sleep(500);
    if (sink.spans !== last.size) last = { size: sink.spans, at: Date.now() };
  }
  return taken - sink.spans;
}

/** CPU that the tier uses, in cores. */
export interface Usage {
  readonly gateways: number;
  readonly agents: number;
}

export interface Cost {
  /** Spans a second that arrived. */
  readonly rate: number;
  /** CPU seconds for 100 000 spans, beyond what the same tasks use without any. */
  readonly gateways: number;
  readonly agents: number;
  readonly idle: Usage;
}

interface Tier {
  readonly engines: Engines;
  readonly all: readonly Engine[];
  readonly stack: Stack;
  readonly sink: Sink;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** What the tier uses meanwhile. No task may begin or end. */
export async function usage({ engines, all, stack, sink }: Tier, seconds: number): Promise<Usage & { rate: number }> {
  const used = (service: string) =>
    sum(all.flatMap((engine) => stack.containers(engine, service).map((id) => engines.cpuSeconds(engine.number, id))));
  const now = () => ({
    gateways: used("collector"),
    agents: used("agent"),
    spans: sink.spans,
    at: Date.now() / 1000,
  });
  const begun = now();
  await sleep(seconds * 1000);
  const ended = now();
  const per = (key: "gateways" | "agents" | "spans") => (ended[key] - begun[key]) / (ended.at - begun.at);
  return { gateways: per("gateways"), agents: per("agents"), rate: per("spans") };
}

/** What the spans of a load cost, given what the tier uses without it. */
export function costOf(loaded: Usage & { readonly rate: number }, { gateways, agents }: Usage): Cost {
  const per = (cores: number) => Math.round((cores / loaded.rate) * 1_000_000) / 10;
  const thousandth = (cores: number) => Math.round(cores * 1000) / 1000;
  return {
    rate: Math.round(loaded.rate),
    gateways: per(loaded.gateways - gateways),
    agents: per(loaded.agents - agents),
    idle: { gateways: thousandth(gateways), agents: thousandth(agents) },
  };
}
