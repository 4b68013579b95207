import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { ROOT } from "../../../cli/paths.ts";
import type { RecordingName } from "../recording/fixture.ts";
import type { Sample } from "./stores.ts";

/** What the real stores answered to one text, by moment (seconds). */
export type Answered = ReadonlyMap<number, readonly Sample[]>;
/** By store (`attributes`, `job`, `victorialogs`, `loki`) and text. */
export type Answers = ReadonlyMap<string, Answered>;

const FILES: Readonly<Record<RecordingName, string>> = { traffic: "answers", sampled: "sampled-answers" };
const fileOf = (name: RecordingName): string => path.join(ROOT, "test/parity", "fixture", `${FILES[name]}.json.br`);

export const answerKey = (store: string, text: string): string => `${store}: ${text}`;

/** What was answered when the stores were last asked about a recording, so that tests compare without them. Empty where nothing was kept. */
export function readAnswers(name: RecordingName): Answers {
  if (!existsSync(fileOf(name))) return new Map();
  const kept: Record<string, readonly (readonly [number, readonly Sample[]])[]> = JSON.parse(
    brotliDecompressSync(readFileSync(fileOf(name))).toString("utf8"),
  );
  return new Map(Object.entries(kept).map(([key, moments]) => [key, new Map(moments)]));
}

export function keepAnswers(name: RecordingName, answers: Answers): void {
  const kept = Object.fromEntries([...answers].map(([key, moments]) => [key, [...moments]]));
  writeFileSync(fileOf(name), brotliCompressSync(JSON.stringify(kept)));
}
