/** How far `docker compose up --wait` is, from its plain progress: ` Container game-scheduler-otel-dev-api  Healthy`. */
export class HealthCount {
  readonly #total: number;
  readonly #states = new Map<string, string>();

  constructor(total: number) {
    this.#total = total;
  }

  /** Whether the line said something about a container. */
  take(line: string): boolean {
    const [, name, state] = /^\s*Container (\S+)\s+(\w+)/.exec(line) ?? [];
    if (name === undefined || state === undefined) return false;
    // A dependency can be waited for again after it was found healthy.
    if (this.#states.get(name) !== "Healthy") this.#states.set(name, state);
    return true;
  }

  /** `5 of 14 healthy; api starting, rabbitmq waiting` */
  text(): string {
    const names = [...this.#states.keys()];
    const prefix = commonPrefix(names);
    const pending = [...this.#states]
      .filter(([, state]) => state !== "Healthy")
      .map(([name, state]) => `${name.slice(prefix.length)} ${state.toLowerCase()}`);
    const healthy = this.#states.size - pending.length;
    return `${healthy} of ${this.#total} healthy${pending.length === 0 ? "" : `; ${pending.sort().join(", ")}`}`;
  }
}

/** Up to and including the last dash that all names share. */
function commonPrefix(names: readonly string[]): string {
  const [first = ""] = names;
  if (names.length < 2) return "";
  let length = first.length;
  for (const name of names) while (!name.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, first.slice(0, length).lastIndexOf("-") + 1);
}
