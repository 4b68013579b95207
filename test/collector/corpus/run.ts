import { setTimeout as sleep } from "node:timers/promises";
import { SIGNALS } from "../../../pipeline/signal.ts";
import { createNetwork, startCollector, until } from "../collector.ts";
import { inputFor, readableConfig, version } from "../configs.ts";
import { send } from "../otlp.ts";
import { type Sink, startSink } from "../sink.ts";
import { BACKENDS, type BackendName, profileAt, SECRETS } from "./backends.ts";
import { type Arrivals, type Case, gather, requestOf, signalOf } from "./cases.ts";
import { type Finding, judge, judgeLog } from "./judge.ts";
import type { Distribution } from "./known.ts";

/** Records in one request. */
const CHUNK = 200;

/** So many that no queue refuses any. */
const RATES = { spans: 5000, metricPoints: 5000, logRecords: 5000 };

/** Sends every case through the collector with the rendered pipeline, and judges what arrives at each backend. */
export async function runCorpus(
  cases: readonly Case[],
  distribution: Distribution,
  backends: readonly BackendName[] = BACKENDS,
): Promise<readonly Finding[]> {
  const network = createNetwork();
  const sink = await startSink(network.hostAddress);
  const profiles = backends.map((name) => profileAt(name, `${sink.url}/${name}`));
  const collector = { memoryMiB: 512, version, distribution };
  const config = readableConfig(inputFor(profiles, { collector, expected: RATES }));
  try {
    const running = await startCollector(config, network, { secrets: SECRETS, memory: "768m" });
    try {
      for (const signal of SIGNALS) {
        const some = cases.filter(({ place }) => place.signal === signal);
        for (let i = 0; i < some.length; i += CHUNK) {
          await send(running.intake, signal, requestOf(signal, some.slice(i, i + CHUNK)));
        }
      }
      const desk = new Desk(sink, backends);
      // what is missing after that is a finding; what is derived from the last spans comes within two seconds
      await until(() => desk.complete(cases), "everything has arrived").catch(() => undefined);
      await sleep(4000);
      const findings = backends.flatMap((name) => judge(cases, name, desk.at(name)));
      return [...findings, ...judgeLog(cases, running.logs())];
    } finally {
      running.remove();
    }
  } finally {
    network.remove();
    await sink.close();
  }
}

/** Gathers what a sink received, each request once. */
class Desk {
  readonly #arrivals: ReadonlyMap<string, Arrivals>;
  readonly #sink: Sink;
  #read = 0;

  constructor(sink: Sink, backends: readonly string[]) {
    this.#sink = sink;
    this.#arrivals = new Map(backends.map((name) => [name, { items: new Map(), others: [] }]));
  }

  at(backend: string): Arrivals {
    this.#gather();
    return this.#arrivals.get(backend) ?? { items: new Map(), others: [] };
  }

  /** Every case is everywhere, and where there are spans what is derived from them. */
  complete(cases: readonly Case[]): boolean {
    this.#gather();
    const derives = cases.some(({ place }) => place.signal === "traces");
    return [...this.#arrivals.values()].every(
      ({ items, others }) =>
        items.size >= cases.length &&
        (!derives || others.some(({ record }) => String(record.name).startsWith("traces."))),
    );
  }

  #gather(): void {
    for (; this.#read < this.#sink.received.length; this.#read++) {
      const { path = "", body } = this.#sink.received[this.#read] ?? {};
      const arrivals = this.#arrivals.get(path.split("/")[1] ?? "");
      const signal = signalOf(path);
      if (arrivals !== undefined && signal !== undefined) gather(arrivals, signal, body);
    }
  }
}
