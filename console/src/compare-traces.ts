import type { Trace } from "../../boards-page/model.ts";

interface Share {
  readonly count: number;
  /** Microseconds, added up. */
  readonly micros: number;
}

/** One operation in two traces. */
export interface Compared {
  readonly service: string;
  readonly name: string;
  readonly first: Share;
  readonly second: Share;
  /** Microseconds that the second took more. */
  readonly difference: number;
}

const NONE: Share = { count: 0, micros: 0 };

/** Operations of two traces, the largest difference first. */
export function compareTraces(first: Trace, second: Trace): readonly Compared[] {
  const [a, b] = [sharesOf(first), sharesOf(second)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .map((key) => {
      const [service = "", name = ""] = key.split("\n");
      const [one, other] = [a.get(key) ?? NONE, b.get(key) ?? NONE];
      return { service, name, first: one, second: other, difference: other.micros - one.micros };
    })
    .sort((x, y) => Math.abs(y.difference) - Math.abs(x.difference));
}

function sharesOf({ spans }: Trace): ReadonlyMap<string, Share> {
  const shares = new Map<string, Share>();
  for (const { service, name, duration } of spans) {
    const key = `${service}\n${name}`;
    const { count, micros } = shares.get(key) ?? NONE;
    shares.set(key, { count: count + 1, micros: micros + duration });
  }
  return shares;
}
