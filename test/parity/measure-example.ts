import { parity } from "../../dashboards/parity/fidelity.ts";
import { type Comparison, compareAll } from "./compare/compare.ts";
import { momentsOf } from "./compare/measure.ts";
import { ENVIRONMENT } from "./record/stack.ts";
import { readRecording } from "./recording/fixture.ts";
import { type Answers, keepAnswers, readAnswers } from "./reference/answers.ts";
import { askStores } from "./reference/ask.ts";
import { questions } from "./reference/questions.ts";
import { type BackendReport, reportOf } from "./report.ts";
import type { Shown } from "./shown.ts";

/** Asks a real Prometheus and a real Loki everything about the recording, and keeps what they answered. */
export async function askAgain(shown: Shown): Promise<Answers> {
  const recording = readRecording("traffic");
  const all = (["attributes", "job"] as const).map((one) => [one, questions(shown, ENVIRONMENT, one)] as const);
  const moments = momentsOf(recording.streams.local.series);
  const answers = await askStores(recording, new Map(all), ENVIRONMENT, moments);
  keepAnswers(answers);
  return answers;
}

/** Compares every number with what the stores answered, when they were asked last unless given. */
export function compareExample(shown: Shown, answers: Answers = readAnswers()): readonly Comparison[] {
  return compareAll(shown, readRecording("traffic"), answers, ENVIRONMENT);
}

export const reportExample = (shown: Shown, answers?: Answers): readonly BackendReport[] =>
  reportOf(compareExample(shown, answers), parity(shown));

/** When the recording was made: `2026-11-28`. */
export const recordedOn = (): string => new Date(readRecording("traffic").begun).toISOString().slice(0, 10);
