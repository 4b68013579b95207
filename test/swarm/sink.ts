import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";

/** A backend that takes OTLP/HTTP and knows every span by its id. */
export class Sink {
  /** Port, spans that came, spans that came although they had come before. */
  readonly #counts = new Int32Array(new SharedArrayBuffer(12));
  readonly #worker: Worker;

  private constructor(address: string) {
    const workerData = { counts: this.#counts, address };
    this.#worker = new Worker(new URL("./sink-worker.ts", import.meta.url), { workerData });
  }

  static async listen(address: string): Promise<Sink> {
    const sink = new Sink(address);
    while (sink.port === 0) await sleep(50);
    return sink;
  }

  get port(): number {
    return Atomics.load(this.#counts, 0);
  }

  get spans(): number {
    return Atomics.load(this.#counts, 1);
  }

  get again(): number {
    return Atomics.load(this.#counts, 2);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
