import { aligned, type Paint, painter, type TextStyle } from "../cli/text.ts";
import { SIGNALS as columns } from "../pipeline/signal.ts";
import { renderLedger, renderStored } from "./ledger/render.ts";
import type { BackendLedger, BackendReport, Result, VerifyReport } from "./report-types.ts";

/** The report as a person reads it: matrix with times, edges, infrastructure, a link to a real trace, what is missing. */
export function renderReport(report: VerifyReport, style: TextStyle): string {
  return [
    ...report.backends.map((backend) => renderBackend(backend, style)),
    ...(report.ledgers ?? []).map((one) => renderBackendLedger(one, style)),
  ].join("\n\n");
}

function renderBackendLedger(one: BackendLedger, style: TextStyle): string {
  const title = painter(style)("bold", `Of ${one.backend}:`);
  const ledger = "ledger" in one ? renderLedger(one.ledger, style) : `${title} no ledger. ${one.without}`;
  const { stored } = one;
  if (stored === undefined) return ledger;
  return `${ledger}\n\n${"without" in stored ? `${title} stored is not known. ${stored.without}` : renderStored(stored, style)}`;
}

function renderBackend(report: BackendReport, style: TextStyle): string {
  const paint = painter(style);
  const byId = new Map(report.results.map((result) => [result.id, result]));
  const signals = report.results.filter(({ group }) => group === "signal");
  const services = [...new Set(signals.map(({ id }) => id.slice(0, id.lastIndexOf("/"))))];
  const table = (rows: readonly (readonly string[])[]): string[] => aligned(rows, (cell) => coloured(cell, paint));
  const matrix = [
    ["service", ...columns],
    ...services.map((service) => [service, ...columns.map((signal) => cell(byId.get(`${service}/${signal}`)))]),
  ];
  const sample = report.results.find(
    (result) => result.group === "edge" && result.found && result.traceUrl !== undefined,
  );
  const group = (name: Result["group"], title: string): string[] => {
    const rows = report.results.filter((result) => result.group === name);
    return rows.length === 0 ? [] : ["", paint("bold", title), ...table(rows.map(line))];
  };
  return [
    paint("bold", `Telemetry proven on ${report.backend} (seconds until it could be read)`),
    ...table(matrix),
    ...group("edge", "Edges"),
    ...group("infrastructure", "Infrastructure"),
    ...group("criterion", "Criteria of complete telemetry"),
    ...(sample?.traceUrl === undefined ? [] : ["", `A real trace (${sample.label}): ${sample.traceUrl}`]),
    "",
    ...(report.complete
      ? [
          paint(
            "green",
            `Complete: ${report.results.filter(({ found }) => found).length} of ${report.results.filter((one) => !one.inapplicable && !one.idle).length} proven.`,
          ),
        ]
      : report.missing.map((sentence) => paint("red", `MISSING  ${sentence}`))),
    ...report.idle.map((sentence) => paint("dim", `NOTHING TO SHOW   ${sentence}`)),
    ...report.unprovable.map((sentence) => paint("dim", `UNVERIFIABLE   ${sentence}`)),
  ].join("\n");
}

function cell(result: Result | undefined): string {
  if (result === undefined) return "";
  if (result.provenAt !== undefined) return `yes at ${result.provenAt.slice(11, 16)} UTC`;
  if (result.found) return `yes ${result.seenAfterSeconds?.toFixed(1)} s`;
  if (result.unprovable) return "unverifiable on this plan";
  if (result.inapplicable) return "not in this stack";
  if (result.idle) return "nothing to show";
  return result.required ? "MISSING" : "not seen";
}

function line(result: Result): string[] {
  return [result.label, cell(result), result.detail];
}

function coloured(text: string, paint: Paint): string {
  if (text.startsWith("yes ")) return paint("green", text);
  if (text.startsWith("MISSING")) return paint("red", text);
  return text.startsWith("not seen") ||
    text.startsWith("not in this stack") ||
    text.startsWith("nothing to show") ||
    text.startsWith("unverifiable on this plan")
    ? paint("dim", text)
    : text;
}
