import { type Json, object, text } from "../../verify/json.ts";
import type { LogShape, Seen } from "./model.ts";
import { fieldsOf, type Leaf, LOGS, leavesOf, millis } from "./otlp.ts";
import { Count, Counts, Fields, obtain } from "./seen.ts";

/** By the severity numbers of OpenTelemetry's log data model. */
function severityOf(number: number): string {
  const names = ["trace", "debug", "info", "warn", "error", "fatal"];
  return number < 1 ? "none" : (names[Math.floor((number - 1) / 4)] ?? "fatal");
}

/** @param texts which texts are looked for in records, for panels and alerts that count those */
export function logShapes(
  requests: readonly Json[],
  roundOf: (at: number) => number,
  texts: readonly string[],
): { readonly logs: readonly LogShape[]; readonly texts: Readonly<Record<string, Seen>> } {
  const shapes = new Map<string, Records>();
  const found = new Counts();
  for (const leaf of leavesOf(requests, LOGS)) {
    const { service, scope, item } = leaf;
    const severity = severityOf(Number(item.severityNumber ?? 0));
    const round = roundOf(millis(item.timeUnixNano) || millis(item.observedTimeUnixNano));
    const key = JSON.stringify([service, scope, severity]);
    obtain(shapes, key, () => new Records({ service, scope, severity })).add(leaf, round);
    const body = text(object(item.body).stringValue);
    for (const one of texts) if (body.includes(one)) found.add(`${service} ${one}`, round);
  }
  const logs = [...shapes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, records]) => records.result);
  return { logs, texts: found.seen };
}

class Records {
  readonly #of: Pick<LogShape, "service" | "scope" | "severity">;
  readonly #count = new Count();
  readonly #traced = new Count();
  readonly #fields = new Fields();
  readonly #tracedFields = new Counts();

  constructor(of: Pick<LogShape, "service" | "scope" | "severity">) {
    this.#of = of;
  }

  add({ item }: Leaf, round: number): void {
    const fields = fieldsOf(item.attributes);
    this.#count.add(round);
    this.#fields.add(fields, round);
    if (text(item.traceId) === "") return;
    this.#traced.add(round);
    for (const { key } of fields) this.#tracedFields.add(key, round);
  }

  get result(): LogShape {
    const traced = this.#tracedFields.seen;
    const fields = Object.entries(this.#fields.uses).map(
      ([key, use]) => [key, { ...use, traced: traced[key]?.count ?? 0 }] as const,
    );
    return {
      ...this.#of,
      ...this.#count.seen,
      traced: this.#traced.seen,
      fields: Object.fromEntries(fields),
    };
  }
}
