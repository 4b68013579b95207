import { parity } from "../../dashboards/parity/fidelity.ts";
import { type Comparison, compareAll } from "./compare/compare.ts";
import { type Moments, momentsOf } from "./compare/measure.ts";
import { ENVIRONMENT } from "./record/stack.ts";
import { readRecording } from "./recording/fixture.ts";
import { type Answers, answerKey, keepAnswers, readAnswers } from "./reference/answers.ts";
import { askStores, storeOf } from "./reference/ask.ts";
import { asked, type Question, questions } from "./reference/questions.ts";
import type { Identity } from "./reference/stores.ts";
import { type BackendReport, reportOf } from "./report.ts";
import type { Shown } from "./shown.ts";

/**
 * Asks a real Prometheus and a real VictoriaLogs everything about the recording, and keeps what they answered. What a Loki once answered is kept
 * while it is still asked, unless there is one to ask again.
 */
export async function askAgain(shown: Shown, loki?: string): Promise<Answers> {
  const recording = readRecording("traffic");
  const all = (["attributes", "job"] as const).map((one) => [one, questions(shown, ENVIRONMENT, one)] as const);
  const moments = momentsOf(recording.streams.local.series);
  const found = await askStores(recording, new Map(all), ENVIRONMENT, moments, loki);
  const answers = new Map([...(loki === undefined ? ofLoki(all, moments) : []), ...found]);
  keepAnswers(answers);
  return answers;
}

function ofLoki(all: readonly (readonly [Identity, readonly Question[]])[], { seconds }: Moments): Answers {
  const before = readAnswers();
  const keys = all.flatMap(([identity, those]) =>
    those
      .filter((question) => storeOf(question, identity) === "loki")
      .map((question) => answerKey("loki", asked(question, ENVIRONMENT, seconds))),
  );
  return new Map([...before].filter(([key]) => keys.includes(key)));
}

/** Compares every number with what the stores answered, when they were asked last unless given. */
export function compareExample(shown: Shown, answers: Answers = readAnswers()): readonly Comparison[] {
  return compareAll(shown, readRecording("traffic"), answers, ENVIRONMENT);
}

export const reportExample = (shown: Shown, answers?: Answers): readonly BackendReport[] =>
  reportOf(compareExample(shown, answers), parity(shown));

/** When the recording was made: `2026-11-28`. */
export const recordedOn = (): string => new Date(readRecording("traffic").begun).toISOString().slice(0, 10);
