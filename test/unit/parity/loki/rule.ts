import type { Recording } from "../../../parity/evaluate/recorded/recording.ts";
import { readLogql } from "./logql.ts";
import { readDuration } from "./range.ts";

/** A rule of a rule file, as far as its firing depends on it. */
export interface LokiRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
}

const EVALUATED_EVERY = 30;

/** True when a rule fires at a moment (seconds): each of its evaluations for so long before has answered with the same labels. */
export function firesAt(rule: LokiRule, recording: Recording, seconds: number): boolean {
  const query = readLogql(rule.expr);
  const lasting = rule.for === undefined ? 0 : readDuration(rule.for);
  if (lasting === undefined) throw new Error(`"${rule.for}" is no duration.`);
  const since = new Map<string, number>();
  for (let at = 0; at <= seconds; at += EVALUATED_EVERY) {
    const answer = query(recording, at);
    if (typeof answer === "number")
      throw new Error(`Rule ${rule.alert} answers with a number, which alerts of nothing.`);
    for (const labels of since.keys()) if (!answer.has(labels)) since.delete(labels);
    for (const labels of answer.keys()) if (!since.has(labels)) since.set(labels, at);
  }
  return [...since.values()].some((begun) => seconds - begun >= lasting);
}
