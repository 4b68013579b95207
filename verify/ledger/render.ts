import { aligned, painter, type TextStyle } from "../../cli/text.ts";
import type { Ledger, LedgerRow } from "./balance.ts";
import type { StoredLedger } from "./stored.ts";

const COLUMNS = [
  ["received", "received"],
  ["made", "made here"],
  ["again", "again"],
  ["byRule", "by rule"],
  ["sampled", "sampled out"],
  ["held", "held"],
  ["queued", "queued"],
  ["sent", "sent"],
  ["rejected", "rejected"],
  ["lost", "lost"],
  ["difference", "difference"],
] as const satisfies readonly (readonly [keyof LedgerRow, string])[];

/** Columns that every print has; another is shown where something is in it. */
const ALWAYS: readonly string[] = ["received", "sent", "queued", "difference"];

/** The ledger as a person reads it: a line for each exporter and signal, and what does not balance. */
export function renderLedger(ledger: Ledger, style: TextStyle): string {
  const paint = painter(style);
  const columns = COLUMNS.filter(([key]) => ALWAYS.includes(key) || ledger.rows.some((row) => row[key] !== 0));
  const refused = Object.entries(ledger.refused).filter(([, items]) => items > 0);
  return [
    paint("bold", `Ledger of the collector, ${clock(ledger.from)} to ${clock(ledger.to)} UTC (items)`),
    ...table([
      ["exporter", "signal", ...columns.map(([, title]) => title)],
      ...ledger.rows.map((row) => [row.exporter, row.signal, ...columns.map(([key]) => String(row[key]))]),
    ]),
    ...(refused.length === 0 ? [] : ["", `Refused, for the sender to try again: ${refused.map(said).join(", ")}.`]),
    "",
    ...(ledger.problems.length === 0
      ? [paint("green", "The ledger closes: everything that came in is accounted for.")]
      : ledger.problems.map((sentence) => paint("red", `DOES NOT BALANCE  ${sentence}`))),
  ].join("\n");
}

/** What the backend holds of whole minutes: a line for each service and signal, and what differs. */
export function renderStored(stored: StoredLedger, style: TextStyle): string {
  const paint = painter(style);
  const says = stored.rows.some(({ made }) => made !== undefined);
  const number = (value: number | undefined): string => (value === undefined ? "" : String(value));
  return [
    paint("bold", `Stored, of ${clock(stored.from)} to ${clock(stored.to)} UTC, by the items' own time`),
    ...table([
      ["service", "signal", ...(says ? ["made"] : []), "received", "given", "stored", "difference"],
      ...stored.rows.map(({ service, signal, made, received, given, stored: held, atLeast, difference }) => [
        service === "" ? "(unnamed)" : service,
        signal,
        ...(says ? [number(made)] : []),
        ...[String(received), String(given), `${number(held)}${atLeast ? "+" : ""}`, number(difference)],
      ]),
    ]),
    ...stored.uncounted.map((sentence) => paint("dim", `NOT COUNTED  ${sentence}`)),
    ...(stored.problems.length === 0
      ? [paint("green", "Everything that was given is stored.")]
      : stored.problems.map((sentence) => paint("red", `DIFFERS  ${sentence}`))),
  ].join("\n");
}

const said = ([signal, items]: readonly [string, number]): string => `${items} of ${signal}`;

/** Two columns of names, then numbers, which end where their heading does. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const width = (column: number): number => Math.max(...rows.map((row) => (row[column] ?? "").length));
  return aligned(rows.map((row) => row.map((text, i) => (i < 2 ? text : text.padStart(width(i))))));
}

const clock = (at: string): string => at.slice(11, 19);
