import { type Moments, momentsAround } from "../compare/measure.ts";
import type { Recording } from "../recording/model.ts";
import { type Answers, answerKey } from "./answers.ts";
import { asked, type Question } from "./questions.ts";
import { type Identity, type Sample, type Store, startPrometheus, startVictoriaLogs, useLoki } from "./stores.ts";

/** Which store answers a question, as `answerKey` names it. */
export const storeOf = ({ store }: Question, identity: Identity): string => {
  if (store === "metrics") return identity;
  return identity === "attributes" ? "victorialogs" : "loki";
};

/**
 * Starts the real stores with the recording, asks them everything at every moment, and removes them.
 *
 * @param loki address of a Loki that is given the recording; without one nothing is asked in LogQL
 */
export async function askStores(
  recording: Recording,
  questions: ReadonlyMap<Identity, readonly Question[]>,
  environment: string,
  { at, seconds }: Moments,
  loki: string | undefined,
): Promise<Answers> {
  const started = new Map<string, Store>();
  const answers = new Map<string, Map<number, readonly Sample[]>>();
  try {
    started.set("attributes", await startPrometheus(recording, "attributes"));
    started.set("job", await startPrometheus(recording, "job"));
    started.set("victorialogs", await startVictoriaLogs(recording));
    if (loki !== undefined) started.set("loki", await useLoki(loki, recording));
    for (const [identity, all] of questions) {
      for (const question of all) {
        const text = asked(question, environment, seconds);
        const name = storeOf(question, identity);
        const key = answerKey(name, text);
        const store = started.get(name);
        if (text === "" || store === undefined || answers.has(key)) continue;
        const moments = [...new Set(at.flatMap((moment) => momentsAround(question, moment)))];
        const found = await Promise.all(moments.map(async (one) => [one, await store.ask(text, one)] as const));
        answers.set(key, new Map(found));
      }
    }
  } finally {
    await Promise.all([...started.values()].map(({ remove }) => remove()));
  }
  return answers;
}
