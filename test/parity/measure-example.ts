import { parity } from "../../dashboards/parity/fidelity.ts";
import { type Comparison, compareAll } from "./compare/compare.ts";
import { type Moments, momentsOf } from "./compare/measure.ts";
import { ENVIRONMENT } from "./record/stack.ts";
import { type RecordingName, readRecording } from "./recording/fixture.ts";
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
export async function askAgain(name: RecordingName, shown: Shown, loki?: string): Promise<Answers> {
  const recording = readRecording(name);
  const all = (["attributes", "job"] as const).map((one) => [one, questions(shown, ENVIRONMENT, one)] as const);
  const moments = momentsOf(recording.streams.local.series);
  const found = await askStores(recording, new Map(all), ENVIRONMENT, moments, loki);
  const answers = new Map([...(loki === undefined ? ofLoki(name, all, moments) : []), ...found]);
  keepAnswers(name, answers);
  return answers;
}

function ofLoki(
  name: RecordingName,
  all: readonly (readonly [Identity, readonly Question[]])[],
  { seconds }: Moments,
): Answers {
  const before = readAnswers(name);
  const keys = all.flatMap(([identity, those]) =>
    those
      .filter((question) => storeOf(question, identity) === "loki")
      .map((question) => answerKey("loki", asked(question, ENVIRONMENT, seconds))),
  );
  return new Map([...before].filter(([key]) => keys.includes(key)));
}

/** Compares every number of a recording with what the stores answered, when they were asked last unless given. */
export function compareExample(
  name: RecordingName,
  shown: Shown,
  answers: Answers = readAnswers(name),
): readonly Comparison[] {
  return compareAll(shown, readRecording(name), answers, ENVIRONMENT);
}

export const reportExample = (name: RecordingName, shown: Shown, answers?: Answers): readonly BackendReport[] =>
  reportOf(compareExample(name, shown, answers), parity(shown));

/** When a recording was made: `2026-11-28`. */
export const recordedOn = (name: RecordingName): string =>
  new Date(readRecording(name).begun).toISOString().slice(0, 10);
