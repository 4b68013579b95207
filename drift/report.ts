import { code, fences, plain } from "../offline/comment/markdown.ts";
import type { PropertyChange } from "../offline/property-changes.ts";
import { numbered } from "../offline/report.ts";
import { type Cause, causeOf } from "./cause.ts";
import type { Drifted } from "./drifted.ts";

/** What a person is shown about one resource. */
export interface Finding extends Cause {
  readonly urn: string;
  readonly how: Drifted["how"];
  readonly differences: readonly PropertyChange[];
  /** A board's edits as a patch of the model, and what no patch can say; absent of everything else. */
  readonly patch?: BoardPatch;
}

/** Edits of a board as changes of the files that it is made of. */
export interface BoardPatch {
  /** A unified diff that `git apply` takes; empty where nothing could be mapped. */
  readonly diff: string;
  /** One sentence for each edit. */
  readonly edits: readonly string[];
}

/** What cannot be brought back comes first. */
const ORDER: readonly Cause["kind"][] = ["data", "key", "container", "network", "image", "rule", "board", "other"];
const LONGEST = 60_000;

/** @param patchOf a board's edits as a patch; undefined where it cannot be made */
export function findings(
  drift: readonly Drifted[],
  stack: string,
  patchOf: (drifted: Drifted) => BoardPatch | undefined,
): readonly Finding[] {
  return drift
    .map((each): Finding => {
      const cause = causeOf(each, stack);
      const patch = cause.kind === "board" && each.how === "changed" ? patchOf(each) : undefined;
      const differences = patch === undefined ? each.properties : [];
      return { ...cause, urn: each.urn, how: each.how, differences, ...(patch && { patch }) };
    })
    .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.what < b.what ? -1 : 1));
}

/** For a terminal. */
export function asText(stack: string, found: readonly Finding[]): string {
  const rows = found.flatMap((each) => [
    "",
    `${each.what} ${each.happened}`,
    ...each.differences.map((difference) => `    ${difference.path}${values(difference, (text) => text)}`),
    ...(each.patch?.edits ?? []).map((edit) => `    ${edit}`),
    ...(each.keep === "" ? [] : [`  keep it: ${each.keep}`]),
    `  undo it: ${each.undo}`,
    ...(each.patch === undefined || each.patch.diff === "" ? [] : ["", each.patch.diff]),
  ]);
  return [headline(stack, found), ...rows].join("\n");
}

/** For an issue; nothing that somebody wrote into a board formats, links or mentions. */
export function asMarkdown(stack: string, found: readonly Finding[]): string {
  const lines = found.flatMap((each) => [
    "",
    `**${plain(each.what)}** ${each.happened}`,
    "",
    ...each.differences.map((difference) => `- ${code(difference.path)}${values(difference, code)}`),
    ...(each.patch?.edits ?? []).map((edit) => `- ${plain(edit)}`),
    ...(each.keep === "" ? [] : [`- keep it: ${plain(each.keep)}`]),
    `- undo it: ${plain(each.undo)}`,
    ...diffBlock(each.patch?.diff ?? ""),
  ]);
  const text = [headline(stack, found), ...lines].join("\n");
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}\n\n_The rest is left out: an issue has its limit._` : text;
}

/** For a program. */
export const asJson = (stack: string, found: readonly Finding[]): string =>
  JSON.stringify({ stack, drifted: found.length, findings: found } satisfies DriftReport, null, 2);

/** What `--json` prints. */
export interface DriftReport {
  readonly stack: string;
  /** How many resources are not as deployed. */
  readonly drifted: number;
  readonly findings: readonly Finding[];
}

const headline = (stack: string, { length }: readonly Finding[]): string =>
  length === 0
    ? `Stack ${stack} is as it was deployed.`
    : `Stack ${stack}: ${numbered(length, "resource")} ${length === 1 ? "is" : "are"} not as deployed.`;

function values({ from, to }: PropertyChange, show: (text: string) => string): string {
  if (from === undefined && to === undefined) return "";
  return `: ${from === undefined ? "not shown" : show(from)} → ${to === undefined ? "not shown" : show(to)}`;
}

function diffBlock(diff: string): readonly string[] {
  if (diff === "") return [];
  const lines = diff.split("\n");
  const [open, close] = fences(lines, "diff");
  return ["", open, ...lines, close];
}
