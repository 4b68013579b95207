import { setTimeout as sleep } from "node:timers/promises";
import type { TelemetrySignal } from "../../pipeline/signal.ts";
import { gaugesOf, logsOf, send, tracesOf } from "../collector/otlp.ts";
import type { Stage } from "./stage.ts";
import type { VendorName } from "./vendors.ts";

export const SIGNALS: readonly TelemetrySignal[] = ["traces", "metrics", "logs"];

/** Attempts, five a second: a collector that is replaced is away for seconds. */
const PATIENCE = 600;

/** What became of everything sent under one mark, at one vendor, of one signal. */
export interface Account {
  readonly sent: number;
  readonly accepted: number;
  readonly lost: number;
  readonly duplicated: number;
}

/** Sends and counts. Every item carries a number of its own, so that a lost one and a doubled one do not cancel out. */
export class Traffic {
  readonly #stage: Stage;
  readonly #mark: string;
  #sent = 0;

  constructor(stage: Stage, mark: string) {
    this.#stage = stage;
    this.#mark = mark;
  }

  /** Items of each signal sent so far. */
  get sent(): number {
    return this.#sent;
  }

  /** Sends as many spans, data points and log records, in requests of 100. `length` is that of one attribute's value. */
  async send(count: number, length = 100): Promise<void> {
    for (let left = count; left > 0; left -= 100) {
      const first = this.#sent;
      const attributes = Array.from({ length: Math.min(100, left) }, (_, i) => ({
        mark: this.#mark,
        item: `n${first + i}`,
        value: "x".repeat(length),
      }));
      await this.#deliver(
        "traces",
        tracesOf(
          "api",
          attributes.map((a) => ({ name: this.#mark, attributes: a })),
        ),
      );
      await this.#deliver("metrics", gaugesOf("api", "test.gauge", attributes));
      await this.#deliver(
        "logs",
        logsOf(
          "bot",
          attributes.map((a) => ({ body: "said", attributes: a })),
        ),
      );
      this.#sent += attributes.length;
    }
  }

  /** Sends all the time until the returned function is called, which waits for the last request. */
  flow(): () => Promise<void> {
    let flows = true;
    const flowing = (async () => {
      while (flows) {
        await this.send(100);
        await sleep(100);
      }
    })();
    return () => {
      flows = false;
      return flowing;
    };
  }

  /** As an SDK does: what nobody took is sent again. A collector that stops answers what it has begun to read. */
  async #deliver(signal: TelemetrySignal, payload: object): Promise<void> {
    for (let refused = 0; ; refused += 1) {
      try {
        return await send(this.#stage.collector.intake, signal, payload);
      } catch (error) {
        if ((error instanceof Error && error.message.includes("not accepted")) || refused === PATIENCE) throw error;
      }
      await sleep(200);
    }
  }

  account(vendor: VendorName, signal: TelemetrySignal): Account {
    const items = this.#stage
      .vendor(vendor)
      .intake.items(signal)
      .filter(({ attributes }) => attributes.mark === this.#mark);
    const different = new Set(items.map(({ attributes }) => attributes.item)).size;
    return {
      sent: this.#sent,
      accepted: items.length,
      lost: this.#sent - different,
      duplicated: items.length - different,
    };
  }

  /** Whether nothing is missing at a vendor. */
  complete(vendor: VendorName): boolean {
    return SIGNALS.every((signal) => this.account(vendor, signal).lost === 0);
  }

  /** Everything a vendor was sent, once each. */
  get intact(): Readonly<Record<string, Account>> {
    return this.#bySignal(() => ({ sent: this.#sent, accepted: this.#sent, lost: 0, duplicated: 0 }));
  }

  accounts(vendor: VendorName): Readonly<Record<string, Account>> {
    return this.#bySignal((signal) => this.account(vendor, signal));
  }

  #bySignal(of: (signal: TelemetrySignal) => Account): Readonly<Record<string, Account>> {
    return Object.fromEntries(SIGNALS.map((signal) => [signal, of(signal)]));
  }
}
