import { groupedBy } from "../../../dashboards/model/expression.ts";
import { prometheusLabel } from "../../../dashboards/model/metric.ts";
import { storedOf as honeycombStored } from "../evaluate/honeycomb/stored.ts";
import { storedOf as newRelicStored } from "../evaluate/new-relic/stored.ts";
import type { Recording, Series } from "../recording/model.ts";
import { type Answered, type Answers, answerKey } from "../reference/answers.ts";
import { storeOf } from "../reference/ask.ts";
import { asked, type Question, questions } from "../reference/questions.ts";
import type { Identity, Sample } from "../reference/stores.ts";
import type { Shown } from "../shown.ts";
import { honeycombAnswerer } from "./honeycomb.ts";
import { type Lines, type Measured, type Moments, measure, momentsOf } from "./measure.ts";
import { type Answerer, newRelicAnswerer } from "./new-relic.ts";

/** Backends whose numbers are compared with those of the stores on this machine. */
export const COMPARED = ["grafana", "new-relic", "honeycomb"] as const;
export type Compared = (typeof COMPARED)[number];

/** What came of one number on one backend. */
export type Finding =
  | { readonly kind: "measured"; readonly of: Measured }
  /** It has no query of its own there, or the recording has nothing of it. */
  | { readonly kind: "unmeasured"; readonly why: string }
  /** Its store was not asked in this language: not compared, and said so. */
  | { readonly kind: "unasked"; readonly why: string }
  /** The backend would refuse the query. */
  | { readonly kind: "refused"; readonly why: string };

export interface Comparison {
  readonly backend: Compared;
  readonly question: Question;
  readonly finding: Finding;
}

/** Compares every number of every backend with the reference, at every moment. */
export function compareAll(
  shown: Shown,
  recording: Recording,
  answers: Answers,
  environment: string,
): readonly Comparison[] {
  const moments = momentsOf(recording.streams.local.series);
  const series = Map.groupBy(recording.streams.local.series, ({ name }) => name);
  const reference = questions(shown, environment, "attributes");
  const cloud = questions(shown, environment, "job");
  const vendors: Readonly<Record<Exclude<Compared, "grafana">, Answerer>> = {
    "new-relic": newRelicAnswerer(shown, newRelicStored(recording.streams["new-relic"]), environment),
    honeycomb: honeycombAnswerer(shown, honeycombStored(recording.streams.honeycomb), environment),
  };
  const linesOf = (question: Question, identity: Identity): ReadonlyMap<number, Lines> | undefined => {
    const found = answers.get(answerKey(storeOf(question, identity), asked(question, environment, moments.seconds)));
    return found && lined(question, found);
  };
  return reference.flatMap((question, index) => {
    const expected = linesOf(question, "attributes");
    const against = (backend: Compared, got: () => ReadonlyMap<number, Lines> | undefined): Comparison => ({
      backend,
      question,
      finding: found(question, expected, got, series, moments),
    });
    const other = cloud[index];
    const cloudLines = other && linesOf(other, "job");
    const unasked = question.store === "logs" && cloudLines === undefined;
    return [
      unasked
        ? { backend: "grafana", question, finding: { kind: "unasked", why: "no Loki has answered this LogQL" } }
        : against("grafana", () => cloudLines),
      against("new-relic", () => answered(vendors["new-relic"], question, moments)),
      against("honeycomb", () => answered(vendors.honeycomb, question, moments)),
    ];
  });
}

function found(
  question: Question,
  expected: ReadonlyMap<number, Lines> | undefined,
  got: () => ReadonlyMap<number, Lines> | undefined,
  series: ReadonlyMap<string, readonly Series[]>,
  moments: Moments,
): Finding {
  if (expected === undefined) return { kind: "unmeasured", why: "the stores have not been asked" };
  let answer: ReadonlyMap<number, Lines> | undefined;
  try {
    answer = got();
  } catch (error) {
    return { kind: "refused", why: error instanceof Error ? error.message : String(error) };
  }
  if (answer === undefined) return { kind: "unmeasured", why: "it has no query of its own there" };
  const of = measure(question, expected, answer, series, moments);
  return of.compared === 0 ? { kind: "unmeasured", why: "the recording has nothing of it" } : { kind: "measured", of };
}

function answered(ask: Answerer, question: Question, { at, seconds }: Moments): ReadonlyMap<number, Lines> | undefined {
  const all = at.map((moment) => [moment, ask(question, moment, seconds)] as const);
  if (all.some(([, lines]) => lines === undefined)) return undefined;
  return new Map(all.map(([moment, lines]) => [moment, judged(question, lines ?? new Map())]));
}

/** What only says that there is something, or nothing, is judged as rules judge it: 1 or no line. */
function judged({ kind, expression }: Question, lines: Lines): Lines {
  if (kind !== "alert") return lines;
  if (expression.op === "absent") return new Map([...lines].filter(([, value]) => value < 1).map(([key]) => [key, 1]));
  return expression.op === "constant"
    ? new Map([...lines].filter(([, value]) => value > 0).map(([key]) => [key, expression.value]))
    : lines;
}

/** Samples by the values of what a number is split by. */
function lined({ expression }: Question, answered: Answered): ReadonlyMap<number, Lines> {
  const labels = groupedBy(expression).map(prometheusLabel);
  const line = (samples: readonly Sample[]): Lines =>
    new Map(samples.map(({ labels: own, value }) => [labels.map((label) => own[label] ?? "").join("|"), value]));
  return new Map([...answered].map(([moment, samples]) => [moment, line(samples)]));
}
