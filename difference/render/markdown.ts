import { type Block, fitBlocks } from "../../offline/comment/blocks.ts";
import { LIMIT } from "../../offline/comment/comment.ts";
import { code, plain } from "../../offline/comment/markdown.ts";
import { marker } from "../../offline/comment/marker.ts";
import { type Finding, type Severity, spoken } from "../compare/finding.ts";
import type { Inventory } from "../inventory/model.ts";
import { counts, HEADINGS, reservations, SEVERITIES } from "./words.ts";

/** Kept free for what the poster puts in front, and for the lines around the blocks. */
const RESERVE = 2_500;

export interface CommentFacts {
  readonly stack: string;
  readonly base: Inventory;
  readonly head: Inventory;
}

/** The body of a comment below a pull request: its marker first, at most as long as GitHub takes. */
export function renderMarkdown(findings: readonly Finding[], { stack, base, head }: CommentFacts): string {
  const of = ({ commit }: Inventory): string => (commit === undefined ? "" : ` (${code(commit.slice(0, 7))})`);
  const use = `used ${head.rounds} times in ${head.seconds} s`;
  const top = [
    marker(`difference ${stack}`),
    `### Telemetry of ${code(stack)}: ${counts(findings)}`,
    "",
    `Base${of(base)} and head${of(head)} were started one after the other, each ${use}, without any backend.`,
    ...reservations(base, head).map((sentence) => `**${plain(sentence)}**`),
  ];
  const blocks = SEVERITIES.map((severity, rank): Block => {
    const those = findings.filter((one) => one.severity === severity);
    return { ...frame(severity), lines: those.map((one) => lineOf(one, severity)), rank };
  }).filter(({ lines }) => lines.length > 0);
  const bottom = [
    "",
    "<sub>Compared are names, types and counts: no value of an attribute and no text of a record is here. What is seen in few of the uses is not compared. docs/telemetry-difference.md</sub>",
    "",
  ];
  return `${top.join("\n")}\n${fitBlocks(blocks, LIMIT - RESERVE)}${bottom.join("\n")}`;
}

const lineOf = ({ sentence }: Finding, severity: Severity): string =>
  `${severity === "breaks" ? "> " : ""}- ${spoken(sentence, code)}`;

function frame(severity: Severity): Pick<Block, "open" | "close" | "leftOut"> {
  const leftOut = (count: number): string => `_${count} more left out: a comment has its limit._`;
  switch (severity) {
    case "breaks":
      return { open: ["", "> [!WARNING]", `> ${HEADINGS.breaks}:`], close: [], leftOut };
    case "changes":
      return { open: ["", `**${HEADINGS.changes}**`, ""], close: [], leftOut };
    case "adds":
      return {
        open: ["", `<details><summary>${HEADINGS.adds}</summary>`, ""],
        close: ["", "</details>"],
        leftOut,
      };
    default:
      return severity satisfies never;
  }
}
