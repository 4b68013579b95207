import { LEDGER_METRICS, type Sample } from "../../verify/ledger/reading.ts";

/** What the ledger reads of the text that a collector answers at its metrics address. */
export function parseMetrics(text: string): readonly Sample[] {
  const wanted = new RegExp(`^(${LEDGER_METRICS})$`);
  return text.split("\n").flatMap((line) => {
    const [, name = "", labels = "", value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
    if (!wanted.test(name)) return [];
    const pairs = labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/gi);
    return [{ name, labels: Object.fromEntries([...pairs].map(([, key, is]) => [key, is])), value: Number(value) }];
  });
}
