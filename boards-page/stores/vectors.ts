import type { Line, Value } from "../model.ts";
import { array, record, words } from "./http.ts";

/** Prometheus, VictoriaLogs and Loki answer in the same shapes: `matrix` over time, `vector` for one moment. */
export function linesOf(answer: unknown, name: (labels: Readonly<Record<string, string>>) => string): readonly Line[] {
  return results(answer).map((result) => ({
    name: name(words(record(result).metric)),
    labels: words(record(result).metric),
    points: array(record(result).values).flatMap((pair) => {
      const [at, value] = array(pair);
      const number = Number(value);
      return Number.isFinite(number) ? [[Number(at) * 1000, number] as const] : [];
    }),
  }));
}

export function valuesOf(
  answer: unknown,
  name: (labels: Readonly<Record<string, string>>) => string,
): readonly Value[] {
  return results(answer).flatMap((result) => {
    const labels = words(record(result).metric);
    const value = Number(array(record(result).value)[1]);
    return Number.isFinite(value) ? [{ name: name(labels), labels, value }] : [];
  });
}

function results(answer: unknown): readonly unknown[] {
  return array(record(record(answer).data).result);
}
