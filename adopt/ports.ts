import { browsersRefuse } from "../config/refused-ports.ts";

/** Ports on 127.0.0.1 that a stack with the backend that adopt writes opens itself. */
export const OWN_PORTS: Readonly<Record<number, string>> = {
  3000: "the stack's Grafana",
  3001: "the stack's console",
  9090: "the stack's Prometheus",
  9428: "the stack's VictoriaLogs",
  13133: "the health of the stack's collector",
  16686: "the stack's Jaeger",
};

const HIGHEST = 65_535;
const STEP = 10_000;

/** Who is published at which port of 127.0.0.1: each port once. */
export class PortBook {
  readonly #taken = new Map<number, string>(Object.entries(OWN_PORTS).map(([port, by]) => [Number(port), by]));
  readonly #moved: string[] = [];

  /** The port that a service gets for the one that it has in Compose: the same, where nobody else has it. */
  take(port: number, service: string): number {
    const by = browsersRefuse(port) ? "to which browsers open no connection" : this.#taken.get(port);
    let free = port;
    if (by !== undefined) {
      free = port + STEP <= HIGHEST ? port + STEP : port - STEP;
      while (this.#taken.has(free) || browsersRefuse(free)) free += 1;
      const why = browsersRefuse(port) ? by : `which is that of ${by}`;
      this.#moved.push(
        `port ${port} of ${service} is published as ${free}, not ${port}, ${why}: change addresses that name it`,
      );
    }
    this.#taken.set(free, service);
    return free;
  }

  /** One sentence for each port that became another. */
  get moved(): readonly string[] {
    return this.#moved;
  }
}
