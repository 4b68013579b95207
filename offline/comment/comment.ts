import { MASK } from "../../cli/mask.ts";
import { type Change, compare } from "../compare.ts";
import type { PropertyMap } from "../properties.ts";
import { propertyChanges } from "../property-changes.ts";
import type { Recording } from "../registration.ts";
import { counts, numbered } from "../report.ts";
import { sentenceOf } from "../sentence.ts";
import { treeLines } from "../tree.ts";
import { type Block, fitBlocks } from "./blocks.ts";
import { configurationDiffs } from "./configuration-diffs.ts";
import { code, fences, html, plain } from "./markdown.ts";
import { marker } from "./marker.ts";
import { contentCounts, risks } from "./risks.ts";
import { stepCounts, stepRows } from "./steps.ts";

/** GitHub refuses a comment of more than 65 536 characters. */
export const LIMIT = 65_536;
/** Kept free for what the poster puts in front. */
const RESERVE = 536;
/** A difference this short is shown unfolded. */
const UNFOLDED = 40;

export interface CommentInput {
  readonly stack: string;
  /** Undefined: the configuration was refused before the program ran. */
  readonly head: Recording | undefined;
  /** Errors that have no recording, as sentences. */
  readonly refused: readonly string[];
  readonly base: BaseSide;
  /** Sentences about rules of docs/policy.md that this side breaks. Default: none. */
  readonly broken?: readonly string[];
  /** Config keys whose encrypted value is replaced by a dummy. */
  readonly unreadable: readonly string[];
  /** Texts that must not be in the comment. */
  readonly secretTexts: readonly string[];
  /** What a person types to get the same. */
  readonly command: string;
}

/** The other side of the comparison. `name` and `commit` as git knows them. */
export type BaseSide =
  | {
      readonly kind: "recorded";
      readonly name: string;
      readonly commit: string;
      readonly recording: Recording;
      /** As `CommentInput.broken`. */
      readonly broken?: readonly string[];
    }
  | { readonly kind: "missing"; readonly name: string; readonly why: string };

