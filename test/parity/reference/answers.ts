import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { ROOT } from "../../../cli/paths.ts";
import type { Sample } from "./stores.ts";

/** What the real stores answered to one text, by moment (seconds). */
export type Answered = ReadonlyMap<number, readonly Sample[]>;
/** By store (`attributes`, `job`, `victorialogs`, `loki`) and text. */
export type Answers = ReadonlyMap<string, Answered>;

const FILE = path.join(ROOT, "test/parity", "fixture", "answers.json.br");

export const answerKey = (store: string, text: string): string => `${store}: ${text}`;

/** What was answered when the stores were last asked, so that tests compare without them. Empty where nothing was kept. */
export function readAnswers(): Answers {
  if (!existsSync(FILE)) return new Map();
  const kept: Record<string, readonly (readonly [number, readonly Sample[]])[]> = JSON.parse(
    brotliDecompressSync(readFileSync(FILE)).toString("utf8"),
  );
  return new Map(Object.entries(kept).map(([key, moments]) => [key, new Map(moments)]));
}

export function keepAnswers(answers: Answers): void {
  const kept = Object.fromEntries([...answers].map(([key, moments]) => [key, [...moments]]));
  writeFileSync(FILE, brotliCompressSync(JSON.stringify(kept)));
}
