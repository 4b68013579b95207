import { aligned, painter, type TextStyle } from "../../cli/text.ts";
import { type Comparison, type Row, SETTLE_MINUTES } from "./compare.ts";
import { COUNTED, type Side } from "./verdict.ts";

/** A comparison as a person reads it. A side that could not be asked at all leaves nothing to show but the reason. */
export function renderComparison(comparison: Comparison, style: TextStyle): string {
  const { old, new: young, window, rows, troubles, holds } = comparison;
  const paint = painter(style);
  const isDead = (side: "old" | "new"): boolean => rows.every((row) => "trouble" in row[side]);
  const sentences = troubles.map((trouble) => paint("red", `NOT COUNTED  ${trouble}`));
  if (isDead("old") || isDead("new")) return sentences.join("\n");

  const cells = [["service", "signal", old, young, "new/old", "verdict"], ...rows.map((row) => cellsOf(row))];
  const [header = "", ...body] = aligned(cells);
  const worse = rows.filter(({ verdict }) => !verdict.holds);
  const isEmpty = rows.every((row) => sizeOf(row.old) === 0 && sizeOf(row.new) === 0);
  return [
    paint("bold", `${old} and ${young} from ${clock(window.from)} to ${clock(window.to)} UTC`),
    `Ended ${SETTLE_MINUTES} minutes ago or more. Counted: spans, log records, and different metrics (a histogram is one).`,
    "",
    header,
    ...body.map((line, index) => (rows[index]?.verdict.holds === false ? paint("red", line) : line)),
    "",
    ...sentences,
    ...(holds ? [paint("green", `${young} has what ${old} has.`)] : []),
    ...(isEmpty ? [paint("red", "Nothing was sent in this window: use the application, or take a longer one.")] : []),
    ...(worse.length > 0 ? [paint("red", `Do not drop ${old} yet: ${worse.map(sentenceOf).join("; ")}.`)] : []),
  ].join("\n");
}

function cellsOf({ service, signal, old, new: young, ratio, verdict }: Row): string[] {
  return [
    service,
    COUNTED[signal],
    shown(old),
    shown(young),
    ratio === undefined ? "" : `${(ratio * 100).toFixed(1)} %`,
    verdict.text,
  ];
}

function sentenceOf({ service, signal, verdict }: Row): string {
  return `${service} ${signal}: ${verdict.text}`;
}

function shown(side: Side): string {
  if ("trouble" in side) return "-";
  return side.atLeast ? `>= ${side.count}` : String(side.count);
}

function sizeOf(side: Side): number {
  return "count" in side ? side.count : Number.NaN;
}

/** `2026-11-24 16:40` */
function clock(iso: string): string {
  return iso.slice(0, 16).replace("T", " ");
}