/** The preview of one stack as the body of a comment: at most 65 536 characters, its marker first, without a secret. */
export function renderComment(input: CommentInput): string {
  const { head, base, stack } = input;
  const errors = [
    ...input.refused,
    ...(head?.diagnostics ?? []).filter((d) => d.severity === "error").map((d) => sentenceOf(d.message)),
  ];
  const comparable = base.kind === "recorded" && head !== undefined && errors.length === 0;
  const changes = comparable ? compare(base.recording, head) : undefined;
  const title =
    errors.length > 0
      ? numbered(errors.length, "error")
      : changes === undefined || head === undefined
        ? "not compared"
        : stepCounts(changes);
  const top = [marker(`preview ${stack}`), `### Preview of ${code(stack)}: ${title}`, "", summary(input, changes)];
  const bottom = ["", `<sub>${footer(input)}</sub>`];
  const blocks = [
    errorBlock(errors),
    policyBlock(input),
    ...(changes !== undefined && comparable ? changeBlocks(changes, base.recording, head) : []),
    warningBlock(input),
    ...(head === undefined || errors.length > 0 ? [] : [treeBlock(head, changes)]),
  ].filter((block) => block.lines.length > 0);
  const [above, below] = [`${top.join("\n")}\n`, `${bottom.join("\n")}\n`];
  const body = above + fitBlocks(blocks, LIMIT - RESERVE - above.length - below.length) + below;
  return masked(body, input.secretTexts);
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

function summary({ head, base }: CommentInput, changes: readonly Change[] | undefined): string {
  const size = head === undefined ? "" : ` ${counts(head).replace(" to create", "")}.`;
  if (base.kind === "missing") return `Not compared with ${code(base.name)}: ${plain(sentence(base.why))}${size}`;
  if (changes === undefined) return `The base is ${code(base.name)} (${base.commit}).`;
  const content = contentCounts(changes);
  return `Compared with ${code(base.name)} (${base.commit}).${size}${content === "" ? "" : ` Of the changes, ${content}.`}`;
}

function errorBlock(errors: readonly string[]): Block {
  return {
    open: ["", "> [!CAUTION]", "> `pulumi up` would stop at this:"],
    lines: errors.map((sentence) => `> - ${plain(sentence)}`),
    close: [],
    rank: 0,
    leftOut: (count) => `${numbered(count, "further error")} left out.`,
  };
}

function policyBlock({ base, broken = [] }: CommentInput): Block {
  const known = base.kind === "recorded" ? (base.broken ?? []) : broken;
  return {
    open: [
      "",
      "> [!CAUTION]",
      "> `npm run preview` and `npm start` hold a stack to docs/policy.md, which this breaks:",
    ],
    lines: broken.map((sentence) => `> - ${known.includes(sentence) ? "" : "new: "}${plain(sentence)}`),
    close: [],
    rank: 0,
    leftOut: (count) => `${numbered(count, "further broken rule")} left out.`,
  };
}

function changeBlocks(changes: readonly Change[], before: Recording, after: Recording): readonly Block[] {
  const outputs = outputRows(before.outputs, after.outputs);
  const diffs = configurationDiffs(before, after);
  return [
    {
      open: ["", "> [!WARNING]"],
      lines: risks(changes, before, after).map((sentence) => `> - ${sentence}`),
      close: [],
      rank: 1,
      leftOut: (count) => `${numbered(count, "further warning")} left out.`,
    },
    {
      open: ["", "| step | resource | what differs |", "| --- | --- | --- |"],
      lines: [...stepRows(changes), ...outputs],
      close: [],
      rank: 2,
      leftOut: (count) => `_${numbered(count, "further row")} of this table left out: a comment has its limit._`,
    },
    ...diffs.map(({ container, file, lines, added, removed }): Block => {
      const summary = `Configuration of ${html(container)}, ${html(file)}: +${added} −${removed}`;
      return { ...folded(summary, "this difference", lines, "diff", lines.length <= UNFOLDED), rank: 4 };
    }),
  ];
}

/** Lines as code that opens by a click, unless they are shown at once. */
function folded(summary: string, of: string, lines: readonly string[], language: string, unfolded = false) {
  const [open, close] = fences(lines, language);
  return {
    open: ["", `<details${unfolded ? " open" : ""}><summary>${summary}</summary>`, "", open],
    lines,
    close: [close, "", "</details>"],
    leftOut: (count: number) => `_${numbered(count, "further line")} of ${of} left out: a comment has its limit._`,
  };
}

function outputRows(before: PropertyMap, after: PropertyMap): readonly string[] {
  return propertyChanges({ ...before }, { ...after }, "").map(({ path, from, to }) => {
    const [was, is] = [from, to].map((text) => (text === undefined ? "" : code(text)));
    const values = was === "" && is === "" ? "not shown" : `${was || "none"} → ${is || "none"}`;
    return `| output | ${code(path.replace(/^\./, ""))} | ${values} |`;
  });
}

function warningBlock({ head, base }: CommentInput): Block {
  const known = new Set(base.kind === "recorded" ? base.recording.diagnostics.map((d) => d.message) : []);
  const warnings = (head?.diagnostics ?? []).filter((d) => d.severity === "warning");
  return {
    open: ["", `**${numbered(warnings.length, "warning")}**`, ""],
    lines: warnings.map(({ message }) => {
      const isNew = base.kind === "recorded" && !known.has(message);
      return `- ${isNew ? "new: " : ""}${plain(sentenceOf(message))}`;
    }),
    close: [],
    rank: 3,
    leftOut: (count) => `_${numbered(count, "further warning")} left out._`,
  };
}

const MARKS = { create: "+", update: "~", replace: "±", delete: "-" } as const;

function treeBlock(head: Recording, changes: readonly Change[] | undefined): Block {
  const steps = new Map((changes ?? []).map(({ step, registration }) => [registration.urn, step]));
  const lines = treeLines(head, {
    mark({ urn }) {
      const step = steps.get(urn);
      return step === undefined ? " " : MARKS[step];
    },
    name: (name) => name,
    note: (note) => note,
  });
  const legend = changes === undefined ? "" : " (+ create, ~ update, ± replace)";
  return { ...folded(`All resources${legend}`, "the tree", lines, "text"), rank: 5 };
}

function footer({ unreadable, command }: CommentInput): string {
  const dummies =
    unreadable.length === 0 ? "" : ` Encrypted values are replaced by dummies: ${unreadable.map(code).join(", ")}.`;
  return `Made without account, keys, provider plugins or Docker. Which change replaces a cloud resource only its provider knows; it is called an update here.${dummies} Again on your machine: ${code(command)}`;
}

/** A net below all others: no text that is secret here can be in the comment. */
function masked(body: string, secretTexts: readonly string[]): string {
  return secretTexts.filter((text) => text.length >= 4).reduce((text, secret) => text.replaceAll(secret, MASK), body);
}
