import { painter, type TextStyle } from "../cli/text.ts";
import { seconds } from "../cli/time.ts";
import type { Judgement } from "./judge.ts";

/** What became of a release; also what `--json` prints. */
export interface ReleaseResult {
  readonly stack: string;
  /** Of what was deployed. */
  readonly id: string;
  readonly commit: string;
  readonly decision: Exclude<Judgement["decision"], "open">;
  /** From the begin of the deployment until the decision, in seconds. */
  readonly decidedAfter: number;
  /** What is bad, with the time it was seen first (ISO 8601). */
  readonly findings: readonly { readonly id: string; readonly says: string; readonly since: string }[];
  /** What could not be asked. */
  readonly silent: readonly string[];
  /** What of it nobody can know, which decided nothing. */
  readonly unjudged: readonly string[];
  /** What was done about it. */
  readonly outcome: Outcome;
  /** Why the marks could not be written, where they could not. */
  readonly unmarked?: string;
  readonly links: Readonly<Record<string, string>>;
  readonly log: string;
}

/** What was done about a release. */
export type Outcome =
  | { readonly kind: "kept" }
  /** Nothing was deployed, and nothing is done. */
  | { readonly kind: "judged" }
  /** It runs on, for want of a good release, or since nothing was changed. */
  | { readonly kind: "left"; readonly why: string }
  | {
      readonly kind: "rolled-back";
      readonly to: string;
      readonly toAt: string;
      readonly seconds: number;
      /** Whether what runs now was found to work again, and what is wrong where it was not. */
      readonly works: boolean;
      readonly wrong: readonly string[];
    }
  | { readonly kind: "not-rolled-back"; readonly to: string; readonly why: string };

/** For a person: the decision, its evidence, what was done, where to look. */
export function renderRelease(result: ReleaseResult, style: TextStyle): string {
  const { id, stack, commit, decision, decidedAfter, findings, silent, unjudged, unmarked, log } = result;
  const paint = painter(style);
  const what = `Release ${id}${commit === "" ? "" : ` (${commit})`} on ${stack}`;
  const after = `after ${seconds(decidedAfter * 1000)}`;
  const heads = {
    good: paint("green", `${what} is good: decided ${after}.`),
    bad: paint("red", `${what} is BAD: decided ${after}.`),
    undecided: paint(
      "yellow",
      `${what} is undecided ${after}: nothing is wrong as far as is known, and not all is known.`,
    ),
  };
  return [
    "",
    heads[decision],
    ...findings.map(({ says, since }) => `  since ${since.slice(11, 19)} UTC  ${says}`),
    ...silent.map((sentence) => `  not known  ${sentence}`),
    ...unjudged.map((sentence) => `  not judged  ${sentence}`),
    ...outcomeLines(result, paint),
    ...(unmarked === undefined ? [] : [`No mark of it was written on the backends: ${unmarked}`]),
    ...lookLines(result.links),
    `Log: ${log}`,
  ].join("\n");
}

function outcomeLines({ outcome, stack }: ReleaseResult, paint: ReturnType<typeof painter>): readonly string[] {
  const option = stack === "dev" ? "" : ` --stack ${stack}`;
  switch (outcome.kind) {
    case "kept":
      return ["It is the last good release from now on."];
    case "judged":
      return [];
    case "left":
      return [`It is left running: ${outcome.why}`];
    case "rolled-back":
      return [
        `Rolled back to release ${outcome.to}, good since ${outcome.toAt.slice(0, 19).replace("T", " ")} UTC: images, configuration and collector, in ${seconds(outcome.seconds * 1000)}; data was not touched.`,
        outcome.works
          ? paint("green", "What runs now was proven to work again.")
          : paint("red", "What runs now does NOT work as it did then:"),
        ...outcome.wrong.map((sentence) => `  ${sentence}`),
        "The last lines of its containers are in the log. This checkout still holds it: mend it before the next npm run release or npm start.",
      ];
    case "not-rolled-back":
      return [
        paint("red", `It could NOT be rolled back to release ${outcome.to}: ${outcome.why}`),
        `What runs now is not known to work. To try again: npm run release --${option} --rollback`,
      ];
    default:
      return outcome satisfies never;
  }
}

const lookLines = (links: ReleaseResult["links"]): readonly string[] => {
  const all = Object.entries(links);
  return all.length === 0 ? [] : ["Look:", ...all.slice(0, 4).map(([name, url]) => `  ${name}  ${url}`)];
};
